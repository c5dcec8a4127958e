package org.reckoner.ledger.observation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.References;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.Rows;

/// The histories of resources, folded from the observations up to a cutoff, with names for ids.
public final class Timelines {

    private final Database database;

    public Timelines(Database database) {
        this.database = database;
    }

    /// The timelines of everything that the project ever owned and that was there within the window, by
    /// resource, as known at the cutoff, with names for ids.
    public List<Timeline> of(String project, Window window, long cutoff) {
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
                        .map((row, context) -> ObservationRow.observation(row, resources))
                        .list(),
                references(handle, cutoff)));
    }

    /// One resource's timeline as known at the cutoff.
    public Optional<Timeline> of(ResourceId resource, long cutoff) {
        return database.read(handle -> fold(told(handle, resource, cutoff), references(handle, cutoff)).stream()
                .findFirst());
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
            return folded(handle, resources, cutoff);
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
        query.map((row, context) -> Map.entry(ObservationRow.resource(row), row.getLong("id")))
                .forEach(entry -> resources.put(entry.getKey(), entry.getValue()));
        return resources;
    }

    private static List<Timeline> folded(Handle handle, Map<ResourceId, Long> resources, long cutoff) {
        Map<ResourceId, List<Observation>> told = new HashMap<>();
        Rows.chunks(resources.values())
                .forEach(chunk -> handle.createQuery("""
                                SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report
                                FROM observation o JOIN resource r ON r.id = o.resource_id
                                WHERE o.resource_id IN (<ids>) AND o.seq <= :cutoff""")
                        .bindList("ids", chunk)
                        .bind("cutoff", cutoff)
                        .map((row, context) -> ObservationRow.observation(row))
                        .forEach(observation -> told.computeIfAbsent(
                                        observation.resource(), resource -> new ArrayList<>())
                                .add(observation)));
        References references = references(handle, cutoff);
        return resources.keySet().stream()
                .map(resource -> Timeline.fold(resource, told.getOrDefault(resource, List.of()))
                        .named(references))
                .toList();
    }

    private static List<Observation> told(Handle handle, ResourceId resource, long cutoff) {
        return handle.createQuery("""
                        SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report
                        FROM resource r JOIN observation o ON o.resource_id = r.id
                        WHERE r.region = ? AND r.type = ? AND r.external_id = ? AND o.seq <= ?""")
                .bind(0, resource.region())
                .bind(1, resource.type())
                .bind(2, resource.id())
                .bind(3, cutoff)
                .map((row, context) -> ObservationRow.observation(row))
                .list();
    }

    private static References references(Handle handle, long cutoff) {
        return References.of(handle.createQuery("""
                        SELECT r.region, r.type, r.external_id, o.source, o.message_id, o.event, o.occurred_at, o.report
                        FROM resource r JOIN observation o ON o.resource_id = r.id
                        WHERE r.type IN (<types>) AND o.seq <= :cutoff""")
                .bindList("types", ResourceNotes.REFERENCE_TYPES)
                .bind("cutoff", cutoff)
                .map((row, context) -> ObservationRow.observation(row))
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
}
