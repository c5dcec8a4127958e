package org.reckoner.ledger.observation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.References;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Telling;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.Rows;

/// What the sources told: appended once each, read back as timelines.
///
/// Each observation gets the next number in `seq`. "Everything up to number n" is a cutoff: it names the same
/// observations for ever.
public final class Observations {

    private static final int LONGEST_NAME = 255;

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
        Map<ObservationId, Observation> stored = stored(handle, distinct.keySet());
        for (Observation observation : distinct.values()) {
            Observation before = stored.get(observation.id());
            if (before == null) {
                fresh.add(observation);
            } else if (same(before, observation)) {
                known++;
            } else {
                conflicting.add(observation);
            }
        }
        insert(handle, fresh, recordedAt);
        return new Appended(fresh.size(), known, conflicting);
    }

    /// Why an observation cannot be kept; nothing if it can. PostgreSQL has no U+0000 in text, and no index
    /// over long names.
    static Optional<String> refusal(Observation observation) {
        List<String> names = Stream.concat(
                        Stream.of(
                                observation.id().source(),
                                observation.id().messageId(),
                                observation.event(),
                                observation.resource().region(),
                                observation.resource().type(),
                                observation.resource().id()),
                        observation.report().owner().stream())
                .toList();
        String projectName = observation.report().attributes().getOrDefault("project_name", "");
        if (Stream.concat(names.stream(), Stream.of(projectName)).anyMatch(name -> name.indexOf('\0') >= 0)) {
            return Optional.of("a name in it holds the character U+0000, which a database cannot keep");
        }
        return names.stream().anyMatch(name -> name.length() > LONGEST_NAME)
                ? Optional.of("a name in it is longer than the %d characters that can be kept".formatted(LONGEST_NAME))
                : Optional.empty();
    }

    /// Whether two observations of one identity tell the same, to the microsecond that is stored.
    private static boolean same(Observation one, Observation other) {
        return one.event().equals(other.event())
                && one.resource().equals(other.resource())
                && Micros.of(one.occurredAt()) == Micros.of(other.occurredAt())
                && ReportJson.write(one.report()).equals(ReportJson.write(other.report()));
    }

    private static void insert(Handle handle, List<Observation> fresh, Instant recordedAt) {
        if (fresh.isEmpty()) {
            return;
        }
        long first = cutoff(handle) + 1;
        Resources resources = Resources.before(handle, fresh);
        List<Instant> reaches = new ArrayList<>();
        for (Observation observation : fresh) {
            reaches.add(resources.note(toTheMicrosecond(observation), first + reaches.size()));
        }
        resources.write(handle);
        insertRows(handle, fresh, reaches, first, recordedAt, resources);
        insertOwners(handle, fresh, resources);
        insertNames(handle, fresh);
        insertNamesOfProjects(handle, fresh);
    }

    /// As it will be read.
    private static Observation toTheMicrosecond(Observation observation) {
        return new Observation(
                observation.id(),
                observation.event(),
                observation.resource(),
                observation.occurredAt().truncatedTo(ChronoUnit.MICROS),
                observation.report());
    }

    private static void insertRows(
            Handle handle,
            List<Observation> fresh,
            List<Instant> reaches,
            long first,
            Instant recordedAt,
            Resources resources) {
        try (Rows rows = Rows.of(handle, """
                INSERT INTO observation
                    (seq, source, message_id, event, resource_id, occurred_at, recorded_at, affects_from, report)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            for (int i = 0; i < fresh.size(); i++) {
                Observation observation = fresh.get(i);
                rows.add(
                        first + i,
                        observation.id().source(),
                        observation.id().messageId(),
                        observation.event(),
                        resources.id(observation.resource()),
                        Micros.of(observation.occurredAt()),
                        Micros.of(recordedAt),
                        Micros.of(reaches.get(i)),
                        ReportJson.write(observation.report()));
            }
            rows.write();
        }
    }

    private static void insertOwners(Handle handle, List<Observation> fresh, Resources resources) {
        TreeMap<String, TreeSet<Long>> owned = new TreeMap<>();
        fresh.forEach(observation -> observation
                .report()
                .owner()
                .ifPresent(project -> owned.computeIfAbsent(project, p -> new TreeSet<>())
                        .add(resources.id(observation.resource()))));
        try (Rows rows = Rows.of(
                handle, "INSERT INTO resource_owner (project, resource_id) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
            owned.forEach((project, ids) -> ids.forEach(id -> rows.add(project, id)));
            rows.write();
        }
    }

    private static void insertNames(Handle handle, List<Observation> fresh) {
        TreeMap<String, Named> newest = new TreeMap<>();
        for (Observation observation : fresh) {
            Optional<String> project = observation.report().owner();
            String name = observation.report().attributes().get("project_name");
            boolean isProject = observation.resource().type().equals("project");
            String named = isProject ? observation.report().attributes().get("name") : name;
            Optional<String> of = isProject ? Optional.of(observation.resource().id()) : project;
            if (of.isPresent() && named != null) {
                newest.merge(
                        of.get(),
                        new Named(Micros.of(observation.occurredAt()), named),
                        BinaryOperator.maxBy(Named.ORDER));
            }
        }
        PreparedBatch rows = handle.prepareBatch("""
                INSERT INTO project_name (project, name, told_at) VALUES (?, ?, ?)
                ON CONFLICT (project) DO UPDATE SET name = excluded.name, told_at = excluded.told_at
                WHERE excluded.told_at > project_name.told_at
                   OR excluded.told_at = project_name.told_at AND excluded.name > project_name.name""");
        newest.forEach((project, named) -> rows.add(project, named.name(), named.toldAt()));
        if (rows.size() > 0) {
            rows.execute();
        }
    }

    /// What Keystone was seen to call projects.
    private static void insertNamesOfProjects(Handle handle, List<Observation> fresh) {
        for (Observation observation : fresh) {
            String name = observation.report().attributes().get("name");
            if (observation.resource().type().equals("project") && name != null) {
                handle.execute(
                        "INSERT INTO project_named (project, told_at, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                        observation.resource().id(),
                        Micros.of(observation.occurredAt()),
                        name);
            }
        }
    }

    /// What Keystone was seen to call a project, by when it was seen.
    public SortedMap<Instant, String> namesOf(String project) {
        return database.read(handle -> {
            TreeMap<Instant, String> names = new TreeMap<>();
            handle.createQuery("SELECT told_at, name FROM project_named WHERE project = ?")
                    .bind(0, project)
                    .map((row, context) -> Map.entry(Micros.instant(row.getLong("told_at")), row.getString("name")))
                    .forEach(named -> names.put(named.getKey(), named.getValue()));
            return names;
        });
    }

    private record Named(long toldAt, String name) {

        static final Comparator<Named> ORDER =
                Comparator.comparingLong(Named::toldAt).thenComparing(Named::name);
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

    /// Whether anything was told after a cutoff that can change a project's use before an instant: of what it
    /// ever owned and that began by then, or of a name that its use is priced by.
    public boolean toldSince(String project, Instant before, long cutoff) {
        return database.read(handle -> handle.createQuery("""
                        SELECT EXISTS (
                            SELECT 1 FROM resource_owner w
                            JOIN resource r ON r.id = w.resource_id
                            JOIN observation o ON o.resource_id = r.id
                            WHERE w.project = :project AND r.began_at < :before AND r.last_seq > :cutoff
                              AND o.seq > :cutoff AND o.affects_from < :before)
                        OR EXISTS (
                            SELECT 1 FROM resource t JOIN observation o ON o.resource_id = t.id
                            WHERE t.type IN (<types>) AND t.last_seq > :cutoff
                              AND o.seq > :cutoff AND o.affects_from < :before)
                        AND EXISTS (
                            SELECT 1 FROM resource_owner w JOIN resource r ON r.id = w.resource_id
                            WHERE w.project = :project AND r.began_at < :before)""")
                .bind("project", project)
                .bind("before", Micros.of(before))
                .bind("cutoff", cutoff)
                .bindList("types", Resources.REFERENCE_TYPES)
                .mapTo(Boolean.class)
                .one());
    }

    /// The timelines of everything that the project ever owned and that was there within the window, by
    /// resource, as known at the cutoff, with names for ids.
    public List<Timeline> timelines(String project, Window window, long cutoff) {
        Map<Long, ResourceId> resources = new HashMap<>();
        return database.read(handle -> fold(
                handle.createQuery("""
                                SELECT r.id, r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at,
                                       o.report
                                FROM resource_owner w
                                JOIN resource r ON r.id = w.resource_id
                                JOIN observation o ON o.resource_id = r.id
                                WHERE w.project = :project AND r.began_at < :to
                                  AND (r.ended_at IS NULL OR r.ended_at >= :from OR r.flowed_at >= :from
                                       OR r.last_seq > :cutoff)
                                  AND o.seq <= :cutoff""")
                        .bind("project", project)
                        .bind("from", Micros.of(window.from()))
                        .bind("to", Micros.of(window.to()))
                        .bind("cutoff", cutoff)
                        .map((row, context) -> observation(row, resources))
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

    /// The resources of a type that are there, as far as anything that was told says.
    ///
    /// @param project only those that it ever owned
    public List<ResourceId> existing(String region, String type, Optional<String> project) {
        return database.read(handle -> handle.createQuery("""
                        SELECT r.region, r.type, r.external_id FROM resource r
                        WHERE r.region = :region AND r.type = :type AND r.ended_at IS NULL
                          AND (:project IS NULL OR EXISTS (
                              SELECT 1 FROM resource_owner w WHERE w.resource_id = r.id AND w.project = :project))
                        ORDER BY r.external_id""")
                .bind("region", region)
                .bind("type", type)
                .bindByType("project", project.orElse(null), String.class)
                .map((row, context) -> resource(row))
                .list());
    }

    /// The resources of which a source ever told something, and that are there as far as anything that was told
    /// says.
    public List<ResourceId> existingToldBy(String source, String region) {
        return database.read(handle -> handle.createQuery("""
                        SELECT DISTINCT r.region, r.type, r.external_id
                        FROM observation o JOIN resource r ON r.id = o.resource_id
                        WHERE o.source = :source AND r.region = :region AND r.ended_at IS NULL
                        ORDER BY r.type, r.external_id""")
                .bind("source", source)
                .bind("region", region)
                .map((row, context) -> resource(row))
                .list());
    }

    /// All that was observed of some resources, by resource; those of which nothing was are left out.
    public Map<ResourceId, List<Observation>> told(Collection<ResourceId> resources) {
        TreeMap<String, TreeMap<String, TreeSet<String>>> wanted = new TreeMap<>();
        resources.forEach(resource -> wanted.computeIfAbsent(resource.region(), region -> new TreeMap<>())
                .computeIfAbsent(resource.type(), type -> new TreeSet<>())
                .add(resource.id()));
        return database.read(handle -> {
            TreeMap<ResourceId, List<Observation>> told = new TreeMap<>();
            wanted.forEach((region, byType) -> byType.forEach((type, ids) -> Resources.chunks(ids)
                    .forEach(chunk -> handle.createQuery("""
                            SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report
                            FROM resource r JOIN observation o ON o.resource_id = r.id
                            WHERE r.region = :region AND r.type = :type AND r.external_id IN (<ids>)
                            ORDER BY o.seq""")
                            .bind("region", region)
                            .bind("type", type)
                            .bindList("ids", chunk)
                            .map((row, context) -> observation(row))
                            .forEach(observation -> told.computeIfAbsent(
                                            observation.resource(), resource -> new ArrayList<>())
                                    .add(observation)))));
            return told;
        });
    }

    /// What a source last told of the windows that begin at an instant, by resource; those measured anew have
    /// replaced what was told before.
    public SortedMap<ResourceId, Observation> measured(String region, String source, Instant from) {
        TreeMap<ResourceId, Observation> last = new TreeMap<>();
        database.read(handle -> handle.createQuery("""
                        SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report
                        FROM observation o JOIN resource r ON r.id = o.resource_id
                        WHERE o.occurred_at = ? AND o.source = ? AND r.region = ?""")
                        .bind(0, Micros.of(from))
                        .bind(1, source)
                        .bind(2, region)
                        .map((row, context) -> observation(row))
                        .list())
                .forEach(told -> last.merge(told.resource(), told, BinaryOperator.maxBy(Observation.ORDER)));
        return last;
    }

    /// What a source last told under some stems of [Telling].
    ///
    /// @return by stem; those of which nothing was told are left out
    public Map<String, Observation> lastTold(String source, Collection<String> stems) {
        Map<String, Observation> last = new HashMap<>();
        List<Telling> asked = stems.stream().map(Telling::first).toList();
        while (!asked.isEmpty()) {
            List<ObservationId> ids = asked.stream().map(each -> each.id(source)).toList();
            Map<ObservationId, Observation> found = database.read(handle -> stored(handle, ids));
            found.forEach((id, observation) -> last.put(Telling.of(id).stem(), observation));
            asked = found.keySet().stream().map(id -> Telling.of(id).next()).toList();
        }
        return last;
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
                .map((row, context) -> resource(row))
                .list());
    }

    /// Which resources; an empty part asks for nothing.
    ///
    /// @param project only those that it ever owned
    /// @param within only those that were there within a window
    public record Filter(
            Optional<String> project, Optional<String> region, Optional<String> type, Optional<Window> within) {}

    /// The timelines of the resources that follow one, by region, type and id, at most so many, as known at
    /// the cutoff, with names for ids. One of which nothing is known at the cutoff has an empty timeline.
    public List<Timeline> page(Filter filter, Optional<ResourceId> after, int limit, long cutoff) {
        return database.read(handle -> {
            Map<ResourceId, Long> resources = new LinkedHashMap<>();
            for (Filter part : byRegion(handle, filter, after)) {
                resources.putAll(page(handle, part, after, limit - resources.size(), cutoff));
                if (resources.size() == limit) {
                    break;
                }
            }
            return timelines(handle, resources, cutoff);
        });
    }

    /// One type of all regions is read region by region, because the index that has them in order begins with
    /// the region.
    private static List<Filter> byRegion(Handle handle, Filter filter, Optional<ResourceId> after) {
        if (filter.project().isPresent()
                || filter.type().isEmpty()
                || filter.region().isPresent()) {
            return List.of(filter);
        }
        return handle
                .createQuery("""
                        WITH RECURSIVE known (region) AS (
                            SELECT MIN(region) FROM resource WHERE region >= :first
                            UNION ALL
                            SELECT (SELECT MIN(r.region) FROM resource r WHERE r.region > known.region) FROM known
                            WHERE known.region IS NOT NULL)
                        SELECT region FROM known WHERE region IS NOT NULL""")
                .bind("first", after.map(ResourceId::region).orElse(""))
                .mapTo(String.class)
                .list()
                .stream()
                .map(region -> new Filter(filter.project(), Optional.of(region), filter.type(), filter.within()))
                .toList();
    }

    private static Map<ResourceId, Long> page(
            Handle handle, Filter filter, Optional<ResourceId> after, int limit, long cutoff) {
        String sql = "SELECT r.id, r.region, r.type, r.external_id FROM resource r"
                + (filter.project().isPresent() ? " JOIN resource_owner w ON w.resource_id = r.id" : "")
                + " WHERE 1 = 1"
                + (filter.project().isPresent() ? " AND w.project = :project" : "")
                + (filter.region().isPresent() ? " AND r.region = :region" : "")
                + (filter.type().isPresent() ? " AND r.type = :type" : "")
                + (after.isPresent()
                        ? " AND (r.region, r.type, r.external_id) > (:afterRegion, :afterType, :afterId)"
                        : "")
                + (filter.within().isPresent()
                        ? " AND r.began_at < :to AND (r.ended_at IS NULL OR r.ended_at >= :from OR r.flowed_at >= :from OR r.last_seq > :cutoff)"
                        : "")
                + " ORDER BY r.region, r.type, r.external_id LIMIT :limit";
        Query query = handle.createQuery(sql).bind("limit", limit);
        filter.project().ifPresent(project -> query.bind("project", project));
        filter.region().ifPresent(region -> query.bind("region", region));
        filter.type().ifPresent(type -> query.bind("type", type));
        after.ifPresent(last -> query.bind("afterRegion", last.region())
                .bind("afterType", last.type())
                .bind("afterId", last.id()));
        filter.within()
                .ifPresent(window -> query.bind("from", Micros.of(window.from()))
                        .bind("to", Micros.of(window.to()))
                        .bind("cutoff", cutoff));
        Map<ResourceId, Long> resources = new LinkedHashMap<>();
        query.map((row, context) -> Map.entry(resource(row), row.getLong("id")))
                .forEach(entry -> resources.put(entry.getKey(), entry.getValue()));
        return resources;
    }

    private static List<Timeline> timelines(Handle handle, Map<ResourceId, Long> resources, long cutoff) {
        Map<ResourceId, List<Observation>> told = new HashMap<>();
        resources.values().stream()
                .gather(Gatherers.windowFixed(500))
                .forEach(chunk -> handle.createQuery("""
                                SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report
                                FROM observation o JOIN resource r ON r.id = o.resource_id
                                WHERE o.resource_id IN (<ids>) AND o.seq <= :cutoff""")
                        .bindList("ids", chunk)
                        .bind("cutoff", cutoff)
                        .map((row, context) -> observation(row))
                        .forEach(observation -> told.computeIfAbsent(
                                        observation.resource(), resource -> new ArrayList<>())
                                .add(observation)));
        References references = references(handle, cutoff);
        return resources.keySet().stream()
                .map(resource -> Timeline.fold(resource, told.getOrDefault(resource, List.of()))
                        .named(references))
                .toList();
    }

    /// Whether a project ever owned a resource.
    public boolean everOwned(String project, ResourceId resource) {
        return database.read(handle -> handle.createQuery("""
                        SELECT EXISTS (
                            SELECT 1 FROM resource r JOIN resource_owner w ON w.resource_id = r.id
                            WHERE r.region = ? AND r.type = ? AND r.external_id = ? AND w.project = ?)""")
                .bind(0, resource.region())
                .bind(1, resource.type())
                .bind(2, resource.id())
                .bind(3, project)
                .mapTo(Boolean.class)
                .one());
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

    /// Those of some observations that are stored already.
    private static Map<ObservationId, Observation> stored(Handle handle, Collection<ObservationId> ids) {
        TreeMap<String, List<String>> wanted = new TreeMap<>();
        ids.forEach(id ->
                wanted.computeIfAbsent(id.source(), source -> new ArrayList<>()).add(id.messageId()));
        Map<ObservationId, Observation> stored = new HashMap<>();
        wanted.forEach((source, messageIds) -> Resources.chunks(messageIds)
                .forEach(chunk -> handle.createQuery("""
                        SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report
                        FROM observation o JOIN resource r ON r.id = o.resource_id
                        WHERE o.source = :source AND o.message_id IN (<ids>)""")
                        .bind("source", source)
                        .bindList("ids", chunk)
                        .map((row, context) -> observation(row))
                        .forEach(observation -> stored.put(observation.id(), observation))));
        return stored;
    }

    /// The name that each project was last told to have, by project.
    public Map<String, String> projectNames() {
        return database.read(handle -> {
            TreeMap<String, String> names = new TreeMap<>();
            handle.createQuery("SELECT project, name FROM project_name")
                    .map((row, context) -> Map.entry(row.getString("project"), row.getString("name")))
                    .forEach(entry -> names.put(entry.getKey(), entry.getValue()));
            return names;
        });
    }

    private static References references(Handle handle, long cutoff) {
        return References.of(handle.createQuery("""
                        SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report
                        FROM resource r JOIN observation o ON o.resource_id = r.id
                        WHERE r.type IN (<types>) AND o.seq <= :cutoff""")
                .bindList("types", Resources.REFERENCE_TYPES)
                .bind("cutoff", cutoff)
                .map((row, context) -> observation(row))
                .list());
    }

    private static List<Timeline> fold(Collection<Observation> observations, References references) {
        Map<ResourceId, List<Observation>> byResource = new HashMap<>();
        observations.forEach(observation -> byResource
                .computeIfAbsent(observation.resource(), resource -> new ArrayList<>())
                .add(observation));
        return byResource.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> Timeline.fold(entry.getKey(), entry.getValue()).named(references))
                .toList();
    }

    private static Observation observation(ResultSet row) throws SQLException {
        return observation(row, resource(row));
    }

    /// @param read the resources read so far, by number, of which there are few and many rows
    private static Observation observation(ResultSet row, Map<Long, ResourceId> read) throws SQLException {
        long id = row.getLong("id");
        ResourceId resource = read.get(id);
        if (resource == null) {
            resource = resource(row);
            read.put(id, resource);
        }
        return observation(row, resource);
    }

    private static Observation observation(ResultSet row, ResourceId resource) throws SQLException {
        return new Observation(
                new ObservationId(row.getString("source"), row.getString("message_id")),
                row.getString("event"),
                resource,
                Micros.instant(row.getLong("occurred_at")),
                ReportJson.read(row.getString("report")));
    }

    private static ResourceId resource(ResultSet row) throws SQLException {
        return new ResourceId(row.getString("region"), row.getString("type"), row.getString("external_id"));
    }

    /// The sources and regions that a batch speaks for, in order.
    static TreeSet<Watermark.Scope> scopes(Collection<Observation> batch) {
        TreeSet<Watermark.Scope> scopes = new TreeSet<>();
        batch.forEach(observation -> scopes.add(new Watermark.Scope(
                observation.id().source(), observation.resource().region())));
        return scopes;
    }
}
