package org.reckoner.collect.prometheus;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.reckoner.collect.measured.Combination;
import org.reckoner.collect.measured.Point;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.time.Window;

/// A series of an answer.
///
/// @param points by time
/// @param wrong why not all of its values could be read, if so, in words
record Series(Map<String, String> labels, List<Point> points, Optional<String> wrong) {

    /// The same, whatever the span that was asked for.
    static final Comparator<Series> BY_LABELS = Comparator.comparing(Series::words);

    /// Whether both could be of one resource, of which a label changed, maybe there and back. The stretch within
    /// which it changed has a value of both; two such stretches in a row have not.
    boolean alternates(Series other, Duration stretch) {
        Set<Instant> shared = other.points.stream().map(Point::at).collect(Collectors.toSet());
        shared.retainAll(points.stream().map(Point::at).toList());
        return shared.stream().noneMatch(at -> shared.contains(at.plus(stretch)));
    }

    /// Its labels, without ours.
    String words() {
        TreeMap<String, String> words = new TreeMap<>(labels);
        words.remove(Query.RESOURCE);
        return words.toString();
    }

    /// The values of series that alternate. Two of one stretch are combined; if the aggregation cannot say
    /// how, both are there.
    static List<Point> joined(List<Series> several, Optional<Combination> combination) {
        TreeMap<Instant, List<Point>> byTime = new TreeMap<>();
        several.forEach(series -> series.points()
                .forEach(point -> byTime.computeIfAbsent(point.at(), at -> new ArrayList<>())
                        .add(point)));
        List<Point> points = new ArrayList<>();
        byTime.forEach((at, own) -> {
            own.sort(Comparator.comparing(Point::value));
            if (own.size() > 1 && combination.isPresent()) {
                points.add(new Point(at, combination.get().of(own)));
            } else {
                points.addAll(own);
            }
        });
        return points;
    }

    /// The one that has most values in a window; of two, the one of which they come to more; else the first.
    static Series longest(List<Series> several, Window window) {
        return Collections.max(
                several.reversed(),
                Comparator.comparing((Series series) -> series.within(window).size())
                        .thenComparing(series -> series.within(window).stream().reduce(Ratio.ZERO, Ratio::plus)));
    }

    private List<Ratio> within(Window window) {
        return points.stream()
                .filter(point -> window.contains(point.at()))
                .map(Point::value)
                .toList();
    }
}
