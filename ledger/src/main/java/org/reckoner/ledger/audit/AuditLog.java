package org.reckoner.ledger.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.observation.Micros;

/// Who changed what, when, from what to what, and why. Written in the same transaction as the change; never
/// changed.
public final class AuditLog {

    private final Database database;

    public AuditLog(Database database) {
        this.database = database;
    }

    /// @param who the person or the program
    /// @param action what was done: `invoice.void`
    /// @param subject to what: an invoice number, a project, a price book
    public record Entry(
            Instant at,
            String who,
            String action,
            String subject,
            Optional<String> before,
            Optional<String> after,
            Optional<String> why) {}

    /// Notes a change inside the caller's transaction.
    public void note(Handle handle, Entry entry) {
        handle.createUpdate("""
                        INSERT INTO audit (id, at, who, action, subject, before, after, why)
                        VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM audit), :at, :who, :action, :subject, :before, :after, :why)""")
                .bind("at", Micros.of(entry.at()))
                .bind("who", entry.who())
                .bind("action", entry.action())
                .bind("subject", entry.subject())
                .bindByType("before", entry.before().orElse(null), String.class)
                .bindByType("after", entry.after().orElse(null), String.class)
                .bindByType("why", entry.why().orElse(null), String.class)
                .execute();
    }

    /// Notes what something is now, if that is not what the log says of it.
    public void noteIfChanged(String action, String subject, String state, Instant at, String who) {
        database.change(handle -> {
            Optional<String> before = handle.createQuery(
                            "SELECT after FROM audit WHERE action = ? AND subject = ? ORDER BY id DESC LIMIT 1")
                    .bind(0, action)
                    .bind(1, subject)
                    .mapTo(String.class)
                    .findOne();
            if (!before.equals(Optional.of(state))) {
                note(handle, new Entry(at, who, action, subject, before, Optional.of(state), Optional.empty()));
            }
        });
    }

    /// The newest entries first.
    public List<Entry> latest(int limit) {
        return page(Filter.ALL, true, Optional.empty(), limit).stream()
                .map(Noted::entry)
                .toList();
    }

    /// @param id its place in the log
    public record Noted(long id, Entry entry) {}

    /// Which entries; an empty part asks for nothing.
    public record Filter(Optional<String> action, Optional<String> subject, Optional<String> who) {
        public static final Filter ALL = new Filter(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// The entries that follow one, at most so many.
    ///
    /// @param newestFirst the order; else the oldest first
    /// @param after the id of the last one that is known
    public List<Noted> page(Filter filter, boolean newestFirst, Optional<Long> after, int limit) {
        String sql = "SELECT * FROM audit WHERE "
                + (newestFirst ? "id < :after" : "id > :after")
                + (filter.action().isPresent() ? " AND action = :action" : "")
                + (filter.subject().isPresent() ? " AND subject = :subject" : "")
                + (filter.who().isPresent() ? " AND who = :who" : "")
                + " ORDER BY id " + (newestFirst ? "DESC" : "ASC") + " LIMIT :limit";
        return database.read(handle -> {
            Query query = handle.createQuery(sql)
                    .bind("after", after.orElse(newestFirst ? Long.MAX_VALUE : 0L))
                    .bind("limit", limit);
            filter.action().ifPresent(action -> query.bind("action", action));
            filter.subject().ifPresent(subject -> query.bind("subject", subject));
            filter.who().ifPresent(who -> query.bind("who", who));
            return query.map((row, context) -> new Noted(row.getLong("id"), entry(row)))
                    .list();
        });
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                Micros.instant(row.getLong("at")),
                row.getString("who"),
                row.getString("action"),
                row.getString("subject"),
                Optional.ofNullable(row.getString("before")),
                Optional.ofNullable(row.getString("after")),
                Optional.ofNullable(row.getString("why")));
    }
}
