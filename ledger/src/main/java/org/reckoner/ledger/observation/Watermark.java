package org.reckoner.ledger.observation;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/// Up to when a source is known to be complete.
///
/// @param completeUntil nothing that happened earlier is still to come; none while that is not known
/// @param setBy the listener, or the person who said so
public record Watermark(Scope scope, Optional<Instant> completeUntil, Instant setAt, String setBy) {

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
