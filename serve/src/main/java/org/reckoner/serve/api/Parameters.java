package org.reckoner.serve.api;

import io.javalin.http.Context;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.serve.auth.Caller;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;

/// Reads path and query parameters. Whatever is not understood is refused: a mistyped filter must not answer
/// with everything.
final class Parameters {

    private static final Pattern MONTH = Pattern.compile("[0-9]{4}-[0-9]{2}");
    private static final Pattern DAYS = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}\\.\\.[0-9]{4}-[0-9]{2}-[0-9]{2}");
    private static final int LONGEST_PERIOD_DAYS = 366;
    private static final int FIRST_YEAR = 1970;

    private Parameters() {}

    /// @throws Problem 400 if the query has a parameter that is none of these, or one twice
    static void only(Context context, Set<String> known) {
        Map<String, List<String>> given = context.queryParamMap();
        for (String name : new TreeSet<>(given.keySet())) {
            if (!known.contains(name)) {
                throw Problem.badRequest("there is no query parameter of that name here; known are "
                        + known.stream().sorted().collect(Collectors.joining(", ")));
            }
            if (given.getOrDefault(name, List.of()).size() > 1) {
                throw Problem.badRequest("the query parameter %s is given more than once".formatted(name));
            }
        }
    }

    /// A billing period: a month, or at most a year of whole days.
    ///
    /// @throws Problem 400 if the text is none
    static BillingPeriod period(String label) {
        boolean looksRight =
                MONTH.matcher(label).matches() || DAYS.matcher(label).matches();
        try {
            if (looksRight) {
                BillingPeriod period = BillingPeriod.parse(label);
                LocalDate first =
                        LocalDate.parse(period.window().from().toString().substring(0, 10));
                long days = ChronoUnit.DAYS.between(
                        period.window().from(), period.window().to());
                if (first.getYear() >= FIRST_YEAR && days <= LONGEST_PERIOD_DAYS) {
                    return period;
                }
            }
        } catch (IllegalArgumentException e) {
            // As below: the text may not be repeated to the caller.
        }
        throw Problem.badRequest(
                "the period must be a month such as 2026-11, or at most a year of days such as 2026-11-01..2026-11-15");
    }

    static BillingPeriod periodInPath(Context context) {
        return period(context.pathParam("period"));
    }

    static Optional<BillingPeriod> period(Context context) {
        return Requests.query(context, "period").map(Parameters::period);
    }

    /// @throws Problem 400 if it is absent
    static BillingPeriod requiredPeriod(Context context) {
        return period(context).orElseThrow(() -> Problem.badRequest("name a period: ?period=2026-11"));
    }

    /// @throws Problem 400 unless it is `true` or `false`
    static Optional<Boolean> flag(Context context, String name) {
        return oneOf(context, name, Map.of("true", true, "false", false));
    }

    /// @throws Problem 400 if the parameter is none of the words
    static <T> Optional<T> oneOf(Context context, String name, Map<String, T> words) {
        return Requests.query(context, name).map(given -> {
            T meaning = words.get(given);
            if (meaning == null) {
                throw Problem.badRequest("%s is one of %s"
                        .formatted(name, words.keySet().stream().sorted().collect(Collectors.joining(", "))));
            }
            return meaning;
        });
    }

    /// A whole number in the path that counts from 1; none if it is no such number.
    static Optional<Long> ordinal(Context context, String name) {
        String text = context.pathParam(name);
        return text.matches("[1-9][0-9]{0,17}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    /// The number in a cursor.
    ///
    /// @throws Problem 400 if it is none
    static Optional<Long> id(Optional<List<String>> key) {
        return key.map(List::getFirst).map(text -> {
            if (!text.matches("[0-9]{1,18}")) {
                throw Problem.badRequest("this cursor was not made here; begin again without a cursor");
            }
            return Long.valueOf(text);
        });
    }

    /// Which project's things to list: the one asked for, or all that the caller may see.
    ///
    /// @throws Problem 404 if the caller may not see the project that is asked for
    static Optional<String> project(Context context) {
        Caller caller = Requests.caller(context);
        Optional<String> asked = Requests.query(context, "project");
        if (asked.filter(project -> !caller.sees(project)).isPresent()) {
            throw noSuchAccount();
        }
        return caller.only().or(() -> asked);
    }

    /// As [#project], where a list of all projects would be no list.
    ///
    /// @throws Problem 400 if an admin names none
    static String requiredProject(Context context) {
        return project(context).orElseThrow(() -> Problem.badRequest("name a project: ?project=ID"));
    }

    /// The project in the path.
    ///
    /// @throws Problem 404 if the caller may not see it
    static String projectInPath(Context context) {
        String project = context.pathParam("project");
        if (!Requests.caller(context).sees(project)) {
            throw noSuchAccount();
        }
        return project;
    }

    static Problem noSuchAccount() {
        return Problem.notFound("there is no such account");
    }

    /// What is found, if the caller may see its project; the same answer for what is not there and for what is
    /// another's.
    ///
    /// @throws Problem 404 with the text
    static <T> T visible(Context context, Optional<T> found, Function<T, String> project, String notFound) {
        return found.filter(it -> Requests.caller(context).sees(project.apply(it)))
                .orElseThrow(() -> Problem.notFound(notFound));
    }
}
