package org.reckoner.collect.distil;

import java.math.BigDecimal;
import java.util.List;
import org.reckoner.core.meter.ByName;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;

/// The largest volume of the window, held for all of it.
///
/// As legacy the samples of before the window count too, so that what was deleted shortly before it is billed
/// for all of it.
public record Maximum(boolean legacy) implements Transformer {

    @Override
    public Result result() {
        return Result.HELD;
    }

    @Override
    public ByName<BigDecimal> measure(String service, List<Sample> samples, Window window) {
        List<Sample> counted = legacy ? samples : Spans.within(samples, window);
        return ByName.of(service, Spans.held(Spans.largest(counted), window));
    }
}
