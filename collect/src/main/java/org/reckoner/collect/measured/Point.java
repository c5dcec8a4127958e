package org.reckoner.collect.measured;

import java.time.Instant;
import java.util.Comparator;
import org.reckoner.core.money.Ratio;

/// A value of a store, for a stretch that begins at an instant.
public record Point(Instant at, Ratio value) {

    static final Comparator<Point> BY_TIME = Comparator.comparing(Point::at).thenComparing(Point::value);
}
