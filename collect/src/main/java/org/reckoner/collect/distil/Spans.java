package org.reckoner.collect.distil;

import java.math.BigDecimal;
import java.util.List;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;

/// What several transformers need of samples and windows.
final class Spans {

    private Spans() {}

    /// The samples of the window itself. A list in the order of time is not searched but for its ends.
    static List<Sample> within(List<Sample> samples, Window window) {
        int from = 0;
        int to = samples.size();
        while (from < to && samples.get(from).time().isBefore(window.from())) {
            from++;
        }
        while (to > from && !samples.get(to - 1).time().isBefore(window.to())) {
            to--;
        }
        return from == 0 && to == samples.size() ? samples : samples.subList(from, to);
    }

    /// A quantity held for the whole window.
    static BigDecimal held(BigDecimal quantity, Window window) {
        return quantity.multiply(BigDecimal.valueOf(window.seconds()));
    }

    /// Where no volume is told, there is none.
    static BigDecimal volume(Sample sample) {
        return sample.volume().orElse(BigDecimal.ZERO);
    }

    /// The largest volume; zero without samples.
    static BigDecimal largest(List<Sample> samples) {
        BigDecimal largest = null;
        for (Sample sample : samples) {
            BigDecimal volume = volume(sample);
            if (largest == null || volume.compareTo(largest) > 0) {
                largest = volume;
            }
        }
        return largest == null ? BigDecimal.ZERO : largest;
    }
}
