package org.reckoner.collect.declared;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.reckoner.collect.oslo.EventPattern;
import org.reckoner.collect.oslo.Meaning;
import org.reckoner.collect.oslo.Notification;
import org.reckoner.collect.oslo.Payload;
import org.reckoner.collect.oslo.Refusal;
import org.reckoner.collect.oslo.Rule;
import org.reckoner.collect.oslo.Service;
import org.reckoner.core.meter.Report;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/// The declared types as if they were a service.
public final class Declared {

    private static final long MOST = Long.MAX_VALUE;

    private Declared() {}

    public static Service service(List<DeclaredType> types) {
        return new Service(
                "declared",
                types.stream()
                        .flatMap(type -> type.eventPatterns().stream()
                                .map(pattern -> Rule.understood(
                                        pattern,
                                        "the state of a " + type.type() + ", as declared",
                                        (notification, payload) -> read(type, notification, payload))))
                        .toList());
    }

    private static Meaning read(DeclaredType type, Notification notification, Payload payload) throws Refusal {
        String itsId = "the id of the " + type.type();
        String id = id(payload, type.idPath(), itsId)
                .orElseThrow(() -> new Refusal("payload%s is missing; expected %s".formatted(type.idPath(), itsId)));
        boolean deleted = type.deletedEvents().stream()
                .anyMatch(pattern -> EventPattern.of(pattern).matches(notification.eventType()));
        String ownersId = "the id of the project that owns the " + type.type();
        Optional<String> owner = id(payload, type.ownerPath(), ownersId);
        if (owner.isEmpty() && !deleted) {
            throw new Refusal("payload%s is missing; expected %s".formatted(type.ownerPath(), ownersId));
        }
        Report report = Report.NOTHING;
        if (owner.isPresent()) {
            report = report.owner(owner.get()).level(type.type(), 1);
            Optional<String> name = notification.nameOf(owner.get());
            if (name.isPresent()) {
                report = report.attribute("project_name", name.get());
            }
        }
        Optional<String> state = type.statePath().isEmpty()
                ? owner.map(known -> "active")
                : word(payload, type.statePath().get());
        if (state.isPresent()) {
            report = report.state(state.get());
        }
        for (var level : type.levels().entrySet()) {
            Optional<JsonNode> found = at(payload, level.getValue());
            if (found.isPresent()) {
                report = report.level(
                        level.getKey(),
                        Payload.quantity(found.get(), "payload" + level.getValue(), "units of the meter", MOST));
            }
        }
        for (var attribute : type.attributes().entrySet()) {
            Optional<String> found = word(payload, attribute.getValue());
            if (found.isPresent()) {
                report = report.attribute(attribute.getKey(), found.get());
            }
        }
        Optional<Instant> created = time(payload, type.createdPath());
        if (created.isPresent()) {
            report = report.began(created.get());
        }
        Optional<Instant> ended = time(payload, type.deletedPath())
                .or(() -> deleted ? Optional.of(notification.timestamp()) : Optional.empty());
        return new Meaning.Told(type.type(), id, ended.isPresent() ? report.ended(ended.get()) : report);
    }

    private static Optional<JsonNode> at(Payload payload, String path) {
        return payload.at(JsonPointer.compile(path));
    }

    private static Optional<String> word(Payload payload, String path) {
        return at(payload, path).map(Payload::word);
    }

    private static Optional<String> id(Payload payload, String path, String expected) throws Refusal {
        Optional<String> word = word(payload, path);
        return word.isEmpty() ? word : Optional.of(Payload.id(word.get(), "payload" + path, expected));
    }

    private static Optional<Instant> time(Payload payload, Optional<String> path) throws Refusal {
        Optional<JsonNode> found = path.flatMap(p -> at(payload, p));
        return found.isEmpty() ? Optional.empty() : Optional.of(payload.time(found.get(), "payload" + path.orElse("")));
    }
}
