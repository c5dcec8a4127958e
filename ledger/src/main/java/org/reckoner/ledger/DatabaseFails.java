package org.reckoner.ledger;

/// The database under the ledger fails; the same may succeed once that is mended.
public final class DatabaseFails extends LedgerException {

    private static final long serialVersionUID = 1L;

    DatabaseFails(String message, Throwable cause) {
        super(message, cause);
    }
}
