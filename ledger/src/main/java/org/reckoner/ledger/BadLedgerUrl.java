package org.reckoner.ledger;

/// No database is meant by this URL; the message says what would be one.
public final class BadLedgerUrl extends LedgerException {

    private static final long serialVersionUID = 1L;

    BadLedgerUrl(String message) {
        super(message);
    }
}
