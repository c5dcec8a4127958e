package org.reckoner.ledger.observation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.audit.AuditLog;

/// How far each source is complete. A source appears as soon as it tells anything, and then must catch up
/// before a period is invoiced.
public final class Watermarks {

    private final Database database;
    private final AuditLog audit;

    public Watermarks(Database database, AuditLog audit) {
        this.database = database;
        this.audit = audit;
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

    /// Notes that these sources are to be collected, though nothing was heard of them yet: no period is invoiced
    /// before they were.
    public void expect(Collection<Watermark.Scope> scopes, Instant now) {
        database.change(handle -> seen(handle, scopes, now));
    }

    /// Says that a source is complete up to an instant. A watermark never goes back.
    public void advance(Watermark.Scope scope, Instant completeUntil, Instant now, String by) {
        database.change(handle -> advance(handle, scope, completeUntil, now, by));
    }

    /// The same, said by a person, and kept in the audit log.
    ///
    /// @throws LedgerException if the instant is yet to come, or before what was said already
    public void set(Watermark.Scope scope, Instant completeUntil, Instant now, String by) {
        database.change(handle -> {
            Optional<Instant> before = find(handle, scope).flatMap(Watermark::completeUntil);
            if (completeUntil.isAfter(now)) {
                throw new LedgerException(
                        "%s is yet to come; nobody knows yet what %s will tell of the time before. Nothing was changed"
                                .formatted(completeUntil, scope));
            }
            if (before.filter(completeUntil::isBefore).isPresent()) {
                throw new LedgerException(
                        "%s is complete until %s already, and a watermark never goes back. Nothing was changed"
                                .formatted(scope, before.get()));
            }
            advance(handle, scope, completeUntil, now, by);
            audit.note(
                    handle,
                    new AuditLog.Entry(
                            now,
                            by,
                            "watermark.set",
                            scope.toString(),
                            before.map(Instant::toString),
                            Optional.of(completeUntil.toString()),
                            Optional.empty()));
        });
    }

    /// Forgets a source, so that no period waits for it. It is there again once it tells something.
    ///
    /// @throws LedgerException if there is none
    public void remove(Watermark.Scope scope, Instant now, String by, String why) {
        database.change(handle -> {
            Watermark gone =
                    find(handle, scope).orElseThrow(() -> new LedgerException("there is no watermark of " + scope));
            handle.execute("DELETE FROM watermark WHERE source = ? AND region = ?", scope.source(), scope.region());
            audit.note(
                    handle,
                    new AuditLog.Entry(
                            now,
                            by,
                            "watermark.remove",
                            scope.toString(),
                            gone.completeUntil().map(Instant::toString),
                            Optional.empty(),
                            Optional.of(why)));
        });
    }

    private static void advance(Handle handle, Watermark.Scope scope, Instant completeUntil, Instant now, String by) {
        handle.createUpdate("""
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
                .execute();
    }

    public Optional<Watermark> find(Watermark.Scope scope) {
        return database.read(handle -> find(handle, scope));
    }

    private static Optional<Watermark> find(Handle handle, Watermark.Scope scope) {
        return handle.createQuery("SELECT * FROM watermark WHERE source = ? AND region = ?")
                .bind(0, scope.source())
                .bind(1, scope.region())
                .map((row, context) -> watermark(row))
                .findOne();
    }

    /// All of them, by region and source.
    public List<Watermark> all() {
        return database.read(handle -> handle.createQuery("SELECT * FROM watermark ORDER BY region, source")
                .map((row, context) -> watermark(row))
                .list());
    }

    private static Watermark watermark(ResultSet row) throws SQLException {
        long until = row.getLong("complete_until");
        boolean unknown = row.wasNull();
        return new Watermark(
                new Watermark.Scope(row.getString("source"), row.getString("region")),
                unknown ? Optional.empty() : Optional.of(Micros.instant(until)),
                Micros.instant(row.getLong("set_at")),
                row.getString("set_by"));
    }

    /// Those that do not reach an instant.
    public List<Watermark> behind(Instant instant) {
        return all().stream().filter(watermark -> !watermark.reaches(instant)).toList();
    }
}
