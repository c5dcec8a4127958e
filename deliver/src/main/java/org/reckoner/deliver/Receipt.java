package org.reckoner.deliver;

import java.util.Optional;
import org.reckoner.core.money.Money;

/// What a billing system says of a document that it has.
///
/// @param reference Reckoner's number of it
/// @param remoteId what the billing system calls it
/// @param total with taxes; nothing if the billing system does not tell
public record Receipt(String reference, String remoteId, Optional<Money> total, Status status) {

    /// Whether it has another total than ours. How many places are written does not matter.
    public boolean differsFrom(Money ours) {
        return total.filter(there -> !there.currency().equals(ours.currency()) || there.compareTo(ours) != 0)
                .isPresent();
    }

    /// The same with as many decimal places as ours, if the totals are equal: money is equal to other money only if it
    /// is written alike.
    public Receipt like(Money ours) {
        return total.isEmpty() || differsFrom(ours)
                ? this
                : new Receipt(reference, remoteId, Optional.of(ours), status);
    }

    /// What became of it there.
    public enum Status {
        /// not sent to the customer yet
        DRAFT,
        /// to be paid
        OPEN,
        PAID,
        /// cancelled, refunded or written off there
        CANCELLED,
        /// the billing system does not tell
        UNKNOWN
    }
}
