package org.reckoner.collect.ceilometer;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.reckoner.collect.oslo.Json;
import org.reckoner.collect.oslo.Payload;
import org.reckoner.collect.oslo.Redaction;
import org.reckoner.collect.oslo.Refusal;
import org.reckoner.core.meter.Sample;
import tools.jackson.databind.JsonNode;

/// One sample in any of the ways in which Ceilometer writes it: as the notifier and the API's meters do
/// (`counter_name`, `counter_volume`, `message_id`), as the HTTP publisher does (`name`, `volume`, `id`), and
/// as the API's samples did (`meter`, `metadata`).
final class Samples {

    private static final List<String> METER = List.of("counter_name", "meter", "name");
    private static final List<String> KIND = List.of("counter_type", "type");
    private static final List<String> VOLUME = List.of("counter_volume", "volume");
    private static final List<String> ID = List.of("message_id", "id");
    private static final List<String> METADATA = List.of("resource_metadata", "metadata");

    private static final int MOST_DIGITS = 40;
    private static final int DEEPEST = 8;

    private Samples() {}

    /// Whether an object is a sample by its fields; also one that lacks some.
    static boolean isOne(JsonNode node) {
        return node.has("counter_name")
                || node.has("volume") && node.has("resource_id") && (node.has("name") || node.has("meter"));
    }

    /// The meter, if it can be read.
    static Optional<String> meter(JsonNode node) {
        return METER.stream()
                .map(node::path)
                .filter(JsonNode::isString)
                .map(Payload::word)
                .filter(word -> word.length() <= 200)
                .findFirst();
    }

    /// @param keys of the metadata that are kept
    /// @throws Refusal if a field is missing, of the wrong kind, or not to be believed
    static Sample read(JsonNode node, Set<String> keys, Instant latest) throws Refusal {
        Payload fields = Payload.of(node, "the sample", latest);
        String meter = fields.id(named(node, METER), "the meter that was read, such as volume.size");
        String resource = fields.id("resource_id", "the id of what was read");
        Instant time = fields.requiredTime("timestamp", "when it was read");
        Optional<String> project = fields.optionalText("project_id");
        if (project.isPresent()) {
            Payload.id(project.get(), "project_id", "the id of the project that owns it");
        }
        Optional<BigDecimal> volume = volume(node, named(node, VOLUME));
        Optional<String> id = fields.optionalText(named(node, ID));
        if (id.isPresent()) {
            Payload.id(id.get(), named(node, ID), "the permanent id of the sample");
        }
        String source = fields.optionalText("source").orElse("");
        return new Sample(
                id.orElseGet(() -> fingerprint(node)),
                meter,
                kind(fields, node),
                resource,
                project,
                source,
                time,
                volume,
                metadata(node.path(named(node, METADATA)), keys));
    }

    /// The first of the names that is there.
    private static String named(JsonNode node, List<String> names) {
        return names.stream().filter(node::has).findFirst().orElse(names.getFirst());
    }

    private static Sample.Kind kind(Payload fields, JsonNode node) throws Refusal {
        String name = named(node, KIND);
        String word = fields.optionalText(name).orElse("");
        return switch (word) {
            case "gauge" -> Sample.Kind.GAUGE;
            case "delta" -> Sample.Kind.DELTA;
            case "cumulative" -> Sample.Kind.CUMULATIVE;
            default ->
                throw new Refusal("%s is '%s'; expected gauge, delta or cumulative"
                        .formatted(name, word.length() > 60 ? word.substring(0, 57) + "…" : word));
        };
    }

    /// Exact, as written; nothing for null. What is not a number, or one that nobody could count, is refused.
    private static Optional<BigDecimal> volume(JsonNode node, String name) throws Refusal {
        JsonNode found = node.path(name);
        if (found.isMissingNode()) {
            throw new Refusal(name + " is missing; expected a number");
        }
        if (found.isNull()) {
            return Optional.empty();
        }
        if (!Json.isNumber(found)) {
            String shown = found.isValueNode() ? found.asString() : Json.kind(found);
            throw new Refusal("%s is %s; expected a number"
                    .formatted(name, shown.length() > 60 ? shown.substring(0, 57) + "…" : shown));
        }
        BigDecimal volume = found.decimalValue();
        if (volume.precision() > MOST_DIGITS || Math.abs((long) volume.scale()) > MOST_DIGITS) {
            throw new Refusal(
                    "%s has more than %d digits; expected a number that can be counted".formatted(name, MOST_DIGITS));
        }
        return Optional.of(volume);
    }

    private static Map<String, String> metadata(JsonNode metadata, Set<String> keys) {
        Map<String, String> kept = new HashMap<>();
        flatten(metadata, "", keys, kept, 0);
        return kept;
    }

    private static void flatten(JsonNode node, String prefix, Set<String> keys, Map<String, String> kept, int depth) {
        if (!node.isObject() || depth > DEEPEST) {
            return;
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String key = prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isObject()) {
                flatten(value, key, keys, kept, depth + 1);
            } else if (!value.isNull() && keys.contains(key)) {
                kept.put(key, Redaction.text(Payload.word(value)));
            }
        }
    }

    /// Without an id of its own, a sample is what it says.
    private static String fingerprint(JsonNode node) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(Json.write(node).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
