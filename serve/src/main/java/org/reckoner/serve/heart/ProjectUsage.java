package org.reckoner.serve.heart;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.Micros;

/// What a project used in a period as nova-billing's first API counts it: units times hours, before any
/// price.
///
/// It counts what was told in events (`nova/instance` with its children, `nova/volume`, `glance/image`) and
/// what the services told (servers, volumes, images). Of a server its state decides what is counted:
/// everything while it is active, rescued or resized; disk and memory while it is paused or suspended; its
/// disk while it is stopped; else nothing.
///
/// @param legacy times of creation and destruction depend on the period, and an image's use is rounded down
record ProjectUsage(Ledger ledger, boolean legacy) {

    private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);
    private static final Set<String> WHOLE = Set.of("active", "rescued", "resized");
    private static final Set<String> KEPT = Set.of("paused", "suspended");

    /// What is listed together.
    enum Kind {
        INSTANCES("instances", "nova/instance", "server"),
        IMAGES("images", "glance/image", "image"),
        VOLUMES("volumes", "nova/volume", "volume");

        final String key;
        private final String rtype;
        private final String type;

        Kind(String key, String rtype, String type) {
            this.key = key;
            this.rtype = rtype;
            this.type = type;
        }

        static Optional<Kind> of(String rtype) {
            return Stream.of(values()).filter(kind -> kind.rtype.equals(rtype)).findFirst();
        }
    }

    /// One thing that was there in the period.
    ///
    /// @param id in OpenStack; none if its events gave it no name
    /// @param seconds in the period
    /// @param usage unit seconds, exact, by the hours that they are shown as, such as `vcpus_h`
    record Item(
            Optional<String> id,
            Optional<String> name,
            Instant createdAt,
            Optional<Instant> destroyedAt,
            long seconds,
            SortedMap<String, BigDecimal> usage) {}

    /// What of a kind was there in the period, up to now; what was told in events first, then by id.
    List<Item> items(Kind kind, String project, Window period, Instant now) {
        Instant until = now.isBefore(period.to()) ? now : period.to();
        if (!period.from().isBefore(until)) {
            return List.of();
        }
        Window counted = new Window(period.from(), until);
        List<Item> items = new ArrayList<>(told(kind, project, period, counted));
        ledger.timelines().of(project, period, ledger.observations().cutoff()).stream()
                .filter(timeline -> timeline.resource().type().equals(kind.type))
                .forEach(timeline ->
                        observed(kind, project, timeline, period, counted).ifPresent(items::add));
        return items;
    }

    /// A stretch in which something was held, by what was told in events.
    ///
    /// @param what is counted: `local_gb`, or nothing for a stretch that only says that it was there
    /// @param end [Life#OPEN] while it is held
    private record Stretch(Optional<String> what, BigDecimal quantity, long begin, long end) {

        boolean overlaps(Window window) {
            return begin < Micros.of(window.to()) && end > Micros.of(window.from());
        }

        long seconds(Window window) {
            long from = Math.max(begin, Micros.of(window.from()));
            long to = Math.min(end, Micros.of(window.to()));
            return Math.max(0, Math.floorDiv(to, 1_000_000) - Math.floorDiv(from, 1_000_000));
        }
    }

    /// A resource at the top, with the stretches of it and its children.
    private static final class Told {
        private final @Nullable String name;
        private final List<Stretch> stretches = new ArrayList<>();

        Told(@Nullable String name) {
            this.name = name;
        }
    }

    /// A change of one resource, as its events told it.
    private record Change(
            long root, @Nullable String name, long resource, String rtype, long at, String kind, BigDecimal quantity) {}

    private List<Item> told(Kind kind, String project, Window period, Window counted) {
        TreeMap<Long, Told> all = new TreeMap<>();
        List<Change> changes = changes(kind, project, period);
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            Told told = all.computeIfAbsent(change.root(), root -> new Told(change.name()));
            if (!change.kind().equals("closed")) {
                boolean followed = i + 1 < changes.size() && changes.get(i + 1).resource() == change.resource();
                long end = followed ? changes.get(i + 1).at() : Life.OPEN;
                told.stretches.add(new Stretch(counted(kind, change), change.quantity(), change.at(), end));
            }
        }
        return all.values().stream()
                .flatMap(told -> item(kind, told, period, counted).stream())
                .toList();
    }

    /// Of the resources of a kind at the top of a tree, and of their children, in the order in which they
    /// hold. What was told by events is the same in both modes.
    private List<Change> changes(Kind kind, String project, Window period) {
        return ledger.database()
                .read(handle -> handle.createQuery("""
                        SELECT COALESCE(p.id, r.id) AS root, COALESCE(p.name, r.name) AS name, c.resource_id, r.rtype,
                               c.at, c.kind, c.quantity
                        FROM heart_account a
                        JOIN heart_resource r ON r.account_id = a.id
                        LEFT JOIN heart_resource p ON p.id = r.parent_id
                        JOIN heart_change c ON c.resource_id = r.id
                        WHERE a.project = :project
                          AND (r.rtype = :rtype AND r.parent_id = 0 OR p.rtype = :rtype AND p.parent_id = 0)
                        ORDER BY root, c.resource_id, c.at, c.event, c.node""")
                        .bind("project", project)
                        .bind("rtype", kind.rtype)
                        .map((row, context) -> new Change(
                                row.getLong("root"),
                                row.getString("name"),
                                row.getLong("resource_id"),
                                row.getString("rtype"),
                                row.getLong("at"),
                                row.getString("kind"),
                                new BigDecimal(row.getString("quantity"))))
                        .list());
    }

    private static Optional<String> counted(Kind kind, Change change) {
        boolean linear = change.kind().equals("linear") && change.quantity().signum() > 0;
        return switch (kind) {
            case INSTANCES ->
                Optional.of(change.rtype())
                        .filter(rtype -> linear
                                && Set.of("local_gb", "memory_mb", "vcpus").contains(rtype));
            case IMAGES -> linear && change.rtype().equals(kind.rtype) ? Optional.of("local_gb") : Optional.empty();
            case VOLUMES ->
                linear && change.rtype().equals(kind.rtype) ? Optional.of("allocated_bytes") : Optional.empty();
        };
    }

    private Optional<Item> item(Kind kind, Told told, Window period, Window counted) {
        List<Stretch> within = told.stretches.stream()
                .filter(stretch -> stretch.overlaps(period))
                .toList();
        if (within.isEmpty()) {
            return Optional.empty();
        }
        List<Stretch> asked = legacy ? within : told.stretches;
        TreeMap<String, BigDecimal> unitSeconds = nothing(kind);
        within.forEach(stretch -> stretch.what()
                .ifPresent(what -> unitSeconds.merge(
                        what,
                        stretch.quantity().multiply(BigDecimal.valueOf(stretch.seconds(counted))),
                        BigDecimal::add)));
        unitSeconds.computeIfPresent("allocated_bytes", (what, gib) -> gib.multiply(GIB));
        long created = asked.stream().mapToLong(Stretch::begin).min().orElseThrow();
        long destroyed = asked.stream().mapToLong(Stretch::end).max().orElseThrow();
        return Optional.of(new Item(
                Optional.ofNullable(told.name),
                Optional.empty(),
                Micros.instant(created),
                destroyed == Life.OPEN ? Optional.empty() : Optional.of(Micros.instant(destroyed)),
                there(within, counted),
                shown(kind, unitSeconds)));
    }

    /// Seconds in which at least one of the stretches was.
    private static long there(List<Stretch> stretches, Window counted) {
        TreeMap<Long, Long> latestEnds = new TreeMap<>();
        stretches.forEach(stretch -> latestEnds.merge(stretch.begin(), stretch.end(), Math::max));
        long seconds = 0;
        long covered = Long.MIN_VALUE;
        for (Map.Entry<Long, Long> stretch : latestEnds.entrySet()) {
            long begin = Math.max(stretch.getKey(), covered);
            if (stretch.getValue() > begin) {
                seconds += new Stretch(Optional.empty(), BigDecimal.ZERO, begin, stretch.getValue()).seconds(counted);
                covered = stretch.getValue();
            }
        }
        return seconds;
    }

    /// What a service told of a resource, as far as the project was its owner.
    private Optional<Item> observed(Kind kind, String project, Timeline timeline, Window period, Window counted) {
        List<Segment> owned = timeline.segments().stream()
                .filter(segment -> segment.owner().equals(Optional.of(project)))
                .toList();
        List<Segment> within = owned.stream()
                .filter(segment -> segment.window().overlaps(period))
                .toList();
        if (within.isEmpty()) {
            return Optional.empty();
        }
        List<Segment> asked = legacy ? within : owned;
        TreeMap<String, BigDecimal> unitSeconds = nothing(kind);
        long seconds = 0;
        for (Segment segment : within) {
            long length =
                    segment.window().intersect(counted).map(Window::seconds).orElse(0L);
            seconds += length;
            quantities(kind, segment)
                    .forEach((what, quantity) ->
                            unitSeconds.merge(what, quantity.multiply(BigDecimal.valueOf(length)), BigDecimal::add));
        }
        Instant destroyed = asked.getLast().window().to();
        return Optional.of(new Item(
                Optional.of(timeline.resource().id()),
                kind == Kind.IMAGES
                        ? Optional.ofNullable(within.getLast().attributes().get("name"))
                        : Optional.empty(),
                asked.getFirst().window().from(),
                destroyed.equals(Window.FOREVER) ? Optional.empty() : Optional.of(destroyed),
                seconds,
                shown(kind, unitSeconds)));
    }

    private static Map<String, BigDecimal> quantities(Kind kind, Segment segment) {
        return switch (kind) {
            case INSTANCES -> server(segment);
            case IMAGES -> Map.of("local_gb", level(segment, "image.size").divide(GIB));
            case VOLUMES ->
                Map.of("allocated_bytes", level(segment, "volume.size").multiply(GIB));
        };
    }

    private static TreeMap<String, BigDecimal> server(Segment segment) {
        boolean whole = WHOLE.contains(segment.state());
        boolean kept = whole || KEPT.contains(segment.state());
        TreeMap<String, BigDecimal> quantities = new TreeMap<>();
        if (kept || segment.state().equals("stopped")) {
            quantities.put("local_gb", level(segment, "disk.root").add(level(segment, "disk.ephemeral")));
        }
        if (kept) {
            quantities.put("memory_mb", level(segment, "memory"));
        }
        if (whole) {
            quantities.put("vcpus", level(segment, "vcpus"));
        }
        return quantities;
    }

    private static BigDecimal level(Segment segment, String meter) {
        return segment.levels().getOrDefault(meter, BigDecimal.ZERO);
    }

    private static TreeMap<String, BigDecimal> nothing(Kind kind) {
        TreeMap<String, BigDecimal> nothing = new TreeMap<>();
        List<String> counted = switch (kind) {
            case INSTANCES -> List.of("local_gb", "memory_mb", "vcpus");
            case IMAGES -> List.of("local_gb");
            case VOLUMES -> List.of("allocated_bytes");
        };
        counted.forEach(what -> nothing.put(what, BigDecimal.ZERO));
        return nothing;
    }

    /// As shipped, the use of an image is whole gigabyte seconds.
    private TreeMap<String, BigDecimal> shown(Kind kind, SortedMap<String, BigDecimal> unitSeconds) {
        TreeMap<String, BigDecimal> shown = new TreeMap<>();
        unitSeconds.forEach((what, exact) -> {
            BigDecimal counted = legacy && kind == Kind.IMAGES ? exact.setScale(0, RoundingMode.FLOOR) : exact;
            shown.put(what + "_h", counted);
        });
        return shown;
    }
}
