package org.reckoner.ledger.observation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.References;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Database;

/// What the sources told: appended once each, read back as timelines.
///
/// Each observation gets the next number in `seq`. "Everything up to number n" is a cutoff: it names the same
/// observations for ever.
public final class Observations {

    /// Resource types that are not paid for but give names to ids in other resources' attributes.
    private static final List<String> REFERENCE_TYPES = List.of("volume_type");

    private final Database database;

    public Observations(Database database) {
        this.database = database;
    }

    /// Appends a batch inside the caller's transaction. An observation whose identity is known is not stored
    /// again.
    public Appended append(Handle handle, List<Observation> batch, Instant recordedAt) {
        Map<ObservationId, Observation> distinct = new LinkedHashMap<>();
        List<Observation> conflicting = new ArrayList<>();
        int known = 0;
        for (Observation observation : batch) {
            Observation before = distinct.putIfAbsent(observation.id(), observation);
            if (before != null && same(before, observation)) {
                known++;
            } else if (before != null) {
                conflicting.add(observation);
            }
        }
        List<Observation> fresh = new ArrayList<>();
        for (Observation observation : distinct.values()) {
            Optional<Observation> stored = find(handle, observation.id());
            if (stored.isEmpty()) {
                fresh.add(observation);
            } else if (same(stored.get(), observation)) {
                known++;
            } else {
                conflicting.add(observation);
            }
        }
        insert(handle, fresh, recordedAt);
        return new Appended(fresh.size(), known, conflicting);
    }

    /// Whether two observations of one identity tell the same.
    private static boolean same(Observation one, Observation other) {
        return one.event().equals(other.event())
                && one.resource().equals(other.resource())
                && one.occurredAt().equals(other.occurredAt())
                && ReportJson.write(one.report()).equals(ReportJson.write(other.report()));
    }

    private static void insert(Handle handle, List<Observation> fresh, Instant recordedAt) {
        if (fresh.isEmpty()) {
            return;
        }
        long seq = cutoff(handle);
        Map<ResourceId, Long> resources = resourceIds(handle, fresh, seq);
        PreparedBatch rows = handle.prepareBatch("""
                INSERT INTO observation (seq, source, message_id, event, resource_id, occurred_at, recorded_at, report)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""");
        PreparedBatch owners = handle.prepareBatch(
                "INSERT INTO resource_owner (project, resource_id) VALUES (?, ?) ON CONFLICT DO NOTHING");
        PreparedBatch hints = handle.prepareBatch("""
                UPDATE resource SET
                    began_at = CASE WHEN began_at > :began THEN :began ELSE began_at END,
                    ended_at = CASE WHEN :ended IS NULL THEN ended_at
                                    WHEN ended_at IS NULL OR ended_at > :ended THEN :ended ELSE ended_at END,
                    last_seq = :seq
                WHERE id = :id""");
        for (Observation observation : fresh) {
            long resource = resources.getOrDefault(observation.resource(), 0L);
            rows.add(
                    ++seq,
                    observation.id().source(),
                    observation.id().messageId(),
                    observation.event(),
                    resource,
                    Micros.of(observation.occurredAt()),
                    Micros.of(recordedAt),
                    ReportJson.write(observation.report()));
            observation.report().owner().ifPresent(project -> owners.add(project, resource));
            hints.bind("began", Micros.of(began(observation)))
                    .bindByType(
                            "ended",
                            observation.report().endedAt().map(Micros::of).orElse(null),
                            Long.class)
                    .bind("seq", seq)
                    .bind("id", resource)
                    .add();
        }
        rows.execute();
        hints.execute();
        if (owners.size() > 0) {
            owners.execute();
        }
    }

    private static Instant began(Observation observation) {
        return observation
                .report()
                .beganAt()
                .filter(began -> began.isBefore(observation.occurredAt()))
                .orElse(observation.occurredAt());
    }

    private static Map<ResourceId, Long> resourceIds(Handle handle, List<Observation> fresh, long seq) {
        Map<ResourceId, Long> ids = new HashMap<>();
        PreparedBatch unseen = handle.prepareBatch("""
                INSERT INTO resource (id, region, type, external_id, began_at, ended_at, last_seq)
                VALUES (?, ?, ?, ?, ?, NULL, ?)""");
        long next = handle.createQuery("SELECT COALESCE(MAX(id), 0) FROM resource")
                .mapTo(Long.class)
                .one();
        for (Observation observation : fresh) {
            ResourceId resource = observation.resource();
            if (ids.containsKey(resource)) {
                continue;
            }
            Optional<Long> id = resourceId(handle, resource);
            if (id.isEmpty()) {
                id = Optional.of(++next);
                unseen.add(next, resource.region(), resource.type(), resource.id(), Micros.of(began(observation)), seq);
            }
            ids.put(resource, id.get());
        }
        if (unseen.size() > 0) {
            unseen.execute();
        }
        return ids;
    }

