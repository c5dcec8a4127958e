package org.reckoner.core.time;

import java.time.Duration;
import java.time.Instant;

/// The grain in which time is sold: a started slice is charged whole, at the largest quantity held in it.
///
/// Slices are cut on the UTC clock (a slice of an hour begins on the hour), so that cutting a period into
/// parts at slice borders never changes the sum. One second is the default and charges time as it was;
/// Artifice sold slices of ten minutes, older clouds started hours.
public record TimeSlice(Duration width) {

    public static final TimeSlice SECOND = new TimeSlice(Duration.ofSeconds(1));

    /// @throws IllegalArgumentException unless the width is whole seconds and divides a day
    public TimeSlice {
        long seconds = width.toSeconds();
        if (seconds < 1 || width.getNano() != 0 || 86_400 % seconds != 0) {
            throw new IllegalArgumentException(
                    "a time slice is whole seconds and divides a day, such as PT1S, PT10M or PT1H; not " + width);
        }
    }

    public boolean isSecond() {
        return equals(SECOND);
    }

    /// The window grown to whole slices.
    public Window cover(Window window) {
        Instant from = Instant.ofEpochSecond(first(window) * width.toSeconds());
        Instant to = Instant.ofEpochSecond(end(window) * width.toSeconds());
        return new Window(from, to);
    }

    /// The number of the slice in which the window begins, counted from the epoch.
    public long first(Window window) {
        return Math.floorDiv(window.from().getEpochSecond(), width.toSeconds());
    }

    /// The number of the first slice that the window does not touch.
    public long end(Window window) {
        return Math.ceilDiv(window.to().getEpochSecond(), width.toSeconds());
    }
}
