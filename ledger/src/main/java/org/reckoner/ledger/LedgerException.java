package org.reckoner.ledger;

/// The ledger cannot do what was asked; the message says why and what to do. Nothing was half-written.
public sealed class LedgerException extends RuntimeException permits BadLedgerUrl, DatabaseFails {

    private static final long serialVersionUID = 1L;

    public LedgerException(String message) {
        super(message);
    }

    public LedgerException(String message, Throwable cause) {
        super(message, cause);
    }
}
