package org.reckoner.collect.distil;

import java.math.BigDecimal;
import java.util.List;
import org.reckoner.core.meter.ByName;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;

/// By how much a counter grew. When it reads less than before it began anew, and all that it reads is growth.
///
/// The last sample of before the window is where it starts from, so that windows that follow each other miss
/// nothing. As legacy every sample that is given counts alike.
public record Cumulative(boolean legacy) implements Transformer {

    @Override
    public Result result() {
        return Result.FLOWED;
    }

    @Override
    public ByName<BigDecimal> measure(String service, List<Sample> samples, Window window) throws Unmeasurable {
        BigDecimal grown = BigDecimal.ZERO;
        Sample previous = null;
        boolean counted = false;
        for (Sample sample : samples) {
            if (sample.kind() != Sample.Kind.CUMULATIVE) {
                throw new Unmeasurable(
                        "the sample %s of %s is not cumulative; expected a counter. Choose max, integrate or sum for %s"
                                .formatted(sample.id(), sample.time(), sample.meter()));
            }
            if (sample.volume().isEmpty() || !legacy && !sample.time().isBefore(window.to())) {
                continue;
            }
            boolean counts = legacy || !sample.time().isBefore(window.from());
            if (previous != null && counts) {
                grown = grown.add(growth(Spans.volume(previous), Spans.volume(sample)));
                counted = true;
            }
            previous = sample;
        }
        return counted ? ByName.of(service, grown) : ByName.of();
    }

    private static BigDecimal growth(BigDecimal before, BigDecimal now) {
        return now.compareTo(before) < 0 ? now : now.subtract(before);
    }
}
