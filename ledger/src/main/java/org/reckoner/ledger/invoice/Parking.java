package org.reckoner.ledger.invoice;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.audit.AuditLog;
import org.reckoner.ledger.observation.Micros;

/// Accounts whose invoice a person must look at before it is issued. Parking one never holds up another.
final class Parking {

    private final Database database;
    private final AuditLog audit;

    Parking(Database database, AuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    void park(Account account, BillingPeriod period, List<String> reasons, Instant now) {
        database.change(handle ->
                handle.execute("""
                INSERT INTO parked (project, period, reason, parked_at) VALUES (?, ?, ?, ?)
                ON CONFLICT (project, period) DO UPDATE SET reason = excluded.reason, parked_at = excluded.parked_at""", account.project(), period.label(), String.join("; ", reasons), Micros.of(now)));
    }

    /// Whether it is parked and nobody released it.
    boolean isWaiting(Account account, BillingPeriod period) {
        return exists(
                "SELECT EXISTS (SELECT 1 FROM parked WHERE project = ? AND period = ? AND released_at IS NULL)",
                account,
                period);
    }

    /// Takes note that nothing is left to look at: the invoice is issued, or nothing is to be invoiced.
    static void clear(Handle handle, Account account, BillingPeriod period) {
        handle.execute("DELETE FROM parked WHERE project = ? AND period = ?", account.project(), period.label());
    }

    boolean isReleased(Account account, BillingPeriod period) {
        return exists(
                "SELECT EXISTS (SELECT 1 FROM parked WHERE project = ? AND period = ? AND released_at IS NOT NULL)",
                account,
                period);
    }

    private boolean exists(String sql, Account account, BillingPeriod period) {
        return database.read(handle -> handle.createQuery(sql)
                .bind(0, account.project())
                .bind(1, period.label())
                .mapTo(Boolean.class)
                .one());
    }

    /// Those that follow one, by project and period, at most so many.
    List<Parked> page(Optional<BillingPeriod> period, Optional<Parked.Key> after, int limit) {
        String sql = "SELECT * FROM parked WHERE (project, period) > (:project, :label)"
                + (period.isPresent() ? " AND period = :period" : "")
                + " ORDER BY project, period LIMIT :limit";
        return database.read(handle -> {
            Query query = handle.createQuery(sql)
                    .bind("project", after.map(Parked.Key::project).orElse(""))
                    .bind("label", after.map(Parked.Key::period).orElse(""))
                    .bind("limit", limit);
            period.ifPresent(only -> query.bind("period", only.label()));
            return query.map((row, context) -> parked(row)).list();
        });
    }

    private static Parked parked(ResultSet row) throws SQLException {
        long released = row.getLong("released_at");
        boolean waiting = row.wasNull();
        return new Parked(
                new Parked.Key(row.getString("project"), row.getString("period")),
                row.getString("reason"),
                Micros.instant(row.getLong("parked_at")),
                waiting
                        ? Optional.empty()
                        : Optional.of(new Parked.Release(Micros.instant(released), row.getString("released_by"))));
    }

    /// @throws LedgerException if it is not parked
    void release(Account account, BillingPeriod period, Instant now, String by, String why) {
        database.change(handle -> {
            int released = handle.execute(
                    "UPDATE parked SET released_at = ?, released_by = ? WHERE project = ? AND period = ? AND released_at IS NULL",
                    Micros.of(now),
                    by,
                    account.project(),
                    period.label());
            if (released == 0) {
                throw new LedgerException("account %s is not parked for %s".formatted(account.name(), period));
            }
            audit.note(
                    handle,
                    new AuditLog.Entry(
                            now,
                            by,
                            "account.release",
                            account.project() + " " + period,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of(why)));
        });
    }
}
