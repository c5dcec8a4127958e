package org.reckoner.ledger.sample;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.Rows;
import org.reckoner.ledger.observation.Micros;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What telemetry read: kept once each, by hours of which use is to be made, and dropped some time later.
///
/// Use is made of all samples of an hour together, so an hour is noted as soon as one lies in it, and again
/// when one comes late. The last sample of an hour also tells how the next one begins.
public final class Samples {

    /// The length of every window. It is no setting: windows of two lengths would count the same time twice.
    public static final Duration WINDOW = Duration.ofHours(1);

    /// How long before a window a sample still matters to it: so long that nothing is lost of what is read
    /// once an hour, as Ceilometer did for years.
    public static final Duration LEAD_IN = WINDOW;

    /// What a source of use that was made of samples is called, before the meter.
    public static final String SOURCE = "ceilometer/";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int ASKED_AT_ONCE = 500;

    private final Database database;

    public Samples(Database database) {
        this.database = database;
    }

    /// Samples of one region.
    public record Batch(String region, List<Sample> samples) {

        public static final Batch NONE = new Batch("", List.of());

        public Batch {
            samples = List.copyOf(samples);
        }
    }

    /// An hour of a meter, in which there are samples.
    ///
    /// @param last the newest sample that it depends on
    public record Due(String region, String meter, Window window, long last) {}

    /// What became of a batch.
    ///
    /// @param added how many were new
    /// @param tooLate of a time whose other samples were dropped already, so that no use can be made of them
    public record Kept(int added, List<Sample> tooLate) {

        public Kept {
            tooLate = List.copyOf(tooLate);
        }
    }

