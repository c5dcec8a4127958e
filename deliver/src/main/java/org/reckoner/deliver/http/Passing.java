package org.reckoner.deliver.http;

import java.util.regex.Pattern;
import org.reckoner.deliver.Undelivered;

/// Refusals that pass by themselves, in the words of systems that answer 200 to everything.
public final class Passing {

    private static final Pattern TOO_MUCH =
            Pattern.compile("(?i)too many (api )?(requests|calls)|rate.?limit|request limit|throttl");

    private static final Pattern FOR_NOW = Pattern.compile("(?i)try( it)? again (later|in )|try later|temporarily"
            + "|service unavailable|maintenance|timed out|deadlock|lock wait|server has gone away|too many connections"
            + "|database error|could not connect");

    private Passing() {}

    /// Does nothing if the reason is one that stays.
    ///
    /// @param about what was refused, for people
    /// @param reason in the system's own words, without secrets
    /// @throws Undelivered.Throttled if it is asked too often
    /// @throws Undelivered.Unavailable if it cannot now; it may have begun with what was asked
    public static void check(String about, String reason) throws Undelivered {
        if (TOO_MUCH.matcher(reason).find()) {
            throw new Undelivered.Throttled(
                    "%s: it asks to be left alone (%s)".formatted(about, reason), Site.USUAL_PAUSE);
        }
        if (FOR_NOW.matcher(reason).find()) {
            throw new Undelivered.Unavailable("%s cannot be done now: %s".formatted(about, reason));
        }
    }
}
