package org.reckoner.collect.openstack;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// How long to wait for a service.
///
/// @param attempts how often to ask in all
/// @param first the wait after the first attempt; it doubles with each
/// @param longest no wait is longer, whatever a service asks for
/// @param stalled an answer that is read as it comes may pause so long
record Patience(int attempts, Duration first, Duration longest, Duration stalled) {

    private static final Duration STALLED = Duration.ofMinutes(2);

    static final Patience USUAL = new Patience(6, Duration.ofSeconds(1), Duration.ofMinutes(5), STALLED);

    /// Asks once.
    static final Patience NONE = new Patience(1, Duration.ZERO, Duration.ZERO, STALLED);

    /// @param attempt of those made so far, from 1
    /// @param retryAfter the header of that name: seconds, or a date (RFC 9110, 10.2.3)
    Duration afterAttempt(int attempt, Optional<String> retryAfter, Instant now) {
        Duration own = first.multipliedBy(1L << Math.min(attempt - 1, 20));
        Duration wait = retryAfter.flatMap(text -> asked(text, now)).orElse(own);
        return wait.compareTo(longest) > 0 ? longest : wait;
    }

    private static Optional<Duration> asked(String text, Instant now) {
        if (text.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Duration until = Duration.between(
                    now,
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return Optional.of(until.isNegative() ? Duration.ZERO : until);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