    /// The ledger's number of a resource.
    public static Optional<Long> resourceId(Handle handle, ResourceId resource) {
        return handle.createQuery("SELECT id FROM resource WHERE region = ? AND type = ? AND external_id = ?")
                .bind(0, resource.region())
                .bind(1, resource.type())
                .bind(2, resource.id())
                .mapTo(Long.class)
                .findOne();
    }

    /// The number of the last observation, 0 in an empty ledger: the cutoff of "everything known now".
    public long cutoff() {
        return database.read(Observations::cutoff);
    }

    private static long cutoff(Handle handle) {
        return handle.createQuery("SELECT COALESCE(MAX(seq), 0) FROM observation")
                .mapTo(Long.class)
                .one();
    }

    /// When the newest observation up to the cutoff happened.
    public Optional<Instant> latest(long cutoff) {
        return database.read(handle -> handle.createQuery(
                        "SELECT occurred_at FROM observation WHERE seq <= ? ORDER BY occurred_at DESC LIMIT 1")
                .bind(0, cutoff)
                .mapTo(Long.class)
                .findOne()
                .map(Micros::instant));
    }

    /// Every project that ever owned something, in order.
    public List<String> projects() {
        return database.read(
                handle -> handle.createQuery("SELECT DISTINCT project FROM resource_owner ORDER BY project")
                        .mapTo(String.class)
                        .list());
    }

    /// Whether anything that the project ever owned, or a name that its use may be priced by, was told of
    /// after a cutoff.
    public boolean toldSince(String project, long cutoff) {
        return database.read(handle -> handle.createQuery("""
                        SELECT EXISTS (
                            SELECT 1 FROM resource_owner w JOIN resource r ON r.id = w.resource_id
                            WHERE w.project = :project AND r.last_seq > :cutoff)
                            OR EXISTS (SELECT 1 FROM resource r WHERE r.type IN (<types>) AND r.last_seq > :cutoff)""")
                .bind("project", project)
                .bind("cutoff", cutoff)
                .bindList("types", REFERENCE_TYPES)
                .mapTo(Boolean.class)
                .one());
    }

    /// The timelines of everything that the project ever owned and that was there within the window, by
    /// resource, as known at the cutoff, with names for ids.
    public List<Timeline> timelines(String project, Window window, long cutoff) {
        return database.read(handle -> fold(
                handle.createQuery("""
                                SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report
                                FROM resource_owner w
                                JOIN resource r ON r.id = w.resource_id
                                JOIN observation o ON o.resource_id = r.id
                                WHERE w.project = :project AND r.began_at < :to
                                  AND (r.ended_at IS NULL OR r.ended_at >= :from OR r.last_seq > :cutoff)
                                  AND o.seq <= :cutoff""")
                        .bind("project", project)
                        .bind("from", Micros.of(window.from()))
                        .bind("to", Micros.of(window.to()))
                        .bind("cutoff", cutoff)
                        .map((row, context) -> observation(row))
                        .list(),
                references(handle, cutoff)));
    }

    /// One resource's timeline as known at the cutoff.
    public Optional<Timeline> timeline(ResourceId resource, long cutoff) {
        return database.read(handle -> fold(of(handle, resource, cutoff), references(handle, cutoff)).stream()
                .findFirst());
    }

    /// One resource's observations up to the cutoff, in the order in which they happened.
    public List<Recorded> recorded(ResourceId resource, long cutoff) {
        return database.read(handle -> handle.createQuery("""
                        SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report,
                               o.seq, o.recorded_at
                        FROM resource r JOIN observation o ON o.resource_id = r.id
                        WHERE r.region = ? AND r.type = ? AND r.external_id = ? AND o.seq <= ?
                        ORDER BY o.occurred_at, o.source, o.message_id""")
                .bind(0, resource.region())
                .bind(1, resource.type())
                .bind(2, resource.id())
                .bind(3, cutoff)
                .map((row, context) ->
                        new Recorded(row.getLong("seq"), Micros.instant(row.getLong("recorded_at")), observation(row)))
                .list());
    }

    private static List<Observation> of(Handle handle, ResourceId resource, long cutoff) {
        return handle.createQuery("""
                        SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report
                        FROM resource r JOIN observation o ON o.resource_id = r.id
                        WHERE r.region = ? AND r.type = ? AND r.external_id = ? AND o.seq <= ?""")
                .bind(0, resource.region())
                .bind(1, resource.type())
                .bind(2, resource.id())
                .bind(3, cutoff)
                .map((row, context) -> observation(row))
                .list();
    }

