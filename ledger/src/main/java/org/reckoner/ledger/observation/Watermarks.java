package org.reckoner.ledger.observation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
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

    /// Says that a source is complete up to an instant. A watermark never goes back; one that moves is not stuck.
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

    /// Notes that a source was asked for more and did not tell it, or not wholly.
    ///
    /// @param pauses how long after so many tries it is asked again
    public void stuck(Watermark.Scope scope, Instant now, String why, IntFunction<Duration> pauses) {
        database.change(handle -> {
            Optional<Watermark.Stuck> before = find(handle, scope).flatMap(Watermark::stuck);
            int tries = before.map(Watermark.Stuck::tries).orElse(0) + 1;
            handle.execute(
                    "UPDATE watermark SET stuck_since = ?, stuck_tries = ?, again_at = ?, stuck_why = ? WHERE source = ? AND region = ?",
                    Micros.of(before.map(Watermark.Stuck::since).orElse(now)),
                    tries,
                    Micros.of(now.plus(pauses.apply(tries))),
                    why,
                    scope.source(),
                    scope.region());
        });
    }

    /// Notes that a source told all that it was asked for.
    public void free(Watermark.Scope scope) {
        database.change(handle -> handle.execute(
                "UPDATE watermark SET stuck_since = NULL, stuck_tries = NULL, again_at = NULL, stuck_why = NULL WHERE source = ? AND region = ? AND stuck_since IS NOT NULL",
                scope.source(),
                scope.region()));
    }

    private static void advance(Handle handle, Watermark.Scope scope, Instant completeUntil, Instant now, String by) {
        handle.createUpdate("""
                        INSERT INTO watermark (source, region, complete_until, set_at, set_by)
                        VALUES (:source, :region, :until, :now, :by)
                        ON CONFLICT (source, region) DO UPDATE
                        SET complete_until = excluded.complete_until, set_at = excluded.set_at, set_by = excluded.set_by,
                            stuck_since = NULL, stuck_tries = NULL, again_at = NULL, stuck_why = NULL
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
                row.getString("set_by"),
                stuck(row));
    }

    private static Optional<Watermark.Stuck> stuck(ResultSet row) throws SQLException {
        Optional<Instant> since = Micros.optional(row, "stuck_since");
        return since.isEmpty()
                ? Optional.empty()
                : Optional.of(new Watermark.Stuck(
                        since.get(),
                        row.getInt("stuck_tries"),
                        Micros.instant(row.getLong("again_at")),
                        row.getString("stuck_why")));
    }

    /// Those that do not reach an instant.
    public List<Watermark> behind(Instant instant) {
        return all().stream().filter(watermark -> !watermark.reaches(instant)).toList();
    }
}
