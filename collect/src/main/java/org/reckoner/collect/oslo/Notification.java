package org.reckoner.collect.oslo;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One message of oslo.messaging's notifier, whichever service sent it.
///
/// Of the caller's context (the `_context_…` keys, among them tokens) only the project is ever read; the rest
/// does not leave the parser. The caller's project is not the owner: an administrator acts on what belongs to
/// others.
///
/// @param messageId the sender's permanent id of the message
/// @param timestamp when it was sent, by the sender's clock
/// @param payload what it says, in the service's own words
/// @param contextProject the caller's project
/// @param contextProjectName its name
public record Notification(
        String messageId,
        String eventType,
        String publisher,
        String priority,
        Instant timestamp,
        JsonNode payload,
        Optional<String> contextProject,
        Optional<String> contextProjectName) {

    /// Takes what was sent out of its envelope, if it has one: the body as RabbitMQ carries it (`oslo.version`
    /// and the message as a JSON string in `oslo.message`), or the bare message.
    ///
    /// @throws Refusal if it is not JSON, in either layer
    public static JsonNode unwrap(byte[] body) throws Refusal {
        JsonNode outer = Json.read(body);
        JsonNode inner = outer.get("oslo.message");
        if (inner == null) {
            return outer;
        }
        return object(inner.isString() ? Json.read(inner.stringValue()) : inner, "oslo.message");
    }

    /// @param latest the latest moment that can be believed
    /// @throws Refusal if a field is missing, of the wrong kind, or not to be believed
    public static Notification of(JsonNode message, Instant latest) throws Refusal {
        Payload fields = Payload.of(object(message, "the message"), "", latest);
        String messageId = fields.id("message_id", "the sender's unique id of the message");
        String eventType = fields.id("event_type", "what happened, such as compute.instance.create.end");
        Instant timestamp = fields.requiredTime("timestamp", "when the message was sent");
        JsonNode payload = message.get("payload");
        if (payload == null) {
            throw new Refusal("payload is missing; expected an object with what happened");
        }
        return new Notification(
                messageId,
                eventType,
                fields.textOf("publisher_id").orElse(""),
                fields.textOf("priority").orElse(""),
                timestamp,
                payload,
                fields.textOf("_context_project_id"),
                fields.textOf("_context_project_name"));
    }

    /// The name of the project, if the caller acted in that project and the message says its name.
    public Optional<String> nameOf(String project) {
        return contextProject.filter(project::equals).flatMap(same -> contextProjectName);
    }

    /// Without payload: it may be long, and logs are no place for it.
    @Override
    public String toString() {
        return eventType + " " + messageId + " of " + timestamp;
    }

    private static JsonNode object(JsonNode node, String what) throws Refusal {
        if (!node.isObject()) {
            throw new Refusal("%s is %s; expected a JSON object".formatted(what, Json.kind(node)));
        }
        return node;
    }
}
