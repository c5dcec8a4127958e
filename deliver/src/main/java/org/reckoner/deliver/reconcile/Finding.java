package org.reckoner.deliver.reconcile;

import java.util.Optional;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Receipt;

/// One document, as Reckoner and the billing system know it.
///
/// @param issued its total here; nothing if Reckoner never issued it
/// @param there its total there; nothing if the billing system has it not, or does not tell
/// @param status what became of it there; nothing if the billing system has it not
public record Finding(
        String reference,
        Kind kind,
        Optional<Money> issued,
        Optional<Money> there,
        Optional<String> remoteId,
        Optional<Receipt.Status> status) {

    /// How the two agree.
    public enum Kind {
        AGREES,
        /// issued and owed, but not there
        MISSING,
        /// there, but never issued or never owed
        EXTRA,
        /// there with another total
        DIFFERENT,
        /// there more than once
        DOUBLED,
        /// cancelled there, but in force here
        CANCELLED,
        /// not there or cancelled there, and rightly so: the delivery was cancelled here, or is still on its way
        WAITING
    }

    /// Whether nobody has to look.
    public boolean isFine() {
        return kind == Kind.AGREES || kind == Kind.WAITING;
    }
}
