package org.reckoner.serve.concertim;

/// Why billing did not do what it was asked. The message is for people and holds no secret.
public final class Unbilled extends Exception {

    private static final long serialVersionUID = 1L;

    /// What became of it.
    public enum Kind {
        /// there is no such account, order or invoice
        UNKNOWN,
        /// it will not be done, however often it is asked
        REFUSED,
        /// it cannot be done now; it may have been done
        UNAVAILABLE
    }

    private final Kind kind;

    public Unbilled(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
