package org.reckoner.collect.ceilometer;

import java.util.Map;
import java.util.Optional;
import org.reckoner.collect.oslo.Refusal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Ceilometer's events, which it makes of the services' notifications: turned back into them.
///
/// With the notification in it (`store_raw`), an event is that notification again, and counts once with it.
/// Without, its traits are put where the notification has them; it then stands beside the notification, under
/// an id of its own.
final class Events {

    /// What Ceilometer calls otherwise than the service, by the beginning of the event type.
    private static final Map<String, Map<String, String>> NAMES = Map.of(
            "compute.", Map.of("resource_id", "instance_id", "project_id", "tenant_id"),
            "volume.", Map.of("resource_id", "volume_id", "project_id", "tenant_id", "type", "volume_type"),
            "snapshot.", Map.of("resource_id", "snapshot_id", "project_id", "tenant_id"),
            "image.", Map.of("resource_id", "id", "project_id", "owner"),
            "floatingip.", Map.of("resource_id", "id", "project_id", "tenant_id"),
            "router.", Map.of("resource_id", "id", "project_id", "tenant_id"),
            "network.", Map.of("resource_id", "id", "project_id", "tenant_id"));

    private Events() {}

    static boolean isOne(JsonNode node) {
        return node.path("event_type").isString() && node.has("traits");
    }

    /// @throws Refusal if the event lacks what every notification has
    static JsonNode notification(JsonNode event) throws Refusal {
        ObjectNode message = JsonMapper.shared().createObjectNode();
        String type = event.get("event_type").stringValue();
        JsonNode id = event.path("message_id");
        if (!id.isString() || id.stringValue().isBlank()) {
            throw new Refusal("message_id of the event is missing; expected the id of its notification");
        }
        JsonNode raw = event.path("raw").path("payload");
        message.put("message_id", raw.isObject() ? id.stringValue() : id.stringValue() + "/traits");
        message.put("event_type", type);
        message.set("timestamp", event.path("generated"));
        message.set("publisher_id", event.path("raw").path("publisher_id"));
        message.set("payload", raw.isObject() ? raw : payload(type, event.get("traits")));
        return message;
    }

    private static JsonNode payload(String type, JsonNode traits) {
        ObjectNode payload = JsonMapper.shared().createObjectNode();
        Map<String, String> names = NAMES.entrySet().stream()
                .filter(entry -> type.startsWith(entry.getKey()))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse(Map.of());
        for (JsonNode trait : traits) {
            JsonNode name = trait.isArray() ? trait.path(0) : trait.path("name");
            JsonNode value = trait.isArray() ? trait.path(2) : trait.path("value");
            if (name.isString() && !value.isMissingNode()) {
                payload.set(name.stringValue(), value);
                Optional.ofNullable(names.get(name.stringValue()))
                        .filter(other -> !payload.has(other))
                        .ifPresent(other -> payload.set(other, value));
            }
        }
        boolean nested = type.startsWith("floatingip.") || type.startsWith("router.") || type.startsWith("network.");
        return nested
                ? JsonMapper.shared().createObjectNode().set(type.substring(0, type.indexOf('.')), payload)
                : payload;
    }
}
