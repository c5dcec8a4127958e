package org.reckoner.prices;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.reckoner.core.price.Per;
import org.reckoner.prices.yaml.Decimals;

/// How a price book writes single values. Each method throws IllegalArgumentException or DateTimeException on
/// other text.
final class Notation {

    static final String NAME = "a name of small letters, digits and '-'";
    static final String ID = "an id of letters, digits, '.', '_', ':' and '-'";
    static final String METER = "a name of small letters, digits, '.', '_' and '-'";
    static final String MOMENT = "a day such as 2026-01-01 or a second such as 2026-01-01T12:00:00Z, both UTC";
    static final String SLICE = "a part of a day such as 1s, 10m, 1h or PT10M";
    static final String PER = "'[count] unit [time]' such as 'GiB month', 'vCPU hour' or '1000 request'";
    static final String PRICE = "a price such as 0.012, at least 0";
    static final String MODE = "half-even, half-up, half-down, up, down, ceiling or floor";

    private Notation() {}

    static String name(String text) {
        return matching("[a-z0-9][a-z0-9-]*", text);
    }

    static String id(String text) {
        return matching("[A-Za-z0-9][A-Za-z0-9._:-]*", text);
    }

    static String meter(String text) {
        return matching("[a-z0-9][a-z0-9._-]*", text);
    }

    static String words(String text) {
        return matching("(?s).*\\S.*", text).strip();
    }

    static BigDecimal notNegative(String text) {
        BigDecimal number = Decimals.parse(text);
        if (number.signum() < 0) {
            throw new IllegalArgumentException("negative: " + text);
        }
        return number;
    }

    static BigDecimal positive(String text) {
        BigDecimal number = notNegative(text);
        if (number.signum() == 0) {
            throw new IllegalArgumentException("zero");
        }
        return number;
    }

    static int places(String text) {
        int places = Integer.parseInt(text);
        if (places < 0 || places > 12) {
            throw new IllegalArgumentException("outside 0 to 12: " + text);
        }
        return places;
    }

    static RoundingMode mode(String text) {
        RoundingMode mode = RoundingMode.valueOf(
                matching("[a-z-]+", text).toUpperCase(Locale.ROOT).replace('-', '_'));
        if (mode == RoundingMode.UNNECESSARY) {
            throw new IllegalArgumentException(text);
        }
        return mode;
    }

    /// Whole seconds from 1970 on.
    static Instant moment(String text) {
        Instant at = text.length() == 10
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : Instant.parse(text);
        if (!at.equals(at.truncatedTo(ChronoUnit.SECONDS))
                || at.isBefore(Instant.EPOCH)
                || at.atOffset(ZoneOffset.UTC).getYear() > 9999) {
            throw new IllegalArgumentException("not a whole second from 1970 on: " + text);
        }
        return at;
    }

    static Per per(String text) {
        return Per.parse(text);
    }

    private static String matching(String pattern, String text) {
        if (!text.matches(pattern)) {
            throw new IllegalArgumentException("not of the form " + pattern + ": " + text);
        }
        return text;
    }
}
