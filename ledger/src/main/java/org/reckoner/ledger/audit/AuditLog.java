package org.reckoner.ledger.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
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

    /// The newest entries first.
    public List<Entry> latest(int limit) {
        return database.read(handle -> handle.createQuery("SELECT * FROM audit ORDER BY id DESC LIMIT " + limit)
                .map((row, context) -> new Entry(
                        Micros.instant(row.getLong("at")),
                        row.getString("who"),
                        row.getString("action"),
                        row.getString("subject"),
                        Optional.ofNullable(row.getString("before")),
                        Optional.ofNullable(row.getString("after")),
                        Optional.ofNullable(row.getString("why"))))
                .list());
    }
}
