package org.reckoner.collect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.reckoner.collect.ceilometer.Ceilometer;
import org.reckoner.collect.cinder.Cinder;
import org.reckoner.collect.declared.Declared;
import org.reckoner.collect.declared.DeclaredType;
import org.reckoner.collect.glance.Glance;
import org.reckoner.collect.heat.Heat;
import org.reckoner.collect.keystone.Keystone;
import org.reckoner.collect.neutron.Neutron;
import org.reckoner.collect.nova.Nova;
import org.reckoner.collect.oslo.Json;
import org.reckoner.collect.oslo.Meaning;
import org.reckoner.collect.oslo.Notification;
import org.reckoner.collect.oslo.Payload;
import org.reckoner.collect.oslo.Redaction;
import org.reckoner.collect.oslo.Refusal;
import org.reckoner.collect.oslo.Rule;
import org.reckoner.collect.oslo.Service;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.ResourceId;
import tools.jackson.databind.JsonNode;

/// Reads notifications of all services: the one entry for whatever carries them, a file or a broker.
///
/// What the operator declares goes before what the operator ignores, and both before what is built in.
/// Thread-safe.
public final class Notifications {

    /// The services whose words are known without any declaration.
    public static final List<Service> BUILT_IN =
            List.of(Nova.SERVICE, Glance.SERVICE, Cinder.SERVICE, Neutron.SERVICE, Keystone.SERVICE, Heat.SERVICE);

    private final String region;
    private final List<Service> services;
    private final Ceilometer telemetry;
    private final Duration maxClockSkew;
    private final Clock clock;

    /// Without telemetry: samples are of no concern.
    public Notifications(
            String region,
            List<DeclaredType> declared,
            List<String> ignorePatterns,
            Duration maxClockSkew,
            Clock clock) {
        this(region, declared, ignorePatterns, Ceilometer.UNWANTED, maxClockSkew, clock);
    }

    /// @param region the region whose services send these notifications
    /// @param declared resource types that the operator declares
    /// @param ignorePatterns event types that the operator ignores; `*` stands for any characters
    /// @param telemetry which samples are wanted
    /// @param maxClockSkew a message whose times are further ahead of the clock than this is refused
    /// @throws IllegalArgumentException if a pattern is blank or the skew is negative
    public Notifications(
            String region,
            List<DeclaredType> declared,
            List<String> ignorePatterns,
            Ceilometer telemetry,
            Duration maxClockSkew,
            Clock clock) {
        if (region.isBlank()) {
            throw new IllegalArgumentException("the region has no name");
        }
        if (maxClockSkew.isNegative()) {
            throw new IllegalArgumentException("the largest clock skew is negative: " + maxClockSkew);
        }
        this.region = region;
        this.services = new ArrayList<>();
        this.services.add(Declared.service(declared));
        this.services.add(new Service(
                "configuration",
                ignorePatterns.stream()
                        .map(pattern -> Rule.ignored(pattern, "configured under ignore: " + pattern))
                        .toList()));
        this.services.addAll(BUILT_IN);
        this.telemetry = telemetry;
        this.maxClockSkew = maxClockSkew;
        this.clock = clock;
    }

    /// What one message says. Never throws, whatever the bytes: what cannot be read is a [Reading.Refused].
    public Reading read(byte[] body) {
        Optional<JsonNode> message = Optional.empty();
        try {
            JsonNode unwrapped = Notification.unwrap(body);
            Instant latest = clock.instant().plus(maxClockSkew);
            if (telemetry.isMeant(unwrapped)) {
                return telemetry.read(
                        unwrapped, latest, event -> read(Json.write(event).getBytes(UTF_8)));
            }
            message = Optional.of(unwrapped);
            return read(Notification.of(unwrapped, latest), latest);
        } catch (Refusal refusal) {
            return refused(body, message, refusal.reason());
        } catch (RuntimeException e) {
            // A fault of ours must not stop the queue: the message is kept and can be read again once it is mended.
            return refused(
                    body,
                    message,
                    "reading it failed inside Reckoner (" + Redaction.text(e.toString())
                            + "); please report it. Replay the message after the next upgrade");
        }
    }

    private Reading read(Notification notification, Instant latest) throws Refusal {
        for (Service service : services) {
            Optional<Rule> rule = service.ruleFor(notification);
            if (rule.isPresent()) {
                return read(notification, service, rule.get(), latest);
            }
        }
        throw new Refusal("unknown event type %s; declare it under resource-types, or add it to ignore"
                .formatted(notification.eventType()));
    }

    private Reading read(Notification notification, Service service, Rule rule, Instant latest) throws Refusal {
        if (rule.ignores()) {
            return new Reading.Ignored(notification.eventType(), rule.summary());
        }
        Payload payload = Payload.of(notification.payload(), "payload", latest);
        return switch (rule.reader().read(notification, payload)) {
            case Meaning.Passed(String why) -> new Reading.Ignored(notification.eventType(), why);
            case Meaning.Told told ->
                new Reading.Observed(new Observation(
                        new ObservationId(service.name(), notification.messageId()),
                        notification.eventType(),
                        new ResourceId(region, told.type(), told.id()),
                        notification.timestamp(),
                        told.report()));
        };
    }

    private static Reading refused(byte[] body, Optional<JsonNode> message, String reason) {
        return new Reading.Refused(
                word(message, "message_id"), word(message, "event_type"), reason, Redaction.body(body));
    }

    private static Optional<String> word(Optional<JsonNode> message, String name) {
        return message.map(m -> m.path(name))
                .filter(JsonNode::isString)
                .map(Payload::word)
                .filter(word -> !word.isBlank() && word.length() <= 255);
    }
}
