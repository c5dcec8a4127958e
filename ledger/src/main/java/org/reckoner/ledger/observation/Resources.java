package org.reckoner.ledger.observation;

import java.util.List;
import java.util.Optional;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.ledger.Database;

/// The resources that anything was ever told of.
public final class Resources {

    private final Database database;

    public Resources(Database database) {
        this.database = database;
    }

    /// All, by region, type and id.
    ///
    /// @param project only those that it ever owned
    /// @param type only of this type
    public List<ResourceId> all(Optional<String> project, Optional<String> type) {
        return database.read(handle -> handle.createQuery("""
                        SELECT r.region, r.type, r.external_id FROM resource r
                        WHERE (:type IS NULL OR r.type = :type)
                          AND (:project IS NULL OR EXISTS (
                              SELECT 1 FROM resource_owner w WHERE w.resource_id = r.id AND w.project = :project))
                        ORDER BY r.region, r.type, r.external_id""")
                .bindByType("type", type.orElse(null), String.class)
                .bindByType("project", project.orElse(null), String.class)
                .map((row, context) -> ObservationRow.resource(row))
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
                .map((row, context) -> ObservationRow.resource(row))
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
                .map((row, context) -> ObservationRow.resource(row))
                .list());
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
}
