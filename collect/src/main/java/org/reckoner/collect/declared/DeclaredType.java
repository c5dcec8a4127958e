package org.reckoner.collect.declared;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.reckoner.collect.oslo.EventPattern;
import tools.jackson.core.JsonPointer;

/// A resource type that the operator declares: which messages tell of it, and where in them.
///
/// Paths are JSON pointers (RFC 6901) into the payload: `/loadbalancer/id`. Each resource also holds 1 of the
/// meter named like its type.
///
/// @param type as prices name it: `load_balancer`
/// @param eventPatterns event types that tell of it; `*` stands for any characters
/// @param idPath to the resource's id
/// @param ownerPath to the id of the project that owns it
/// @param statePath to its state; without, it is `active` while it exists
/// @param createdPath to when it was created; without, it begins with its first message
/// @param deletedPath to when it was deleted, if messages say so
/// @param deletedEvents event types after which it is gone
/// @param levels quantities that it holds: meter to path
/// @param attributes what prices may depend on: dimension to path
public record DeclaredType(
        String type,
        List<String> eventPatterns,
        String idPath,
        String ownerPath,
        Optional<String> statePath,
        Optional<String> createdPath,
        Optional<String> deletedPath,
        List<String> deletedEvents,
        SortedMap<String, String> levels,
        SortedMap<String, String> attributes) {

    /// @throws IllegalArgumentException if a part is blank or a path is no JSON pointer
    public DeclaredType {
        eventPatterns = List.copyOf(eventPatterns);
        deletedEvents = List.copyOf(deletedEvents);
        levels = Collections.unmodifiableSortedMap(new TreeMap<>(levels));
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
        if (type.isBlank()) {
            throw new IllegalArgumentException("a declared resource type has no name");
        }
        if (eventPatterns.isEmpty()) {
            throw new IllegalArgumentException(
                    "resource type %s names no events; expected patterns such as octavia.loadbalancer.*"
                            .formatted(type));
        }
        eventPatterns.forEach(EventPattern::of);
        deletedEvents.forEach(EventPattern::of);
        pointer(type, "id", idPath);
        pointer(type, "owner", ownerPath);
        for (String path : Stream.of(statePath, createdPath, deletedPath)
                .flatMap(Optional::stream)
                .toList()) {
            pointer(type, "state, created or deleted", path);
        }
        for (var entry : levels.entrySet()) {
            pointer(type, "level " + entry.getKey(), entry.getValue());
        }
        for (var entry : attributes.entrySet()) {
            pointer(type, "attribute " + entry.getKey(), entry.getValue());
        }
    }

    private static void pointer(String type, String what, String path) {
        try {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("it does not begin with /");
            }
            JsonPointer.compile(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "resource type %s: the path of %s is '%s'; expected a JSON pointer into the payload such as /loadbalancer/id"
                            .formatted(type, what, path),
                    e);
        }
    }
}
