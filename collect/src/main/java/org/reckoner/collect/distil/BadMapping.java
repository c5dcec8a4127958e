package org.reckoner.collect.distil;

/// A mapping file that cannot be used, with everything that is wrong with it.
public final class BadMapping extends RuntimeException {

    private static final long serialVersionUID = 1;

    public BadMapping(String message) {
        super(message);
    }
}
