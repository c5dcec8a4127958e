package org.reckoner.deliver.outbox;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Lets one pass in each interval, in the order of arrival.
final class Pace {

    private final long interval;
    private long next = System.nanoTime();

    Pace(Duration interval) {
        this.interval = interval.toNanos();
    }

    void await() throws InterruptedException {
        if (interval > 0) {
            TimeUnit.NANOSECONDS.sleep(place() - System.nanoTime());
        }
    }

    private synchronized long place() {
        long now = System.nanoTime();
        long mine = next - now > 0 ? next : now;
        next = mine + interval;
        return mine;
    }
}
