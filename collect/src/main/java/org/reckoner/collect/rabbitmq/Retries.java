package org.reckoner.collect.rabbitmq;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// How long to wait before the next attempt: twice as long each time, within limits, and never quite the same,
/// so that many listeners do not come back all at once.
final class Retries {

    private final Duration first;
    private final Duration last;
    private Duration upcoming;

    Retries(Duration first, Duration last) {
        this.first = first;
        this.last = last;
        this.upcoming = first;
    }

    /// Between half and the whole of the time that has come.
    Duration next() {
        long whole = upcoming.toMillis();
        Duration doubled = upcoming.multipliedBy(2);
        upcoming = doubled.compareTo(last) > 0 ? last : doubled;
        return Duration.ofMillis(whole - ThreadLocalRandom.current().nextLong(whole / 2 + 1));
    }

    /// After a success: begin anew.
    void forget() {
        upcoming = first;
    }
}