    /// The resources that exist, by region, type and id.
    ///
    /// @param project only those that it ever owned
    /// @param type only of this type
    public List<ResourceId> resources(Optional<String> project, Optional<String> type) {
        return database.read(handle -> handle.createQuery("""
                        SELECT r.region, r.type, r.external_id FROM resource r
                        WHERE (:type IS NULL OR r.type = :type)
                          AND (:project IS NULL OR EXISTS (
                              SELECT 1 FROM resource_owner w WHERE w.resource_id = r.id AND w.project = :project))
                        ORDER BY r.region, r.type, r.external_id""")
                .bindByType("type", type.orElse(null), String.class)
                .bindByType("project", project.orElse(null), String.class)
                .map((row, context) ->
                        new ResourceId(row.getString("region"), row.getString("type"), row.getString("external_id")))
                .list());
    }

    /// The observation of this identity, with when and as which number it was recorded.
    public Optional<Recorded> find(ObservationId id) {
        return database.read(handle -> handle.createQuery("""
                        SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report,
                               o.seq, o.recorded_at
                        FROM observation o JOIN resource r ON r.id = o.resource_id
                        WHERE o.source = ? AND o.message_id = ?""")
                .bind(0, id.source())
                .bind(1, id.messageId())
                .map((row, context) ->
                        new Recorded(row.getLong("seq"), Micros.instant(row.getLong("recorded_at")), observation(row)))
                .findOne());
    }

    private static Optional<Observation> find(Handle handle, ObservationId id) {
        return handle.createQuery("""
                        SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report
                        FROM observation o JOIN resource r ON r.id = o.resource_id
                        WHERE o.source = ? AND o.message_id = ?""")
                .bind(0, id.source())
                .bind(1, id.messageId())
                .map((row, context) -> observation(row))
                .findOne();
    }

    /// The name that each project was last told to have.
    public Map<String, String> projectNames(long cutoff) {
        TreeMap<String, String> names = new TreeMap<>();
        for (String project : projects()) {
            database.<Optional<String>>read(handle -> handle
                            .createQuery("""
                                    SELECT o.report FROM resource_owner w
                                    JOIN observation o ON o.resource_id = w.resource_id
                                    WHERE w.project = ? AND o.seq <= ? AND o.report LIKE '%"project_name"%'
                                    ORDER BY o.occurred_at DESC""")
                            .bind(0, project)
                            .bind(1, cutoff)
                            .mapTo(String.class)
                            .map(ReportJson::read)
                            .filter(report ->
                                    report.owner().filter(project::equals).isPresent())
                            .stream()
                            .findFirst()
                            .map(report -> report.attributes().get("project_name")))
                    .ifPresent(name -> names.put(project, name));
        }
        return names;
    }

    private static References references(Handle handle, long cutoff) {
        TreeMap<String, Map<String, String>> names = new TreeMap<>();
        for (String type : REFERENCE_TYPES) {
            TreeMap<String, String> byId = new TreeMap<>();
            List<Observation> told = handle.createQuery("""
                            SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report
                            FROM resource r JOIN observation o ON o.resource_id = r.id
                            WHERE r.type = ? AND o.seq <= ?""")
                    .bind(0, type)
                    .bind(1, cutoff)
                    .map((row, context) -> observation(row))
                    .list();
            told.stream().sorted(Observation.ORDER).forEach(observation -> {
                String name = observation.report().attributes().get("name");
                if (name != null) {
                    byId.put(observation.resource().id(), name);
                }
            });
            names.put(type, byId);
        }
        return new References(names);
    }

    private static List<Timeline> fold(Collection<Observation> observations, References references) {
        TreeMap<ResourceId, List<Observation>> byResource = new TreeMap<>();
        observations.forEach(observation -> byResource
                .computeIfAbsent(observation.resource(), resource -> new ArrayList<>())
                .add(observation));
        List<Timeline> timelines = new ArrayList<>();
        byResource.forEach((resource, facts) ->
                timelines.add(Timeline.fold(resource, facts).named(references)));
        return timelines;
    }

    private static Observation observation(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Observation(
                new ObservationId(row.getString("source"), row.getString("message_id")),
                row.getString("event"),
                new ResourceId(row.getString("region"), row.getString("type"), row.getString("external_id")),
                Micros.instant(row.getLong("occurred_at")),
                ReportJson.read(row.getString("report")));
    }

    /// The sources and regions that a batch speaks for, in order.
    static TreeSet<Watermark.Scope> scopes(Collection<Observation> batch) {
        TreeSet<Watermark.Scope> scopes = new TreeSet<>();
        batch.forEach(observation -> scopes.add(new Watermark.Scope(
                observation.id().source(), observation.resource().region())));
        return scopes;
    }
}
