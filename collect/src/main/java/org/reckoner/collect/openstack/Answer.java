package org.reckoner.collect.openstack;

import java.time.Instant;
import java.util.Optional;
import org.reckoner.collect.oslo.Redaction;
import tools.jackson.databind.JsonNode;

/// What a service answered.
///
/// @param body as JSON; missing if the answer had none, or none that is JSON
/// @param subjectToken Keystone's header of that name
/// @param location where the service says to look instead
/// @param date what time the service takes it to be, to the second
record Answer(
        int status, JsonNode body, Optional<String> subjectToken, Optional<String> location, Optional<Instant> date) {

    private static final int LONGEST_REASON = 300;

    boolean isFine() {
        return status / 100 == 2;
    }

    /// In words, for the end of a sentence: the status, and what the service says of it.
    String reason() {
        String text = message(body).map(words -> " (" + words + ")").orElse("");
        return status + text + location.map(place -> ", it is at " + place).orElse("");
    }

    /// Every service wraps its message in an object of another name: `error`, `badRequest`, `NeutronError` …
    private static Optional<String> message(JsonNode body) {
        Optional<String> direct = words(body.path("message"));
        if (direct.isPresent()) {
            return direct;
        }
        for (JsonNode wrapped : body) {
            Optional<String> inside = words(wrapped.path("message"));
            if (inside.isPresent()) {
                return inside;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> words(JsonNode node) {
        if (!node.isString() || node.asString().isBlank()) {
            return Optional.empty();
        }
        return Optional.of(shortened(node.asString()));
    }

    /// What a service said, for a message: without secrets, on one line, not too long.
    static String shortened(String words) {
        String text = Redaction.text(words).strip().replaceAll("\\s+", " ");
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON - 1) + "…" : text;
    }
}
