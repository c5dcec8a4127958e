package org.reckoner.collect.measured;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.reckoner.core.money.Ratio;

/// How several values within a window become the one of the window, where the store has finer ones.
public enum Combination {
    SUM,
    MAX,
    MIN,
    MEAN,
    FIRST,
    LAST;

    /// The one that fits an aggregation: what was summed is summed on, of maxima the maximum counts. Of a standard
    /// deviation, a median or a percentile of parts that of the whole cannot be known.
    ///
    /// @param aggregation in the words of Gnocchi: `mean`, `rate:sum`, `95pct`
    public static Optional<Combination> of(String aggregation) {
        return switch (aggregation.startsWith("rate:") ? aggregation.substring("rate:".length()) : aggregation) {
            case "sum", "count" -> Optional.of(SUM);
            case "max" -> Optional.of(MAX);
            case "min" -> Optional.of(MIN);
            case "mean", "avg" -> Optional.of(MEAN);
            case "first" -> Optional.of(FIRST);
            case "last" -> Optional.of(LAST);
            default -> Optional.empty();
        };
    }

    /// @param points of one window, by time; at least one
    public Ratio of(List<Point> points) {
        return switch (this) {
            case SUM -> points.stream().map(Point::value).reduce(Ratio.ZERO, Ratio::plus);
            case MAX -> points.stream().map(Point::value).reduce(Ratio::max).orElseThrow();
            case MIN -> points.stream().map(Point::value).reduce(Ratio::min).orElseThrow();
            case MEAN -> SUM.of(points).dividedBy(Ratio.of(points.size()));
            case FIRST -> points.getFirst().value();
            case LAST -> points.getLast().value();
        };
    }

    /// A quantity that was held, times the seconds for which it was.
    static Ratio held(List<Point> points, Conversion conversion, Duration granularity) {
        return points.stream()
                .map(point -> conversion.apply(point.value()))
                .reduce(Ratio.ZERO, Ratio::plus)
                .times(Ratio.of(granularity.toSeconds()));
    }
}
