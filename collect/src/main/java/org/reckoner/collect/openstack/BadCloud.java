package org.reckoner.collect.openstack;

/// What was configured of a cloud cannot be used as it is, or the user it names may not do what was asked. The
/// message says what would do; no repetition helps.
public final class BadCloud extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadCloud(String message) {
        super(message);
    }
}
