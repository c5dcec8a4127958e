package org.reckoner.app;

/// The command makes no sense as given; the message says what would. Exit code 2.
public final class AskedWrongly extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public AskedWrongly(String message) {
        super(message);
    }
}
