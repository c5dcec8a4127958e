package org.reckoner.serve.heart;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.time.Window;
import org.reckoner.serve.http.Problem;

/// Which period a request asks for: `time_period`, else `period_start` and `period_end`, else the current
/// month. All UTC.
record AskedPeriod(boolean legacy, Instant now) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,4})(?:-(\\d{1,2})(?:-(.*))?)?");

    /// @param query the value of a query parameter, null if it was not given
    /// @throws Problem 400
    Window of(Function<String, @Nullable String> query) {
        String named = query.apply("time_period");
        if (named != null) {
            return named(named);
        }
        String start = query.apply("period_start");
        String end = query.apply("period_end");
        if (start == null) {
            return month(YearMonth.from(now.atOffset(ZoneOffset.UTC)));
        }
        if (end == null) {
            throw Problem.badRequest("period_end is required");
        }
        Instant from = moment(start);
        Instant to = moment(end);
        if (!from.isBefore(to)) {
            throw Problem.badRequest("period_start must be less than period_end");
        }
        return new Window(from, to);
    }

    private static Instant moment(String text) {
        return Moments.parse(text)
                .orElseThrow(() -> Problem.badRequest("date should be in ISO 8601 format of YYYY-MM-DDThh:mm:ssZ"));
    }

    private Window named(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw invalid();
        }
        int year = Integer.parseInt(form.group(1));
        if (year < 1 || year > 9998) {
            throw invalid();
        }
        if (form.group(2) == null) {
            return days(LocalDate.of(year, 1, 1), LocalDate.of(year + 1, 1, 1));
        }
        int month = Integer.parseInt(form.group(2));
        if (month < 1 || month > 12) {
            throw invalid();
        }
        return Optional.ofNullable(form.group(3))
                .map(day -> day(YearMonth.of(year, month), day))
                .orElseGet(() -> month(YearMonth.of(year, month)));
    }

    /// As shipped, whatever was said of the day meant the first.
    private Window day(YearMonth month, String text) {
        if (legacy) {
            return days(month.atDay(1), month.atDay(2));
        }
        if (!text.matches("\\d{1,2}") || !month.isValidDay(Integer.parseInt(text))) {
            throw invalid();
        }
        LocalDate day = month.atDay(Integer.parseInt(text));
        return days(day, day.plusDays(1));
    }

    private static Window month(YearMonth month) {
        return days(month.atDay(1), month.plusMonths(1).atDay(1));
    }

    private static Window days(LocalDate from, LocalDate to) {
        return new Window(
                from.atStartOfDay(ZoneOffset.UTC).toInstant(),
                to.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private static Problem invalid() {
        return Problem.badRequest("invalid time_period: expected YYYY, YYYY-MM or YYYY-MM-DD");
    }
}
