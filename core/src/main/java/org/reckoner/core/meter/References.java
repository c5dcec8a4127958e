package org.reckoner.core.meter;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.time.Window;

/// Names of things that messages mention by id only: Cinder says the uuid of a volume type, prices say its
/// name.
///
/// A name holds from when it was told until the next; the first also before, because the id was in use. So a
/// new name never changes what earlier use was priced by.
///
/// @param names by dimension, then by id, then by the second from which it holds: `volume_type` →
///     (`bd786358-…` → (2026-11-21T10:09:26Z → `fast-ssd`))
public record References(Map<String, Map<String, NavigableMap<Instant, String>>> names) {

    public static final References NONE = new References(Map.of());

    /// The names that things told of themselves, by their attribute `name`; their type is the dimension.
    public static References of(Collection<Observation> told) {
        TreeMap<String, Map<String, NavigableMap<Instant, String>>> names = new TreeMap<>();
        told.stream().sorted(Observation.ORDER).forEach(observation -> {
            String name = observation.report().attributes().get("name");
            if (name != null) {
                names.computeIfAbsent(observation.resource().type(), dimension -> new TreeMap<>())
                        .computeIfAbsent(observation.resource().id(), id -> new TreeMap<>())
                        .put(observation.occurredAt().truncatedTo(ChronoUnit.SECONDS), name);
            }
        });
        return new References(names);
    }

    /// The attributes with the names of a moment for ids, where known; the id itself moves to the dimension
    /// `…_id`.
    public SortedMap<String, String> named(SortedMap<String, String> attributes, Instant at) {
        ByName<String> named = ByName.copyOf(attributes);
        for (Map.Entry<String, Map<String, NavigableMap<Instant, String>>> each : names.entrySet()) {
            String dimension = each.getKey();
            String id = attributes.get(dimension);
            NavigableMap<Instant, String> known =
                    id == null ? null : each.getValue().get(id);
            if (id != null && known != null) {
                named = named.with(dimension, name(known, at)).with(dimension + "_id", id);
            }
        }
        return named;
    }

    private static String name(NavigableMap<Instant, String> known, Instant at) {
        Map.Entry<Instant, String> since = known.floorEntry(at);
        return since == null ? known.firstEntry().getValue() : since.getValue();
    }

    /// The segment with names for ids, in as many parts as its names change.
    public List<Segment> named(Segment segment) {
        List<Segment> parts = new ArrayList<>();
        Instant from = segment.window().from();
        SortedMap<String, String> attributes = named(segment.attributes(), from);
        for (Instant change : changes(segment)) {
            SortedMap<String, String> next = named(segment.attributes(), change);
            if (!next.equals(attributes)) {
                parts.add(part(segment, new Window(from, change), attributes));
                from = change;
                attributes = next;
            }
        }
        parts.add(part(segment, new Window(from, segment.window().to()), attributes));
        return parts;
    }

    private TreeSet<Instant> changes(Segment segment) {
        TreeSet<Instant> changes = new TreeSet<>();
        names.forEach((dimension, byId) -> {
            String id = segment.attributes().get(dimension);
            NavigableMap<Instant, String> known = id == null ? null : byId.get(id);
            if (known != null) {
                Window window = segment.window();
                changes.addAll(
                        known.subMap(window.from(), false, window.to(), false).keySet());
            }
        });
        return changes;
    }

    private static Segment part(Segment whole, Window window, SortedMap<String, String> attributes) {
        return new Segment(window, whole.owner(), whole.state(), whole.levels(), attributes, whole.evidence());
    }
}
