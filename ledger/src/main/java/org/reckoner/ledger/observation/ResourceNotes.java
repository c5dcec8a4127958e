package org.reckoner.ledger.observation;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.reckoner.core.meter.Known;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.ledger.Rows;

/// What the ledger notes beside each resource that a batch tells of: hints that keep queries small.
final class ResourceNotes {

    /// Resource types that are not paid for but give names to ids in other resources' attributes.
    static final List<String> REFERENCE_TYPES = List.of("volume_type");

    private final Map<ResourceId, Notes> notes = new HashMap<>();
    private long lastId;

    /// @param flowedAt when the last flow was
    private record Notes(long id, Known known, Optional<Instant> flowedAt, long lastSeq) {}

    private ResourceNotes() {}

    /// As they are before a batch.
    static ResourceNotes before(Handle handle, Collection<Observation> batch) {
        ResourceNotes resources = new ResourceNotes();
        resources.lastId = handle.createQuery("SELECT COALESCE(MAX(id), 0) FROM resource")
                .mapTo(Long.class)
                .one();
        Map<Type, TreeSet<String>> wanted = new LinkedHashMap<>();
        batch.forEach(observation -> wanted.computeIfAbsent(Type.of(observation), type -> new TreeSet<>())
                .add(observation.resource().id()));
        wanted.forEach((type, ids) -> Rows.chunks(ids).forEach(chunk -> resources.read(handle, type, chunk)));
        return resources;
    }

    private record Type(String region, String type) {
        static Type of(Observation observation) {
            return new Type(
                    observation.resource().region(), observation.resource().type());
        }
    }

    private void read(Handle handle, Type type, List<String> externalIds) {
        handle.createQuery("""
                        SELECT id, external_id, began_at, ended_at, flowed_at, last_seq, settled_at, told FROM resource
                        WHERE region = :region AND type = :type AND external_id IN (<ids>)""")
                .bind("region", type.region())
                .bind("type", type.type())
                .bindList("ids", externalIds)
                .map((row, context) -> notes.put(
                        new ResourceId(type.region(), type.type(), row.getString("external_id")),
                        new Notes(
                                row.getLong("id"),
                                new Known(
                                        Micros.instant(row.getLong("began_at")),
                                        Micros.optional(row, "ended_at"),
                                        Micros.instant(row.getLong("settled_at")),
                                        new TreeSet<>(
                                                List.of(row.getString("told").split("\n")))),
                                Micros.optional(row, "flowed_at"),
                                row.getLong("last_seq"))))
                .forEach(before -> {});
    }

    /// Takes note of an observation.
    ///
    /// @return from when on bills can be others with it than without
    Instant note(Observation observation, long seq) {
        ResourceId resource = observation.resource();
        Notes before = notes.get(resource);
        Known known = before == null ? Known.of(observation) : before.known();
        Instant reach = known.reach(observation);
        known = before == null ? known : known.with(observation);
        Optional<Instant> flowed = Stream.concat(
                        Stream.ofNullable(before).flatMap(notes -> notes.flowedAt().stream()),
                        observation.report().flows().isEmpty() ? Stream.empty() : Stream.of(observation.occurredAt()))
                .max(Instant::compareTo);
        notes.put(resource, new Notes(before == null ? ++lastId : before.id(), known, flowed, seq));
        boolean firstName = REFERENCE_TYPES.contains(resource.type()) && !reach.isAfter(known.began());
        return firstName ? Instant.EPOCH : reach;
    }

    long id(ResourceId resource) {
        return Objects.requireNonNull(notes.get(resource)).id();
    }

    /// Writes the notes down.
    void write(Handle handle) {
        try (Rows rows = Rows.of(handle, """
                INSERT INTO resource (id, region, type, external_id, began_at, ended_at, flowed_at, last_seq, settled_at, told)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    began_at = excluded.began_at, ended_at = excluded.ended_at, flowed_at = excluded.flowed_at,
                    last_seq = excluded.last_seq, settled_at = excluded.settled_at, told = excluded.told""")) {
            // In the order of the index, of which many pages would otherwise be read and written twice.
            new TreeMap<>(notes)
                    .forEach((resource, note) -> rows.add(
                            note.id(),
                            resource.region(),
                            resource.type(),
                            resource.id(),
                            Micros.of(note.known().began()),
                            note.known().ended().map(Micros::of).orElse(null),
                            note.flowedAt().map(Micros::of).orElse(null),
                            note.lastSeq(),
                            Micros.of(note.known().settled()),
                            String.join("\n", note.known().told())));
            rows.write();
        }
    }
}
