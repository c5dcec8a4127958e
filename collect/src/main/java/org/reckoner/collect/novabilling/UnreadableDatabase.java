package org.reckoner.collect.novabilling;

/// A file is no database of nova-billing, or one that cannot be believed; the message says what was found and
/// what was expected.
public final class UnreadableDatabase extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableDatabase(String message) {
        super(message);
    }
}