    /// Keeps a batch inside the caller's transaction. One whose id is known is not kept again.
    public Kept keep(Handle handle, Batch batch, Instant now) {
        if (batch.samples().isEmpty()) {
            return new Kept(0, List.of());
        }
        Instant dropped = dropped(handle);
        List<Sample> tooLate = new ArrayList<>();
        Set<String> known = known(handle, batch);
        long next = handle.createQuery("SELECT COALESCE(MAX(id), 0) FROM sample")
                .mapTo(Long.class)
                .one();
        long last = Math.max(
                next,
                handle.createQuery("SELECT COALESCE(MAX(last_id), 0) FROM sample_window")
                        .mapTo(Long.class)
                        .one());
        TreeMap<String, TreeMap<Long, Long>> windows = new TreeMap<>();
        int added = 0;
        try (Rows rows = Rows.of(handle, """
                INSERT INTO sample (id, region, meter, message_id, kind, resource, project, source, taken_at, volume,
                                    metadata, received_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")) {
            for (Sample sample : batch.samples()) {
                if (!known.add(key(sample.meter(), sample.id()))) {
                    continue;
                }
                if (sample.time().isBefore(dropped)) {
                    tooLate.add(sample);
                    continue;
                }
                last++;
                added++;
                rows.add(
                        last,
                        batch.region(),
                        sample.meter(),
                        sample.id(),
                        sample.kind().name(),
                        sample.resource(),
                        sample.project().orElse(null),
                        sample.source(),
                        Micros.of(sample.time()),
                        sample.volume().map(BigDecimal::toString).orElse(null),
                        write(sample.metadata()),
                        Micros.of(now));
                TreeMap<Long, Long> ofMeter = windows.computeIfAbsent(sample.meter(), meter -> new TreeMap<>());
                ofMeter.put(hour(sample.time()), last);
                ofMeter.put(hour(sample.time().plus(LEAD_IN)), last);
            }
            rows.write();
        }
        note(handle, batch.region(), windows);
        return new Kept(added, tooLate);
    }

    private static void note(Handle handle, String region, Map<String, TreeMap<Long, Long>> windows) {
        try (Rows rows = Rows.of(handle, """
                INSERT INTO sample_window (region, meter, from_s, last_id, done_id) VALUES (?, ?, ?, ?, 0)
                ON CONFLICT (region, meter, from_s) DO UPDATE SET last_id = excluded.last_id""")) {
            windows.forEach((meter, hours) -> hours.forEach((from, last) -> rows.add(region, meter, from, last)));
            rows.write();
        }
    }

    private static Set<String> known(Handle handle, Batch batch) {
        TreeMap<String, TreeSet<String>> byMeter = new TreeMap<>();
        batch.samples()
                .forEach(sample -> byMeter.computeIfAbsent(sample.meter(), meter -> new TreeSet<>())
                        .add(sample.id()));
        Set<String> known = new HashSet<>();
        byMeter.forEach((meter, all) -> {
            List<String> ids = List.copyOf(all);
            for (int i = 0; i < ids.size(); i += ASKED_AT_ONCE) {
                handle.createQuery(
                                "SELECT message_id FROM sample WHERE region = :region AND meter = :meter AND message_id IN (<ids>)")
                        .bind("region", batch.region())
                        .bind("meter", meter)
                        .bindList("ids", ids.subList(i, Math.min(ids.size(), i + ASKED_AT_ONCE)))
                        .mapTo(String.class)
                        .forEach(id -> known.add(key(meter, id)));
            }
        });
        return known;
    }

    private static String key(String meter, String id) {
        return meter + "\n" + id;
    }

    private static long hour(Instant time) {
        return Math.floorDiv(time.getEpochSecond(), WINDOW.toSeconds()) * WINDOW.toSeconds();
    }

    /// The hours that are over at an instant and of which use is still to be made, or made anew; the oldest
    /// first.
    ///
    /// @param all also those that nothing was added to since
    public List<Due> due(String region, Collection<String> meters, Instant over, boolean all) {
        if (meters.isEmpty()) {
            return List.of();
        }
        return database.read(handle -> handle.createQuery("""
                        SELECT meter, from_s, last_id FROM sample_window
                        WHERE region = :region AND meter IN (<meters>) AND from_s <= :latest
                          AND (:all = 1 OR done_id <> last_id)
                        ORDER BY from_s, meter""")
                .bind("region", region)
                .bindList("meters", List.copyOf(meters))
                .bind("latest", over.getEpochSecond() - WINDOW.toSeconds())
                .bind("all", all ? 1 : 0)
                .map((row, context) -> {
                    Instant from = Instant.ofEpochSecond(row.getLong("from_s"));
                    return new Due(
                            region,
                            row.getString("meter"),
                            new Window(from, from.plus(WINDOW)),
                            row.getLong("last_id"));
                })
                .list());
    }

    /// Notes that use was made of an hour, with all samples up to the one that was its newest then.
    public void done(Due due) {
        database.change(handle -> handle.execute(
                "UPDATE sample_window SET done_id = ? WHERE region = ? AND meter = ? AND from_s = ?",
                due.last(),
                due.region(),
                due.meter(),
                due.window().from().getEpochSecond()));
    }

    /// The samples of a meter within a stretch of time, by resource, each in the order of their times; of one
    /// moment in that of their ids, so that the order is the same however they came.
    public TreeMap<String, List<Sample>> within(String region, String meter, Window window) {
        return byResource("""
                SELECT meter, message_id, kind, resource, project, source, taken_at, volume, metadata
                FROM sample WHERE region = ? AND meter = ? AND taken_at >= ? AND taken_at < ?""", region, meter, window);
    }

    /// The last sample of each resource within a stretch of time; and beside it, if that one tells no volume,
    /// the last that does.
    public TreeMap<String, List<Sample>> last(String region, String meter, Window window) {
        return byResource("""
                SELECT meter, message_id, kind, resource, project, source, taken_at, volume, metadata
                FROM sample WHERE id IN (
                    SELECT id FROM (
                        SELECT id, ROW_NUMBER() OVER (PARTITION BY resource, volume IS NULL
                                                      ORDER BY taken_at DESC, message_id DESC) AS place
                        FROM sample WHERE region = ? AND meter = ? AND taken_at >= ? AND taken_at < ?) read
                    WHERE place = 1)""", region, meter, window);
    }

    private TreeMap<String, List<Sample>> byResource(String sql, String region, String meter, Window window) {
        TreeMap<String, List<Sample>> byResource = new TreeMap<>();
        database.read(handle -> handle.createQuery(sql)
                        .bind(0, region)
                        .bind(1, meter)
                        .bind(2, Micros.of(window.from()))
                        .bind(3, Micros.of(window.to()))
                        .map((row, context) -> sample(row))
                        .list())
                .forEach(sample -> byResource
                        .computeIfAbsent(sample.resource(), resource -> new ArrayList<>())
                        .add(sample));
        byResource.values().forEach(samples -> samples.sort(ORDER));
        return byResource;
    }

    private static final Comparator<Sample> ORDER =
            Comparator.comparing(Sample::time).thenComparing(Sample::id);

    /// When the newest sample of a region was taken: until then at least its telemetry was alive. Asked meter by
    /// meter, as the index has the newest of a meter at hand and not that of a region.
    public Optional<Instant> newest(String region) {
        return database.read(handle -> handle.createQuery("""
                        SELECT MAX((SELECT MAX(taken_at) FROM sample WHERE region = told.region AND meter = told.meter))
                        FROM (SELECT DISTINCT region, meter FROM sample_window WHERE region = ?) told""")
                        .bind(0, region)
                        .mapTo(Long.class)
                        .findOne())
                .map(Micros::instant);
    }

    /// How many there are.
    public long count() {
        return database.read(handle -> handle.createQuery("SELECT COUNT(*) FROM sample")
                .mapTo(Long.class)
                .one());
    }

    /// Drops what was taken before an instant, but for hours of which use is still to be made. How the oldest hour
    /// that is left began is kept with it.
    ///
    /// @return how many samples went
    public int prune(Instant before) {
        return database.write(handle -> {
            long oldest = handle.createQuery("SELECT MIN(from_s) FROM sample_window WHERE done_id <> last_id")
                    .mapTo(Long.class)
                    .findOne()
                    .orElse(Long.MAX_VALUE);
            long until = Math.min(hour(before), oldest);
            int hours = handle.execute("DELETE FROM sample_window WHERE from_s < ?", until);
            int gone = handle.execute(
                    "DELETE FROM sample WHERE taken_at < ?",
                    Micros.of(Instant.ofEpochSecond(until).minus(LEAD_IN)));
            if (hours + gone > 0) {
                handle.execute("DELETE FROM sample_dropped WHERE before_s < ?", until);
                handle.execute("INSERT INTO sample_dropped (before_s) VALUES (?) ON CONFLICT DO NOTHING", until);
            }
            return gone;
        });
    }

    private static Instant dropped(Handle handle) {
        return handle.createQuery("SELECT MAX(before_s) FROM sample_dropped")
                .mapTo(Long.class)
                .findOne()
                .map(Instant::ofEpochSecond)
                .orElse(Instant.MIN);
    }

    private static Sample sample(ResultSet row) throws SQLException {
        return new Sample(
                row.getString("message_id"),
                row.getString("meter"),
                Sample.Kind.valueOf(row.getString("kind")),
                row.getString("resource"),
                Optional.ofNullable(row.getString("project")),
                row.getString("source"),
                Micros.instant(row.getLong("taken_at")),
                Optional.ofNullable(row.getString("volume")).map(BigDecimal::new),
                read(row.getString("metadata")));
    }

    private static String write(Map<String, String> metadata) {
        ObjectNode json = JSON.createObjectNode();
        new TreeMap<>(metadata).forEach(json::put);
        return json.toString();
    }

    private static Map<String, String> read(String text) {
        JsonNode json = JSON.readTree(text);
        Map<String, String> metadata = new HashMap<>();
        json.forEachEntry((key, value) -> metadata.put(key, value.stringValue()));
        return metadata;
    }
}
