package org.reckoner.ledger.observation;

import java.time.Instant;
import java.util.Optional;

/// A message that could not be understood, without its secrets.
///
/// @param origin where it came from: a file and line, or a queue
/// @param reason what was wrong with it, for people
/// @param body what is left of it when secrets are taken out; enough to try again
/// @param replayedAt when it was understood after all, or a person laid it aside
public record DeadLetter(
        long id,
        String origin,
        Optional<String> eventType,
        Optional<String> messageId,
        String reason,
        String body,
        Instant receivedAt,
        Optional<Instant> replayedAt) {

    /// A message to be kept.
    ///
    /// @param body already without secrets
    public record Fresh(
            String origin, Optional<String> eventType, Optional<String> messageId, String reason, String body) {}
}
