package org.reckoner.deliver.outbox;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait after failures: twice as long each time up to a limit, and of that a random part, so that what
/// failed together does not come again together.
///
/// @param first after the first failure, at most
/// @param longest never longer
record Backoff(Duration first, Duration longest) {

    static final Backoff USUAL = new Backoff(Duration.ofSeconds(5), Duration.ofHours(1));

    /// Between a half and the whole of it.
    ///
    /// @param failures so far, 1 or more
    Duration after(int failures, RandomGenerator random) {
        int doublings = Math.min(failures - 1, 30);
        Duration whole = first.compareTo(longest.dividedBy(1L << doublings)) >= 0
                ? longest
                : first.multipliedBy(1L << doublings);
        long half = whole.toMillis() / 2;
        return Duration.ofMillis(half + random.nextLong(half + 1));
    }
}
