package org.reckoner.collect.measured;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.reckoner.core.time.Window;

/// Which windows are collected when. Windows begin at whole multiples of their length since 1970, so that an hour is
/// an hour of the clock.
///
/// @param length of each
/// @param patience so many lengths after its beginning a window is collected at the earliest: with 2, an hour is left
/// to
///     the store after the hour itself
/// @param again so many windows before the watermark are collected once more, for what the store learned late
/// @param together so many windows are asked for at once at most
public record Windows(Duration length, int patience, int again, int together) {

    /// @throws IllegalArgumentException if a number makes no sense; the message says which
    public Windows {
        if (length.compareTo(Duration.ofSeconds(1)) < 0
                || length.getNano() != 0
                || length.compareTo(Duration.ofDays(1)) > 0
                || Duration.ofDays(1).toSeconds() % length.toSeconds() != 0) {
            throw new IllegalArgumentException(
                    "a window is of whole seconds, and a day of whole windows; %s is neither".formatted(length));
        }
        if (patience < 1) {
            throw new IllegalArgumentException(
                    "a window is over one length after it began; a patience of %d is less".formatted(patience));
        }
        if (again < 0 || together < 1) {
            throw new IllegalArgumentException("%d windows again, %d together".formatted(again, together));
        }
    }

    /// The window that holds an instant.
    public static Window around(Instant instant, Duration length) {
        long seconds = length.toSeconds();
        Instant from = Instant.ofEpochSecond(Math.floorDiv(instant.getEpochSecond(), seconds) * seconds);
        return new Window(from, from.plus(length));
    }

    /// What is to be asked for, in order and without gaps: all windows that are over, from those before the watermark
    /// on that are looked at again.
    ///
    /// @param complete the watermark, if there is one
    /// @param start where collecting begins; nothing before is asked for
    /// @return spans of at most [#together] windows; empty if there is nothing to ask for yet
    public List<Window> due(Optional<Instant> complete, Instant start, Instant now) {
        Instant first = floor(start);
        Instant from = complete.map(until -> floor(until).minus(length.multipliedBy(again)))
                .filter(first::isBefore)
                .orElse(first);
        return between(from, over(now));
    }

    /// The end of the last window that is over for long enough.
    public Instant over(Instant now) {
        return floor(now.minus(length.multipliedBy(patience - 1L)));
    }

    /// All windows that begin between two instants, in spans.
    public List<Window> between(Instant from, Instant to) {
        List<Window> spans = new ArrayList<>();
        Instant begins = floor(from);
        while (begins.isBefore(to)) {
            Instant ends = begins.plus(length.multipliedBy(together));
            Instant last = ceiling(to);
            ends = ends.isAfter(last) ? last : ends;
            spans.add(new Window(begins, ends));
            begins = ends;
        }
        return spans;
    }

    /// The windows of a span.
    public List<Window> of(Window span) {
        List<Window> windows = new ArrayList<>();
        for (Instant at = span.from(); at.isBefore(span.to()); at = at.plus(length)) {
            windows.add(new Window(at, at.plus(length)));
        }
        return windows;
    }

    private Instant floor(Instant instant) {
        return around(instant, length).from();
    }

    private Instant ceiling(Instant instant) {
        Instant floor = floor(instant);
        return floor.equals(instant) ? floor : floor.plus(length);
    }
}
