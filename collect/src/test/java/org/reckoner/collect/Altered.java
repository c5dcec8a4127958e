package org.reckoner.collect;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Recorded messages with something changed.
final class Altered {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Map<String, ObjectNode> FIRST_OF_TYPE = firstOfType();

    private Altered() {}

    /// The first recorded message of the type, as it is inside its envelope.
    static ObjectNode recorded(String eventType) {
        return Objects.requireNonNull(FIRST_OF_TYPE.get(eventType), eventType).deepCopy();
    }

    private static Map<String, ObjectNode> firstOfType() {
        TreeMap<String, ObjectNode> first = new TreeMap<>();
        for (byte[] body : Recorded.all()) {
            ObjectNode message = inner(body);
            first.putIfAbsent(message.get("event_type").stringValue(), message);
        }
        return first;
    }

    static ObjectNode inner(byte[] body) {
        return (ObjectNode)
                JSON.readTree(JSON.readTree(body).get("oslo.message").stringValue());
    }

    /// The first recorded message of the type, with its payload changed, in its envelope.
    static byte[] payload(String eventType, Consumer<ObjectNode> change) {
        return message(eventType, message -> change.accept((ObjectNode) message.get("payload")));
    }

    static byte[] message(String eventType, Consumer<ObjectNode> change) {
        ObjectNode message = recorded(eventType);
        change.accept(message);
        return wrapped(message);
    }

    static byte[] wrapped(JsonNode message) {
        ObjectNode envelope = JSON.createObjectNode();
        envelope.put("oslo.version", "2.0");
        envelope.put("oslo.message", JSON.writeValueAsString(message));
        return JSON.writeValueAsBytes(envelope);
    }

    static byte[] bare(JsonNode message) {
        return JSON.writeValueAsBytes(message);
    }

    static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
