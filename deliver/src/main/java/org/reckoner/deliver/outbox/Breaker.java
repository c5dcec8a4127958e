package org.reckoner.deliver.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// Leaves a billing system alone for a while after it failed several times in a row, or asked for it. Then one
/// document goes ahead, and the others follow if it arrives.
final class Breaker {

    private static final int FAILURES = 5;
    private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(5));

    private final RandomGenerator random;
    private int failures;
    private Instant closedUntil = Instant.MIN;

    Breaker(RandomGenerator random) {
        this.random = random;
    }

    synchronized void worked() {
        failures = 0;
    }

    synchronized void failed(Instant now) {
        failures++;
        if (failures >= FAILURES) {
            pause(now.plus(PAUSES.after(failures - FAILURES + 1, random)));
        }
    }

    synchronized void pause(Instant until) {
        if (until.isAfter(closedUntil)) {
            closedUntil = until;
        }
    }

    /// When it may be asked again; in the past if it may be asked now.
    synchronized Instant closedUntil() {
        return closedUntil;
    }

    /// How many may go ahead now.
    synchronized int room(Instant now, int most) {
        if (now.isBefore(closedUntil)) {
            return 0;
        }
        return failures >= FAILURES ? 1 : most;
    }
}
