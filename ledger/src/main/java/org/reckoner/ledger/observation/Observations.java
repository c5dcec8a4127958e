package org.reckoner.ledger.observation;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Telling;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.Rows;

/// What the sources told: appended once each, read back as it was told. [Timelines] are made of it.
///
/// Each observation gets the next number in `seq`. "Everything up to number n" is a cutoff: it names the same
/// observations for ever.
public final class Observations {

    private static final int LONGEST_NAME = 255;
    private static final String NO_TEXT = "a name in it holds the character U+0000, which a database cannot keep";

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
        List<String> names = List.of(
                observation.id().source(),
                observation.id().messageId(),
                observation.event(),
                observation.resource().region(),
                observation.resource().type(),
                observation.resource().id(),
                observation.report().owner().orElse(""));
        String projectName = observation.report().attributes().getOrDefault("project_name", "");
        boolean isTooLong = false;
        for (String name : names) {
            if (isNoText(name)) {
                return Optional.of(NO_TEXT);
            }
            isTooLong |= name.length() > LONGEST_NAME;
        }
        if (isNoText(projectName)) {
            return Optional.of(NO_TEXT);
        }
        return isTooLong
                ? Optional.of("a name in it is longer than the %d characters that can be kept".formatted(LONGEST_NAME))
                : Optional.empty();
    }

    private static boolean isNoText(String name) {
        return name.indexOf('\0') >= 0;
    }

    /// Whether two observations of one identity tell the same, to the microsecond that is stored.
    private static boolean same(Observation one, Observation other) {
        return one.event().equals(other.event())
                && one.resource().equals(other.resource())
                && Micros.of(one.occurredAt()) == Micros.of(other.occurredAt())
                && ReportJson.write(one.report()).equals(ReportJson.write(other.report()));
    }

    /// Appends, inside the caller's transaction, what was never told before, each thing once.
    static void insert(Handle handle, List<Observation> fresh, Instant recordedAt) {
        if (fresh.isEmpty()) {
            return;
        }
        long first = cutoff(handle) + 1;
        ResourceNotes resources = ResourceNotes.before(handle, fresh);
        List<Instant> reaches = new ArrayList<>();
        for (Observation observation : fresh) {
            reaches.add(resources.note(toTheMicrosecond(observation), first + reaches.size()));
        }
        resources.write(handle);
        insertRows(handle, fresh, reaches, first, recordedAt, resources);
        noteMeasured(handle, fresh, first);
        insertOwners(handle, fresh, resources);
        ProjectNames.keep(handle, fresh);
    }

    /// As it will be read.
    private static Observation toTheMicrosecond(Observation observation) {
        if (observation.occurredAt().getNano() % 1_000 == 0) {
            return observation;
        }
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
            ResourceNotes resources) {
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

    /// Notes how far what was measured reaches, wherever that is further than before.
    private static void noteMeasured(Handle handle, List<Observation> fresh, long first) {
        if (fresh.stream()
                .allMatch(observation -> observation.report().measured().isEmpty())) {
            return;
        }
        Instant reached = measuredTo(handle, first).orElse(Instant.MIN);
        try (Rows rows = Rows.of(handle, "INSERT INTO measured (seq, reaches_to) VALUES (?, ?)")) {
            for (int i = 0; i < fresh.size(); i++) {
                Optional<Window> window = fresh.get(i).report().measured();
                if (window.isPresent() && window.get().to().isAfter(reached)) {
                    reached = window.get().to();
                    rows.add(first + i, Micros.of(reached));
                }
            }
            rows.write();
        }
    }

    private static Optional<Instant> measuredTo(Handle handle, long cutoff) {
        return handle.createQuery("SELECT reaches_to FROM measured WHERE seq <= ? ORDER BY seq DESC LIMIT 1")
                .bind(0, cutoff)
                .mapTo(Long.class)
                .findOne()
                .map(Micros::instant);
    }

    private static void insertOwners(Handle handle, List<Observation> fresh, ResourceNotes resources) {
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

    /// The number of the last observation, 0 in an empty ledger: the cutoff of "everything known now".
    public long cutoff() {
        return database.read(Observations::cutoff);
    }

    private static long cutoff(Handle handle) {
        return handle.createQuery("SELECT COALESCE(MAX(seq), 0) FROM observation")
                .mapTo(Long.class)
                .one();
    }

    /// Up to when anything is known at the cutoff, in whole seconds: when the newest thing happened, the second
    /// after it if something flowed then, or the end of the last window that was measured.
    public Optional<Instant> knownUntil(long cutoff) {
        return database.read(handle -> {
            Optional<Instant> newest = newest(handle, cutoff);
            Optional<Instant> measured = measuredTo(handle, cutoff);
            if (newest.isEmpty() || measured.filter(newest.get()::isBefore).isPresent()) {
                return measured;
            }
            return somethingFlowed(handle, newest.get(), cutoff) ? newest.map(second -> second.plusSeconds(1)) : newest;
        });
    }

    private static Optional<Instant> newest(Handle handle, long cutoff) {
        return handle.createQuery(
                        "SELECT occurred_at FROM observation WHERE seq <= ? ORDER BY occurred_at DESC LIMIT 1")
                .bind(0, cutoff)
                .mapTo(Long.class)
                .findOne()
                .map(at -> Micros.instant(at).truncatedTo(ChronoUnit.SECONDS));
    }

    private static boolean somethingFlowed(Handle handle, Instant since, long cutoff) {
        try (Stream<String> reports = handle
                .createQuery("SELECT report FROM observation WHERE seq <= ? AND occurred_at >= ?")
                .bind(0, cutoff)
                .bind(1, Micros.of(since))
                .mapTo(String.class)
                .stream()) {
            return reports.anyMatch(report -> !ReportJson.read(report).flows().isEmpty());
        }
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
                .bindList("types", ResourceNotes.REFERENCE_TYPES)
                .mapTo(Boolean.class)
                .one());
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
                .map((row, context) -> new Recorded(
                        row.getLong("seq"),
                        Micros.instant(row.getLong("recorded_at")),
                        ObservationRow.observation(row)))
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
            wanted.forEach((region, byType) -> byType.forEach((type, ids) -> Rows.chunks(ids)
                    .forEach(chunk -> handle.createQuery("""
                            SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report
                            FROM resource r JOIN observation o ON o.resource_id = r.id
                            WHERE r.region = :region AND r.type = :type AND r.external_id IN (<ids>)
                            ORDER BY o.seq""")
                            .bind("region", region)
                            .bind("type", type)
                            .bindList("ids", chunk)
                            .map((row, context) -> ObservationRow.observation(row))
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
                        .map((row, context) -> ObservationRow.observation(row))
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
            List<ObservationId> ids =
                    asked.stream().map(each -> each.id(source)).toList();
            Map<ObservationId, Observation> found = database.read(handle -> stored(handle, ids));
            found.forEach((id, observation) -> last.put(Telling.of(id).stem(), observation));
            asked = found.keySet().stream().map(id -> Telling.of(id).next()).toList();
        }
        return last;
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
                .map((row, context) -> new Recorded(
                        row.getLong("seq"),
                        Micros.instant(row.getLong("recorded_at")),
                        ObservationRow.observation(row)))
                .findOne());
    }

    /// Those of some observations that are stored already.
    private static Map<ObservationId, Observation> stored(Handle handle, Collection<ObservationId> ids) {
        TreeMap<String, List<String>> wanted = new TreeMap<>();
        ids.forEach(id ->
                wanted.computeIfAbsent(id.source(), source -> new ArrayList<>()).add(id.messageId()));
        Map<ObservationId, Observation> stored = new HashMap<>();
        wanted.forEach((source, messageIds) -> Rows.chunks(messageIds)
                .forEach(chunk -> handle.createQuery("""
                        SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report
                        FROM observation o JOIN resource r ON r.id = o.resource_id
                        WHERE o.source = :source AND o.message_id IN (<ids>)""")
                        .bind("source", source)
                        .bindList("ids", chunk)
                        .map((row, context) -> ObservationRow.observation(row))
                        .forEach(observation -> stored.put(observation.id(), observation))));
        return stored;
    }

    /// The sources and regions that a batch speaks for, in order.
    static TreeSet<Watermark.Scope> scopes(Collection<Observation> batch) {
        TreeSet<Watermark.Scope> scopes = new TreeSet<>();
        batch.forEach(observation -> scopes.add(new Watermark.Scope(
                observation.id().source(), observation.resource().region())));
        return scopes;
    }
}
