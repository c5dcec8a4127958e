package org.reckoner.collect.ceilometer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.reckoner.collect.Reading;
import org.reckoner.collect.oslo.Json;
import org.reckoner.collect.oslo.Redaction;
import org.reckoner.collect.oslo.Refusal;
import org.reckoner.core.meter.Sample;
import tools.jackson.databind.JsonNode;

/// Reads what Ceilometer sends or sent: a sample or an event, or a list of them, bare, as the payload of a
/// message of its notifier (`metering`, `event`), or as an answer of its old API, also several by their URLs.
///
/// @param meters of which samples are wanted
/// @param keys of the metadata that are kept, nested ones joined by a dot; the rest may hold secrets
/// @param trusted which sources are believed, from their beginning; all if none is named. Users can post
///     samples of their own, under a source that begins with their project
public record Ceilometer(Set<String> meters, Set<String> keys, List<Pattern> trusted) {

    /// No samples are wanted, but events.
    public static final Ceilometer UNWANTED = new Ceilometer(Set.of(), Set.of(), List.of());

    private static final Set<String> NOTIFIED = Set.of("metering", "event");

    public Ceilometer {
        meters = Set.copyOf(meters);
        keys = Set.copyOf(keys);
        trusted = List.copyOf(trusted);
    }

    /// Whether a message is Ceilometer's.
    public boolean isMeant(JsonNode message) {
        return message.path(0).isObject()
                || Samples.isOne(message)
                || Events.isOne(message)
                || isNotified(message)
                || isByUrl(message);
    }

    private static boolean isNotified(JsonNode message) {
        JsonNode type = message.path("event_type");
        return type.isString() && NOTIFIED.contains(type.stringValue()) && message.has("payload");
    }

    private static boolean isByUrl(JsonNode message) {
        return message.isObject()
                && !message.isEmpty()
                && message.properties().stream()
                        .allMatch(entry -> entry.getKey().contains("/v2/"));
    }

    /// @param latest the latest moment that can be believed
    /// @param notifications reads what an event says as the notification that it was made of
    public Reading read(JsonNode message, Instant latest, Function<JsonNode, Reading> notifications) {
        List<Reading> readings = new ArrayList<>();
        collect(isNotified(message) ? message.get("payload") : message, latest, notifications, readings);
        return readings.size() == 1 ? readings.getFirst() : new Reading.Several(readings);
    }

    private void collect(
            JsonNode node, Instant latest, Function<JsonNode, Reading> notifications, List<Reading> readings) {
        if (node.isArray()) {
            node.forEach(item -> collect(item, latest, notifications, readings));
        } else if (isByUrl(node)) {
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                if (entry.getValue().isString()) {
                    readings.add(new Reading.Ignored("index", "the name of a file with that answer, not the answer"));
                } else {
                    collect(entry.getValue(), latest, notifications, readings);
                }
            }
        } else {
            readings.add(one(node, latest, notifications));
        }
    }

    private Reading one(JsonNode node, Instant latest, Function<JsonNode, Reading> notifications) {
        if (Events.isOne(node)) {
            return event(node, notifications);
        }
        if (node.has("resource_id") && node.has("links")) {
            return new Reading.Ignored("resource", "a resource of Ceilometer's list, not a sample");
        }
        try {
            Sample sample = Samples.read(node, keys, latest);
            if (!meters.contains(sample.meter())) {
                return new Reading.Ignored("sample of " + sample.meter(), "no mapping speaks of the meter");
            }
            if (!trusted.isEmpty()
                    && trusted.stream()
                            .noneMatch(source -> source.matcher(sample.source()).lookingAt())) {
                return new Reading.Ignored("sample of " + sample.meter(), "its source is not trusted");
            }
            return new Reading.Sampled(sample);
        } catch (Refusal refusal) {
            return refused(node, refusal);
        }
    }

    private static Reading event(JsonNode event, Function<JsonNode, Reading> notifications) {
        try {
            return notifications.apply(Events.notification(event));
        } catch (Refusal refusal) {
            return refused(event, refusal);
        }
    }

    private static Reading refused(JsonNode node, Refusal refusal) {
        return new Reading.Refused(
                word(node, "message_id").or(() -> word(node, "id")),
                word(node, "event_type")
                        .or(() -> Samples.meter(node).map(meter -> "sample of " + meter))
                        .or(() -> Optional.of("sample")),
                refusal.reason(),
                Redaction.body(Json.write(node).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    private static Optional<String> word(JsonNode node, String name) {
        JsonNode found = node.path(name);
        return found.isString()
                        && !found.stringValue().isBlank()
                        && found.stringValue().length() <= 255
                ? Optional.of(found.stringValue())
                : Optional.empty();
    }
}
