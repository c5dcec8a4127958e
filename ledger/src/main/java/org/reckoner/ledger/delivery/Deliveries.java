package org.reckoner.ledger.delivery;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.audit.AuditLog;
import org.reckoner.ledger.observation.Micros;

/// The outbox. A delivery is written in the transaction that issues its document, and marked as sent before
/// the billing system hears of it. So one whose answer was lost, or whose sender was killed, is known as
/// such, and is looked up before it is sent again.
public final class Deliveries {

    private final Database database;
    private final AuditLog audit;

    public Deliveries(Database database, AuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    /// Owes a document to billing systems, inside the transaction that issues it.
    public static void owe(Handle handle, String number, Collection<String> backends, Instant now) {
        backends.forEach(backend -> handle.createUpdate("""
                        INSERT INTO delivery (id, backend, number, state, attempts, due_at, created_at, changed_at)
                        VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM delivery), :backend, :number, 'pending', 0, :now, :now, :now)
                        ON CONFLICT DO NOTHING""")
                .bind("backend", backend)
                .bind("number", number)
                .bind("now", Micros.of(now))
                .execute());
    }

    /// Owes a billing system the documents that were issued before it was configured.
    ///
    /// @param period only of this billing period
    /// @return how many it was not owed yet
    public int oweAll(String backend, Optional<BillingPeriod> period, Instant now, String by) {
        return database.write(handle -> {
            List<String> numbers = handle.createQuery("""
                            SELECT i.number FROM invoice i
                            WHERE (:period IS NULL OR i.period = :period)
                              AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.backend = :backend AND d.number = i.number)
                            ORDER BY i.id""")
                    .bind("backend", backend)
                    .bindByType("period", period.map(BillingPeriod::label).orElse(null), String.class)
                    .mapTo(String.class)
                    .list();
            numbers.forEach(number -> owe(handle, number, List.of(backend), now));
            if (!numbers.isEmpty()) {
                note(handle, "delivery.add", backend, numbers.size() + " documents", now, by, Optional.empty());
            }
            return numbers.size();
        });
    }

    /// Writes down what became of attempts. Then takes deliveries that are due, the oldest first, and marks
    /// them as sent. A credit note waits until the invoice that it takes back is settled.
    ///
    /// @param lease how long an answer may take; after that the delivery is due again
    /// @param limit how many to take at most
    public List<Delivery> settleAndClaim(
            Collection<Settlement> settlements, String backend, Instant now, Duration lease, int limit) {
        if (settlements.isEmpty() && limit <= 0) {
            return List.of();
        }
        return database.write(handle -> {
            settle(handle, settlements, Micros.of(now));
            return limit <= 0 ? List.of() : claim(handle, backend, now, lease, limit);
        });
    }

    private static List<Delivery> claim(Handle handle, String backend, Instant now, Duration lease, int limit) {
        List<Delivery> due = handle.createQuery("""
                        SELECT d.* FROM delivery d
                        WHERE d.backend = :backend AND d.state IN ('pending', 'sent') AND d.due_at <= :now
                          AND NOT EXISTS (
                              SELECT 1 FROM invoice i JOIN delivery o ON o.number = i.voids AND o.backend = d.backend
                              WHERE i.number = d.number AND o.state NOT IN ('confirmed', 'cancelled'))
                        ORDER BY d.due_at, d.id LIMIT :limit""")
                .bind("backend", backend)
                .bind("now", Micros.of(now))
                .bind("limit", limit)
                .map((row, context) -> delivery(row))
                .list();
        PreparedBatch mark = handle.prepareBatch(
                "UPDATE delivery SET state = 'sent', attempts = attempts + 1, due_at = :until, changed_at = :now WHERE id = :id");
        due.forEach(delivery -> mark.bind("until", Micros.of(now.plus(lease)))
                .bind("now", Micros.of(now))
                .bind("id", delivery.id())
                .add());
        mark.execute();
        return due;
    }

    /// Keeps deliveries that are still under way from being due again.
    ///
    /// @param until when their answers count as lost
    public void renew(Collection<Long> ids, Instant until) {
        database.change(handle -> ids.forEach(id -> handle.execute(
                "UPDATE delivery SET due_at = ? WHERE id = ? AND state = 'sent'", Micros.of(until), id)));
    }

    private static void settle(Handle handle, Collection<Settlement> settlements, long now) {
        PreparedBatch confirmed = handle.prepareBatch(
                "UPDATE delivery SET state = 'confirmed', remote_id = ?, reason = NULL, changed_at = ? WHERE id = ?");
        for (Settlement settlement : settlements) {
            switch (settlement) {
                case Settlement.Confirmed(long id, String remoteId) -> confirmed.add(remoteId, now, id);
                case Settlement.Postponed(long id, String reason, Instant until) ->
                    handle.execute(
                            "UPDATE delivery SET due_at = ?, reason = ?, changed_at = ? WHERE id = ? AND state = 'sent'",
                            Micros.of(until),
                            reason,
                            now,
                            id);
                case Settlement.Taken(long id, String reason, Instant until) ->
                    handle.execute(
                            "UPDATE delivery SET taken = 1, due_at = ?, reason = ?, changed_at = ? WHERE id = ? AND state = 'sent'",
                            Micros.of(until),
                            reason,
                            now,
                            id);
                case Settlement.Unsent(long id, String reason, Instant until) ->
                    handle.execute("""
                            UPDATE delivery SET attempts = attempts - 1, due_at = ?, reason = ?, changed_at = ?,
                                state = CASE attempts WHEN 1 THEN 'pending' ELSE 'sent' END
                            WHERE id = ? AND state = 'sent'""", Micros.of(until), reason, now, id);
                case Settlement.TurnedAway(long id, String reason, Instant until) ->
                    handle.execute("""
                            UPDATE delivery SET attempts = CASE attempts WHEN 1 THEN 1 ELSE attempts - 1 END,
                                due_at = ?, reason = ?, changed_at = ?
                            WHERE id = ? AND state = 'sent'""", Micros.of(until), reason, now, id);
                case Settlement.Refused(long id, String reason) ->
                    handle.execute(
                            "UPDATE delivery SET state = 'refused', reason = ?, changed_at = ? WHERE id = ? AND state = 'sent'",
                            reason,
                            now,
                            id);
            }
        }
        confirmed.execute();
    }

    /// How many a person must look at.
    public long refused() {
        return database.read(handle -> handle.createQuery("SELECT COUNT(*) FROM delivery WHERE state = 'refused'")
                .mapTo(Long.class)
                .one());
    }

    /// Since when the oldest waits that is not there yet; nothing if none waits.
    public Optional<Instant> waitingSince() {
        return database.read(handle -> handle.createQuery(
                        "SELECT MIN(created_at) AS since FROM delivery WHERE state IN ('pending', 'sent')")
                .map((row, context) -> Micros.optional(row, "since"))
                .one());
    }

    /// How far a document is on its way to a billing system; nothing if it was never to go there.
    public Optional<Delivery.State> state(String backend, String number) {
        return database.read(handle -> handle.createQuery("SELECT state FROM delivery WHERE backend = ? AND number = ?")
                .bind(0, backend)
                .bind(1, number)
                .mapTo(String.class)
                .findOne()
                .map(state -> Delivery.State.valueOf(state.toUpperCase(Locale.ROOT))));
    }

    /// What a billing system calls a document that it has.
    public Optional<String> remoteId(String backend, String number) {
        return database.read(handle -> handle.createQuery(
                        "SELECT remote_id FROM delivery WHERE backend = ? AND number = ? AND state = 'confirmed'")
                .bind(0, backend)
                .bind(1, number)
                .mapTo(String.class)
                .findOne());
    }

    /// Which deliveries; an empty part asks for nothing.
    public record Filter(
            Optional<String> backend,
            Optional<Delivery.State> state,
            Optional<String> number,
            Optional<BillingPeriod> period) {
        public static final Filter ALL =
                new Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// The deliveries that follow one, oldest first, at most so many.
    ///
    /// @param after the id of the last one that is known; 0 for the beginning
    public List<Delivery> page(Filter filter, long after, int limit) {
        String sql = "SELECT d.* FROM delivery d JOIN invoice i ON i.number = d.number WHERE d.id > :after"
                + (filter.backend().isPresent() ? " AND d.backend = :backend" : "")
                + (filter.state().isPresent() ? " AND d.state = :state" : "")
                + (filter.number().isPresent() ? " AND d.number = :number" : "")
                + (filter.period().isPresent() ? " AND i.period = :period" : "")
                + " ORDER BY d.id LIMIT :limit";
        return database.read(handle -> {
            Query query = handle.createQuery(sql).bind("after", after).bind("limit", limit);
            filter.backend().ifPresent(backend -> query.bind("backend", backend));
            filter.state().ifPresent(state -> query.bind("state", state.word()));
            filter.number().ifPresent(number -> query.bind("number", number));
            filter.period().ifPresent(period -> query.bind("period", period.label()));
            return query.map((row, context) -> delivery(row)).list();
        });
    }

    public Optional<Delivery> find(long id) {
        return database.read(handle -> find(handle, id));
    }

    private static Optional<Delivery> find(Handle handle, long id) {
        return handle.createQuery("SELECT * FROM delivery WHERE id = ?")
                .bind(0, id)
                .map((row, context) -> delivery(row))
                .findOne();
    }

    /// Sends one again now: one that was refused or cancelled, or that waits for its next attempt. What the
    /// billing system took and does not show is only looked up, unless it was refused or cancelled in
    /// between.
    ///
    /// @throws LedgerException if there is none, or it arrived already
    public void retry(long id, Instant now, String by) {
        database.change(handle -> retry(handle, id, now, by));
    }

    /// Sends all again that were refused, as [#retry] does.
    ///
    /// @param backend only to this billing system
    /// @param period only documents of this billing period
    /// @return how many
    public int retryRefused(Optional<String> backend, Optional<BillingPeriod> period, Instant now, String by) {
        return database.write(handle -> {
            List<Long> refused = handle.createQuery("""
                            SELECT d.id FROM delivery d JOIN invoice i ON i.number = d.number
                            WHERE d.state = 'refused' AND (:backend IS NULL OR d.backend = :backend)
                              AND (:period IS NULL OR i.period = :period)
                            ORDER BY d.id""")
                    .bindByType("backend", backend.orElse(null), String.class)
                    .bindByType("period", period.map(BillingPeriod::label).orElse(null), String.class)
                    .mapTo(Long.class)
                    .list();
            refused.forEach(id -> retry(handle, id, now, by));
            return refused.size();
        });
    }

    private void retry(Handle handle, long id, Instant now, String by) {
        Delivery delivery = waiting(handle, id, "is confirmed; there is nothing to send");
        String state = delivery.attempts() == 0 ? "pending" : "sent";
        boolean taken = delivery.taken() && delivery.isWaiting();
        handle.execute(
                "UPDATE delivery SET state = ?, taken = ?, due_at = ?, changed_at = ? WHERE id = ?",
                state,
                taken ? 1 : 0,
                Micros.of(now),
                Micros.of(now),
                id);
        note(handle, "delivery.retry", Long.toString(id), delivery.state().word(), now, by, Optional.empty());
    }

    /// Gives one up: it is not to be delivered.
    ///
    /// @throws LedgerException if there is none, or it arrived already
    public void cancel(long id, Instant now, String by, String why) {
        database.change(handle -> {
            Delivery delivery = waiting(handle, id, "is confirmed; take the invoice back with a credit note instead");
            handle.execute(
                    "UPDATE delivery SET state = 'cancelled', reason = ?, changed_at = ? WHERE id = ?",
                    why,
                    Micros.of(now),
                    id);
            note(handle, "delivery.cancel", Long.toString(id), delivery.state().word(), now, by, Optional.of(why));
        });
    }

    private static Delivery waiting(Handle handle, long id, String ifConfirmed) {
        Delivery delivery =
                find(handle, id).orElseThrow(() -> new LedgerException("there is no delivery %d".formatted(id)));
        if (delivery.state() == Delivery.State.CONFIRMED) {
            throw new LedgerException("delivery %d of %s %s".formatted(id, delivery.number(), ifConfirmed));
        }
        return delivery;
    }

    private void note(
            Handle handle, String action, String subject, String before, Instant now, String by, Optional<String> why) {
        audit.note(handle, new AuditLog.Entry(now, by, action, subject, Optional.of(before), Optional.empty(), why));
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        return new Delivery(
                row.getLong("id"),
                row.getString("backend"),
                row.getString("number"),
                Delivery.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getInt("taken") == 1,
                row.getInt("attempts"),
                Micros.instant(row.getLong("due_at")),
                Optional.ofNullable(row.getString("remote_id")),
                Optional.ofNullable(row.getString("reason")),
                Micros.instant(row.getLong("created_at")),
                Micros.instant(row.getLong("changed_at")));
    }
}
