package org.reckoner.collect.distil;

/// Why nothing can be made of a resource's samples. It stops no other resource, so it carries a reason for
/// people and no stack.
public final class Unmeasurable extends Exception {

    private static final long serialVersionUID = 1;

    /// @param reason which sample and key, what was found, what was expected
    public Unmeasurable(String reason) {
        super(reason, null, false, false);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}
