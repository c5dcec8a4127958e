package org.reckoner.ledger.delivery;

import java.time.Instant;

/// What became of an attempt.
public sealed interface Settlement {

    long delivery();

    /// The billing system has it.
    ///
    /// @param remoteId what the billing system calls it
    record Confirmed(long delivery, String remoteId) implements Settlement {}

    /// It failed, or its answer was lost; to be tried again.
    record Postponed(long delivery, String reason, Instant until) implements Settlement {}

    /// The billing system said that it took it, and does not show it; to be looked up again.
    record Taken(long delivery, String reason, Instant until) implements Settlement {}

    /// The billing system never saw it, as it was known to be down. Not counted as an attempt.
    record Unsent(long delivery, String reason, Instant until) implements Settlement {}

    /// The billing system asked to be left alone, perhaps after it had begun: so it is looked up before it
    /// is sent again. However often that happens, it counts as one attempt at most.
    record TurnedAway(long delivery, String reason, Instant until) implements Settlement {}

    /// The billing system does not take it.
    record Refused(long delivery, String reason) implements Settlement {}
}
