package org.reckoner.serve.api;

import org.reckoner.ledger.DatabaseFails;
import org.reckoner.ledger.LedgerException;
import org.reckoner.serve.http.Problem;

/// What the ledger refuses is a conflict with what it holds; a database that fails is none, and goes on up.
final class Refusal {

    private Refusal() {}

    /// The reason, for people.
    ///
    /// @throws DatabaseFails if that is what it is
    static String reason(LedgerException refused) {
        if (refused instanceof DatabaseFails failure) {
            throw failure;
        }
        return String.valueOf(refused.getMessage());
    }

    static Problem conflict(LedgerException refused) {
        return Problem.conflict(reason(refused));
    }
}
