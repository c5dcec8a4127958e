package org.reckoner.collect.oslo;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The ways in which OpenStack writes a moment: `2026-11-21 10:09:26.966925`, `2026-11-21T10:09:26.911080`,
/// `2026-11-21 10:09:25+00:00`, `2026-11-21T10:09:25Z`, `2026-11-21T10:09:25.041094+0000`. Without a zone it is
/// UTC.
public final class Timestamps {

    private static final Pattern FORM = Pattern.compile(
            "(\\d{4})-(\\d\\d)-(\\d\\d)[ T](\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,9}))?(Z|[+-]\\d\\d:?\\d\\d)?");

    /// The day that was read last. What is told of comes in the order of time, more or less, so that the next
    /// moment is nearly always of the same one.
    private static volatile Day latest = new Day("1970-01-01", 0);

    private Timestamps() {}

    /// The moment, to the last digit written; nothing if the text is not one.
    public static Optional<Instant> parse(String text) {
        Instant usual = usual(text);
        return usual == null ? any(text) : Optional.of(usual);
    }

    /// By far the most are written as `2026-11-21T10:09:26`, with a fraction or `+00:00` or without. Samples
    /// come by the million, so these are read without a pattern. Null if it is any other.
    private static @Nullable Instant usual(String text) {
        int length = text.length();
        if (length < 19
                || text.charAt(10) != 'T' && text.charAt(10) != ' '
                || text.charAt(13) != ':'
                || text.charAt(16) != ':') {
            return null;
        }
        Day day = day(text);
        int hour = twoDigits(text, 11);
        int minute = twoDigits(text, 14);
        int second = twoDigits(text, 17);
        if (day == null || hour < 0 || hour > 23) {
            return null;
        }
        if (minute < 0 || minute > 59 || second < 0 || second > 59) {
            return null;
        }
        int end = 19;
        int nanos = 0;
        if (end < length && text.charAt(end) == '.') {
            int scale = 100_000_000;
            for (end++; end < length && scale > 0 && isDigit(text.charAt(end)); end++, scale /= 10) {
                nanos += (text.charAt(end) - '0') * scale;
            }
            if (end == 20) {
                return null;
            }
        }
        boolean utc = end == length
                || end + 1 == length && text.charAt(end) == 'Z'
                || end + 6 == length && text.startsWith("+00:00", end);
        if (!utc) {
            return null;
        }
        long seconds = day.start() + hour * 3_600 + minute * 60 + second;
        return nanos == 0 ? Instant.ofEpochSecond(seconds) : Instant.ofEpochSecond(seconds, nanos);
    }

    /// The day that the text begins with; null if it is none.
    private static @Nullable Day day(String text) {
        Day known = latest;
        if (text.startsWith(known.text())) {
            return known;
        }
        Day read = Day.read(text);
        if (read != null) {
            latest = read;
        }
        return read;
    }

    /// A day as it is written, and the second since 1970 with which it begins.
    private record Day(String text, long start) {

        static @Nullable Day read(String text) {
            if (text.charAt(4) != '-' || text.charAt(7) != '-') {
                return null;
            }
            int century = twoDigits(text, 0);
            int yearOfCentury = twoDigits(text, 2);
            int month = twoDigits(text, 5);
            int day = twoDigits(text, 8);
            if (century < 20 || yearOfCentury < 0 || month < 1 || month > 12 || day < 1) {
                return null;
            }
            if (day > 28 && (month == 2 || day > (month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31))) {
                return null;
            }
            // Days since 1970 of the proleptic Gregorian calendar, with years that begin in March.
            int year = 100 * century + yearOfCentury;
            int shifted = month > 2 ? year : year - 1;
            long days = 365L * shifted
                    + shifted / 4
                    - shifted / 100
                    + shifted / 400
                    + (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
                    + day
                    - 719_469;
            return new Day(text.substring(0, 10), days * 86_400);
        }
    }

    /// Negative if one of them is no digit. Both are tested at once, by the sign of what is left over.
    private static int twoDigits(String text, int from) {
        int tens = text.charAt(from) - '0';
        int ones = text.charAt(from + 1) - '0';
        return (tens | 9 - tens | ones | 9 - ones) < 0 ? -1 : 10 * tens + ones;
    }

    private static boolean isDigit(char letter) {
        return letter >= '0' && letter <= '9';
    }

    private static Optional<Instant> any(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        try {
            LocalDateTime local = LocalDateTime.of(
                    number(form, 1),
                    number(form, 2),
                    number(form, 3),
                    number(form, 4),
                    number(form, 5),
                    number(form, 6),
                    nanos(form.group(7)));
            return Optional.of(local.toInstant(zone(form.group(8))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int number(Matcher form, int group) {
        return Integer.parseInt(form.group(group));
    }

    private static int nanos(@Nullable String fraction) {
        return fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9));
    }

    private static ZoneOffset zone(@Nullable String zone) {
        return zone == null ? ZoneOffset.UTC : ZoneOffset.of(zone);
    }
}
