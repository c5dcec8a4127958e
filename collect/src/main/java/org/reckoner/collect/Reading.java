package org.reckoner.collect;

import java.util.Optional;
import org.reckoner.core.meter.Observation;

/// What became of one message.
public sealed interface Reading {

    /// It tells something of a resource.
    record Observed(Observation observation) implements Reading {}

    /// It tells nothing that is billed, and that is known.
    ///
    /// @param why for people
    record Ignored(String eventType, String why) implements Reading {}

    /// It cannot be believed or is not known: a dead letter, to be read again once its cause is mended.
    ///
    /// @param messageId the sender's id, if it could be read
    /// @param eventType what it is said to be about, if that could be read
    /// @param reason which field, what was found, what was expected
    /// @param redactedBody the body without secrets; [Notifications#read] of it gives the same reading as of
    ///     the body itself
    record Refused(Optional<String> messageId, Optional<String> eventType, String reason, String redactedBody)
            implements Reading {}
}
