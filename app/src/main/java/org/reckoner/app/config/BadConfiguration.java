package org.reckoner.app.config;

/// The configuration cannot be used; the message lists every problem with its place.
public final class BadConfiguration extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadConfiguration(String message) {
        super(message);
    }
}
