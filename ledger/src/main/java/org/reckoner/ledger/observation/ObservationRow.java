package org.reckoner.ledger.observation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.ResourceId;

/// A row of `resource` joined to `observation`, as what it means.
final class ObservationRow {

    private ObservationRow() {}

    static Observation observation(ResultSet row) throws SQLException {
        return observation(row, resource(row));
    }

    /// @param read the resources read so far, by number, of which there are few and many rows
    static Observation observation(ResultSet row, Map<Long, ResourceId> read) throws SQLException {
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

    static ResourceId resource(ResultSet row) throws SQLException {
        return new ResourceId(row.getString("region"), row.getString("type"), row.getString("external_id"));
    }
}
