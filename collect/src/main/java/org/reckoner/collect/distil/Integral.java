package org.reckoner.collect.distil;

import java.math.BigDecimal;
import java.util.List;
import org.reckoner.core.meter.ByName;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;

/// Each volume for as long as it held: until the next sample, the last until the end of the window, to the
/// second. So what was resized within the window pays for each size while it had it, and what came to be within
/// it pays from then on.
///
/// The last sample of before the window tells how it began, but only if another within it shows that the
/// resource was still there. A sample without a volume tells of no change.
public record Integral() implements Transformer {

    @Override
    public Result result() {
        return Result.HELD;
    }

    @Override
    public ByName<BigDecimal> measure(String service, List<Sample> samples, Window window) {
        long start = window.from().getEpochSecond();
        long end = window.to().getEpochSecond();
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal held = BigDecimal.ZERO;
        long mark = start;
        boolean seen = false;
        for (Sample sample : samples) {
            long time = sample.time().getEpochSecond();
            if (time >= end) {
                break;
            }
            if (time > mark) {
                sum = sum.add(held.multiply(BigDecimal.valueOf(time - mark)));
                mark = time;
            }
            seen = seen || time >= start;
            held = sample.volume().orElse(held);
        }
        return seen ? ByName.of(service, sum.add(held.multiply(BigDecimal.valueOf(end - mark)))) : ByName.of();
    }
}
