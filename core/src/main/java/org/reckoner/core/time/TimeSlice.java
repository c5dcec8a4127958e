package org.reckoner.core.time;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The grain in which time is sold: a started slice is charged whole, at the largest quantity held in it.
///
/// Slices are cut on the UTC clock (a slice of an hour begins on the hour), so that cutting a period into
/// parts at slice borders never changes the sum. One second is the default and charges time as it was;
/// Artifice sold slices of ten minutes, older clouds started hours.
public record TimeSlice(Duration width) {

    private static final Pattern SHORT = Pattern.compile("([0-9]{1,6})([smhd])");

    public static final TimeSlice SECOND = new TimeSlice(Duration.ofSeconds(1));

    /// @throws IllegalArgumentException unless the width is whole seconds and divides a day
    public TimeSlice {
        long seconds = width.toSeconds();
        if (seconds < 1 || width.getNano() != 0 || 86_400 % seconds != 0) {
            throw new IllegalArgumentException(
                    "a time slice is whole seconds and divides a day, such as PT1S, PT10M or PT1H; not " + width);
        }
    }

    /// Reads `10m`, `1h`, `30s`, `1d`, or a duration of ISO 8601 such as `PT10M`; `parse(s.toString())` equals
    /// `s`.
    ///
    /// @throws IllegalArgumentException if the text is neither, or no width that a slice may have
    public static TimeSlice parse(String text) {
        Matcher matcher = SHORT.matcher(text);
        try {
            return new TimeSlice(
                    matcher.matches()
                            ? length(Long.parseLong(matcher.group(1)), matcher.group(2))
                            : Duration.parse(text));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("a time slice is such as 10m, 1h or PT10M; not '" + text + "'", e);
        }
    }

    private static Duration length(long count, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
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

    @Override
    public String toString() {
        long seconds = width.toSeconds();
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        return seconds % 3_600 == 0 ? seconds / 3_600 + "h" : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
