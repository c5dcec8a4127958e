package org.reckoner.collect.openstack;

/// A cloud that does not answer, or not as its API promises. The message says who, what, and how often it was
/// tried.
public final class CloudFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CloudFailure(String message) {
        super(message);
    }

    public CloudFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
