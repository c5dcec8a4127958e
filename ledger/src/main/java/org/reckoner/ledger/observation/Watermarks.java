package org.reckoner.ledger.observation;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.reckoner.ledger.Database;

/// How far each source is complete. A source appears as soon as it tells anything, and then must catch up
/// before a period is invoiced.
public final class Watermarks {

    private final Database database;

    public Watermarks(Database database) {
        this.database = database;
    }

    /// Notes that these sources exist, without saying how far they are.
    void seen(Handle handle, Collection<Watermark.Scope> scopes, Instant now) {
        scopes.forEach(scope -> handle.execute(
                "INSERT INTO watermark (source, region, complete_until, set_at, set_by) VALUES (?, ?, NULL, ?, ?) ON CONFLICT DO NOTHING",
                scope.source(),
                scope.region(),
                Micros.of(now),
                "seen"));
    }

    /// Says that a source is complete up to an instant. A watermark never goes back.
    public void advance(Watermark.Scope scope, Instant completeUntil, Instant now, String by) {
        database.change(handle -> handle.createUpdate("""
                        INSERT INTO watermark (source, region, complete_until, set_at, set_by)
                        VALUES (:source, :region, :until, :now, :by)
                        ON CONFLICT (source, region) DO UPDATE
                        SET complete_until = excluded.complete_until, set_at = excluded.set_at, set_by = excluded.set_by
                        WHERE watermark.complete_until IS NULL OR watermark.complete_until < excluded.complete_until""")
                .bind("source", scope.source())
                .bind("region", scope.region())
                .bind("until", Micros.of(completeUntil))
                .bind("now", Micros.of(now))
                .bind("by", by)
                .execute());
    }

    /// All of them, by region and source.
    public List<Watermark> all() {
        return database.read(handle -> handle.createQuery("SELECT * FROM watermark ORDER BY region, source")
                .map((row, context) -> {
                    long until = row.getLong("complete_until");
                    boolean unknown = row.wasNull();
                    return new Watermark(
                            new Watermark.Scope(row.getString("source"), row.getString("region")),
                            unknown ? Optional.empty() : Optional.of(Micros.instant(until)),
                            Micros.instant(row.getLong("set_at")),
                            row.getString("set_by"));
                })
                .list());
    }

    /// Those that do not reach an instant.
    public List<Watermark> behind(Instant instant) {
        return all().stream().filter(watermark -> !watermark.reaches(instant)).toList();
    }
}
