package org.reckoner.ledger.delivery;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// One invoice or credit note on its way to one billing system.
///
/// @param number of the document, which is also the reference that the billing system keeps
/// @param taken whether the billing system said that it took it and did not show it; then it is looked up and not sent
/// @param attempts how often it was handed to the billing system; the last one may still be under way
/// @param dueAt when it is tried next; once sent, when its answer counts as lost
/// @param remoteId what the billing system calls it, once it is confirmed
/// @param reason why the last attempt failed, or why it was refused or cancelled
public record Delivery(
        long id,
        String backend,
        String number,
        State state,
        boolean taken,
        int attempts,
        Instant dueAt,
        Optional<String> remoteId,
        Optional<String> reason,
        Instant createdAt,
        Instant changedAt) {

    /// How far a delivery is.
    public enum State {
        /// to be sent
        PENDING,
        /// handed over; whether it arrived is not known yet
        SENT,
        /// the billing system has it
        CONFIRMED,
        /// the billing system does not take it; a person must look
        REFUSED,
        /// a person decided that it is not to be delivered
        CANCELLED;

        /// As it is stored, printed and asked for.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Whether it is still on its way.
    public boolean isWaiting() {
        return state == State.PENDING || state == State.SENT;
    }
}
