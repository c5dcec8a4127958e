package org.reckoner.collect.distil;

import java.math.BigDecimal;
import java.util.List;
import org.reckoner.core.meter.ByName;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;

/// The volumes of the window, added up.
public record Sum() implements Transformer {

    @Override
    public Result result() {
        return Result.FLOWED;
    }

    @Override
    public ByName<BigDecimal> measure(String service, List<Sample> samples, Window window) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Sample sample : Spans.within(samples, window)) {
            sum = sum.add(Spans.volume(sample));
        }
        return ByName.of(service, sum);
    }
}
