package org.reckoner.deliver;

/// A billing system is configured so that it cannot work; the message says what was expected.
public final class BadAdapter extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadAdapter(String message) {
        super(message);
    }
}
