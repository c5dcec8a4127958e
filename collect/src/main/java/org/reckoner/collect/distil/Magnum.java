package org.reckoner.collect.distil;

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.reckoner.core.meter.ByName;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;

/// Whether a container cluster was there within the window, held for all of it. Ceilometer writes Magnum's
/// status as a number; those of creation, deletion and failure at it do not count.
///
/// As legacy the samples of before the window count too.
public record Magnum(boolean legacy) implements Transformer {

    private static final Set<Integer> THERE = Set.of(2, 3, 4, 5, 9, 10, 11, 12, 13, 14, 15, 16, 17);

    @Override
    public Result result() {
        return Result.HELD;
    }

    @Override
    public ByName<BigDecimal> measure(String service, List<Sample> samples, Window window) {
        List<Sample> counted = legacy ? samples : Spans.within(samples, window);
        boolean there = counted.stream()
                .flatMap(sample -> sample.volume().stream())
                .anyMatch(volume -> volume.stripTrailingZeros().scale() <= 0 && THERE.contains(volume.intValue()));
        return ByName.of(service, Spans.held(there ? BigDecimal.ONE : BigDecimal.ZERO, window));
    }
}
