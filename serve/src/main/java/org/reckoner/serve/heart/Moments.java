package org.reckoner.serve.heart;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Moments as the Heart's API writes them: UTC, with a `Z` that need not be given, to the microsecond.
final class Moments {

    private static final Pattern FORM =
            Pattern.compile("(\\d{4})-(\\d{1,2})-(\\d{1,2})[T ](\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?:\\.(\\d{1,6}))?Z?");
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int FIRST_YEAR = 1970;

    private Moments() {}

    /// `2011-01-02T00:00:00Z`, the same with up to six digits of a fraction, or with a blank for the `T`; from
    /// 1970 on. No offsets and no days without a time.
    static Optional<Instant> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(1)) < FIRST_YEAR) {
            return Optional.empty();
        }
        String fraction = Optional.ofNullable(form.group(7)).orElse("0");
        try {
            return Optional.of(LocalDateTime.of(
                            number(form, 1),
                            number(form, 2),
                            number(form, 3),
                            number(form, 4),
                            number(form, 5),
                            number(form, 6),
                            Integer.parseInt((fraction + "000000000").substring(0, 9)))
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int number(Matcher form, int group) {
        return Integer.parseInt(form.group(group));
    }

    /// With six digits of a fraction if there is one.
    static String format(Instant at) {
        int micros = at.getNano() / 1000;
        return SECONDS.format(at) + (micros == 0 ? "" : "." + "%06d".formatted(micros)) + "Z";
    }
}
