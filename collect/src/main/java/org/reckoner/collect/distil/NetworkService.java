package org.reckoner.collect.distil;

import java.math.BigDecimal;
import java.util.List;
import org.reckoner.core.meter.ByName;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;

/// Whether a network service was active within the window, held for all of it. Ceilometer writes 0 for
/// inactive, 1 for active, and 2 and more for pending or failed, which do not count.
///
/// As legacy the samples of before the window count too.
public record NetworkService(boolean legacy) implements Transformer {

    @Override
    public Result result() {
        return Result.HELD;
    }

    @Override
    public ByName<BigDecimal> measure(String service, List<Sample> samples, Window window) {
        List<Sample> counted = (legacy ? samples : Spans.within(samples, window))
                .stream()
                        .filter(sample -> Spans.volume(sample).compareTo(BigDecimal.TWO) < 0)
                        .toList();
        return ByName.of(service, Spans.held(Spans.largest(counted), window));
    }
}
