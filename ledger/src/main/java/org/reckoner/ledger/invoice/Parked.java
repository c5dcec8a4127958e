package org.reckoner.ledger.invoice;

import java.time.Instant;
import java.util.Optional;

/// An account whose invoice a person must look at.
///
/// @param reason what jumped beyond a limit, for people
/// @param released who looked and let it go, and when
public record Parked(Key key, String reason, Instant parkedAt, Optional<Release> released) {

    /// @param period the label of the billing period
    public record Key(String project, String period) {}

    public record Release(Instant at, String by) {}
}
