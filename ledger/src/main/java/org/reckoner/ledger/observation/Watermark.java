package org.reckoner.ledger.observation;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/// Up to when a source is known to be complete.
///
/// @param completeUntil nothing that happened earlier is still to come; none while that is not known
/// @param setBy the listener, or the person who said so
/// @param stuck why it is no further, if it was asked for more and something was wrong
public record Watermark(
        Scope scope, Optional<Instant> completeUntil, Instant setAt, String setBy, Optional<Stuck> stuck) {

    /// A source was asked for more than it told.
    ///
    /// @param since when it was first so, with the watermark where it is
    /// @param tries how often it was asked since then
    /// @param againAt when it is asked again, if nobody asks before
    /// @param why in words
    public record Stuck(Instant since, int tries, Instant againAt, String why) {}

    /// A source in a region: `nova` in `RegionOne`.
    public record Scope(String source, String region) implements Comparable<Scope> {

        @Override
        public int compareTo(Scope other) {
            return Comparator.comparing(Scope::region)
                    .thenComparing(Scope::source)
                    .compare(this, other);
        }

        @Override
        public String toString() {
            return source + " in " + region;
        }
    }

    public boolean reaches(Instant instant) {
        return completeUntil.filter(until -> !until.isBefore(instant)).isPresent();
    }
}
