package org.reckoner.ledger.observation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.reckoner.ledger.Database;

/// When the services' APIs were read as a whole. Between two readings that agree with the ledger nothing was
/// missed but what was undone again.
public final class Readings {

    private final Database database;

    public Readings(Database database) {
        this.database = database;
    }

    /// Keeps a reading; one of the same beginning is kept once.
    public void note(Reading reading) {
        database.change(handle -> handle.execute(
                "INSERT INTO reading (source, region, began_at, ended_at, missed) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                reading.scope().source(),
                reading.scope().region(),
                Micros.of(reading.beganAt()),
                Micros.of(reading.endedAt()),
                reading.missed()));
    }

    public Optional<Reading> last(Watermark.Scope scope) {
        return database.read(handle -> handle.createQuery(
                        "SELECT * FROM reading WHERE source = ? AND region = ? ORDER BY began_at DESC LIMIT 1")
                .bind(0, scope.source())
                .bind(1, scope.region())
                .map((row, context) -> reading(row))
                .findOne());
    }

    /// The last of each service and region, by region and service.
    public List<Reading> last() {
        return database.read(handle ->
                handle.createQuery("""
                        SELECT * FROM reading r WHERE began_at = (
                            SELECT MAX(o.began_at) FROM reading o WHERE o.source = r.source AND o.region = r.region)
                        ORDER BY region, source""").map((row, context) -> reading(row)).list());
    }

    private static Reading reading(ResultSet row) throws SQLException {
        return new Reading(
                new Watermark.Scope(row.getString("source"), row.getString("region")),
                Micros.instant(row.getLong("began_at")),
                Micros.instant(row.getLong("ended_at")),
                row.getLong("missed"));
    }
}
