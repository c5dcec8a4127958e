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

    private Timestamps() {}

    /// The moment, to the last digit written; nothing if the text is not one.
    public static Optional<Instant> parse(String text) {
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
