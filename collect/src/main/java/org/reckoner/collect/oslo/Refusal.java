package org.reckoner.collect.oslo;

/// Why a message is not believed. Becomes a dead letter, so it carries a reason for people and no stack.
public final class Refusal extends Exception {

    private final String reason;

    /// @param reason names the field, what was found and what was expected
    public Refusal(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
