package org.reckoner.collect.measured;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.time.Window;

/// From a store's values of one resource to measures, a window each.
///
/// @param windows how long they are
/// @param span the windows that were asked for, together
public record Making(Definition definition, Duration windows, Window span) {

    /// A quantity of a fraction that is no decimal is rounded to so many places.
    private static final int PLACES = 12;

    private static final BigInteger MOST = BigInteger.TEN.pow(30);
    private static final String FELL =
            "the quantity is negative: a counter that was reset is measured as a fall. Nothing is billed for this window";

    /// Who pays for a window, and what prices may depend on in it.
    public record Attributes(Optional<String> project, SortedMap<String, String> values) {}

    /// Says what holds in a window.
    @FunctionalInterface
    public interface AtUse {
        Attributes in(Window window);
    }

    /// What the values say, in the order of the windows. Values outside the span were not asked for and are
    /// left out; a window without values is a hole and tells nothing. A quantity that is skipped is one of
    /// nothing: so it takes back what was told before of the same window, and the window counts as measured.
    ///
    /// @param points in any order
    public List<Finding> of(String resource, List<Point> points, AtUse attributes) {
        Duration granularity = definition.granularity(windows);
        TreeMap<Window, List<Point>> byWindow = new TreeMap<>();
        for (Point point : points) {
            if (span.contains(point.at())) {
                byWindow.computeIfAbsent(Windows.around(point.at(), windows), window -> new ArrayList<>())
                        .add(point);
            }
        }
        List<Finding> findings = new ArrayList<>();
        byWindow.forEach((window, own) -> {
            own.sort(Point.BY_TIME);
            findings.addAll(of(resource, window, own, granularity, attributes.in(window)));
        });
        return findings;
    }

    private List<Finding> of(
            String resource, Window window, List<Point> points, Duration granularity, Attributes attributes) {
        Optional<String> trouble = trouble(window, points, granularity)
                .or(() -> points.stream().anyMatch(this::isFall) ? Optional.of(FELL) : Optional.empty());
        if (trouble.isPresent()) {
            return List.of(new Finding.Refused(resource, window, trouble.get(), text(points)));
        }
        Ratio quantity = definition.kind() == Definition.Kind.LEVEL
                ? Combination.held(points, definition.conversion(), granularity)
                : definition.conversion().apply(one(points));
        if (quantity.signum() < 0) {
            return List.of(new Finding.Refused(resource, window, FELL, text(points)));
        }
        if (quantity.ceiling().compareTo(MOST) > 0) {
            return List.of(new Finding.Refused(
                    resource, window, "the quantity has more than 30 digits, which nobody used", text(points)));
        }
        boolean skipped = definition
                .skip()
                .filter(skip -> skip.holds(quantity, attributes.values()))
                .isPresent();
        return List.of(new Finding.Found(new Measure(
                resource,
                attributes.project(),
                window,
                skipped ? BigDecimal.ZERO : decimal(quantity),
                attributes.values())));
    }

    /// Whether a value by itself is less than nothing, though others of its window may outweigh it: the rate of a
    /// counter that was reset, or what nobody can hold.
    private boolean isFall(Point point) {
        return definition.kind() == Definition.Kind.LEVEL
                ? definition.conversion().apply(point.value()).signum() < 0
                : definition.sampling().aggregation().startsWith("rate:")
                        && point.value().signum() < 0;
    }

    private Ratio one(List<Point> points) {
        return points.size() == 1
                ? points.getFirst().value()
                : definition.sampling().combination().orElseThrow().of(points);
    }

    private static Optional<String> trouble(Window window, List<Point> points, Duration granularity) {
        Instant last = null;
        for (Point point : points) {
            if (Duration.between(window.from(), point.at()).toNanos() % granularity.toNanos() != 0) {
                return Optional.of("a value is for %s, which no stretch of %d s begins with"
                        .formatted(point.at(), granularity.toSeconds()));
            }
            if (point.at().equals(last)) {
                return Optional.of("there are two values for " + point.at());
            }
            last = point.at();
        }
        return Optional.empty();
    }

    private static String text(List<Point> points) {
        return points.stream()
                .map(point -> point.at() + " " + decimal(point.value()).toPlainString())
                .collect(Collectors.joining(", "));
    }

    private static BigDecimal decimal(Ratio quantity) {
        return quantity.round(PLACES, RoundingMode.HALF_EVEN);
    }
}
