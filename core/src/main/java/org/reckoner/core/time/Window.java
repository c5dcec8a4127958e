package org.reckoner.core.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A stretch of time `[from, to)`, UTC. Empty when `from` equals `to`.
///
/// A window that has no known end ends at [#FOREVER].
public record Window(Instant from, Instant to) implements Comparable<Window> {

    /// The end of a window whose end is not known yet.
    public static final Instant FOREVER = Instant.MAX;

    /// @throws IllegalArgumentException if the window ends before it begins
    public Window {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("window ends before it begins: " + from + " > " + to);
        }
    }

    public static Window since(Instant from) {
        return new Window(from, FOREVER);
    }

    public boolean isEmpty() {
        return from.equals(to);
    }

    public boolean isOpen() {
        return to.equals(FOREVER);
    }

    public boolean contains(Instant instant) {
        return !instant.isBefore(from) && instant.isBefore(to);
    }

    /// Whether all of the other window lies in this one.
    public boolean contains(Window other) {
        return !other.from.isBefore(from) && !other.to.isAfter(to);
    }

    /// The part that both windows share; nothing if they only touch.
    public Optional<Window> intersect(Window other) {
        Instant start = from.isAfter(other.from) ? from : other.from;
        Instant end = to.isBefore(other.to) ? to : other.to;
        return start.isBefore(end) ? Optional.of(new Window(start, end)) : Optional.empty();
    }

    /// Whether the windows share any time. An empty window shares none.
    public boolean overlaps(Window other) {
        return intersect(other).isPresent();
    }

    /// Whole seconds in the window. Timelines change on whole seconds only, so nothing is cut off.
    ///
    /// @throws ArithmeticException if the window is open
    public long seconds() {
        if (isOpen()) {
            throw new ArithmeticException("an open window has no length: " + this);
        }
        return Duration.between(from, to).toSeconds();
    }

    @Override
    public int compareTo(Window other) {
        int byStart = from.compareTo(other.from);
        return byStart != 0 ? byStart : to.compareTo(other.to);
    }

    /// As `2026-11-21T10:09:26Z..2026-11-21T10:09:46Z`, an open one as `2026-11-21T10:09:26Z..`.
    @Override
    public String toString() {
        return from + ".." + (isOpen() ? "" : to.toString());
    }
}
