package org.reckoner.ledger.observation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.Sha256;
import org.reckoner.ledger.audit.AuditLog;

/// Messages that could not be understood. The same message is kept once, however often it comes and whatever
/// is said against it: a reason may name the time of day.
public final class DeadLetters {

    private final Database database;
    private final AuditLog audit;

    public DeadLetters(Database database, AuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    /// Keeps a message inside the caller's transaction. The character U+0000, which PostgreSQL has not, is
    /// kept as U+FFFD.
    ///
    /// @return whether it is a new one
    boolean keep(Handle handle, DeadLetter.Fresh letter, Instant now) {
        String content = letter.messageId().orElse("") + "\n" + letter.body();
        return handle.createUpdate("""
                        INSERT INTO dead_letter (id, fingerprint, origin, event_type, message_id, reason, body, received_at)
                        VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM dead_letter),
                                :fingerprint, :origin, :event, :message, :reason, :body, :now)
                        ON CONFLICT DO NOTHING""")
                        .bind("fingerprint", Sha256.hex(content.getBytes(StandardCharsets.UTF_8)))
                        .bind("origin", storable(letter.origin()))
                        .bindByType(
                                "event",
                                letter.eventType().map(DeadLetters::storable).orElse(null),
                                String.class)
                        .bindByType(
                                "message",
                                letter.messageId().map(DeadLetters::storable).orElse(null),
                                String.class)
                        .bind("reason", storable(letter.reason()))
                        .bind("body", storable(letter.body()))
                        .bind("now", Micros.of(now))
                        .execute()
                > 0;
    }

    private static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    /// The ones still waiting, oldest first.
    ///
    /// @param all also those that were replayed
    public List<DeadLetter> list(boolean all, int limit) {
        return database.read(handle -> handle.createQuery("SELECT * FROM dead_letter"
                        + (all ? "" : " WHERE replayed_at IS NULL")
                        + " ORDER BY id LIMIT " + limit)
                .map((row, context) -> letter(row))
                .list());
    }

    /// The messages that follow one, at most so many.
    ///
    /// @param waiting only those still waiting, or only those that were replayed
    /// @param newestFirst the order; else the oldest first
    /// @param after the id of the last one that is known
    public List<DeadLetter> page(Optional<Boolean> waiting, boolean newestFirst, Optional<Long> after, int limit) {
        String sql = "SELECT * FROM dead_letter WHERE "
                + (newestFirst ? "id < :after" : "id > :after")
                + waiting.map(still -> still ? " AND replayed_at IS NULL" : " AND replayed_at IS NOT NULL")
                        .orElse("")
                + " ORDER BY id " + (newestFirst ? "DESC" : "ASC") + " LIMIT :limit";
        return database.read(handle -> handle.createQuery(sql)
                .bind("after", after.orElse(newestFirst ? Long.MAX_VALUE : 0L))
                .bind("limit", limit)
                .map((row, context) -> letter(row))
                .list());
    }

    public Optional<DeadLetter> find(long id) {
        return database.read(handle -> handle.createQuery("SELECT * FROM dead_letter WHERE id = ?")
                .bind(0, id)
                .map((row, context) -> letter(row))
                .findOne());
    }

    /// How many are still waiting.
    public long waiting() {
        return database.read(handle -> handle.createQuery("SELECT COUNT(*) FROM dead_letter WHERE replayed_at IS NULL")
                .mapTo(Long.class)
                .one());
    }

    /// Lays one aside: a person decided that it is of no use.
    ///
    /// @throws LedgerException if there is none, or it was settled before
    public void dismiss(long id, Instant now, String by, String why) {
        database.change(handle -> {
            int settled = handle.execute(
                    "UPDATE dead_letter SET replayed_at = ? WHERE id = ? AND replayed_at IS NULL", Micros.of(now), id);
            if (settled == 0) {
                throw new LedgerException("no dead letter %d is waiting".formatted(id));
            }
            audit.note(
                    handle,
                    new AuditLog.Entry(
                            now,
                            by,
                            "dead-letter.dismiss",
                            Long.toString(id),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(why)));
        });
    }

    void replayed(Handle handle, long id, Instant now) {
        handle.execute("UPDATE dead_letter SET replayed_at = ? WHERE id = ?", Micros.of(now), id);
    }

    private static DeadLetter letter(java.sql.ResultSet row) throws java.sql.SQLException {
        long replayed = row.getLong("replayed_at");
        return new DeadLetter(
                row.getLong("id"),
                row.getString("origin"),
                Optional.ofNullable(row.getString("event_type")),
                Optional.ofNullable(row.getString("message_id")),
                row.getString("reason"),
                row.getString("body"),
                Micros.instant(row.getLong("received_at")),
                replayed == 0 ? Optional.empty() : Optional.of(Micros.instant(replayed)));
    }
}
