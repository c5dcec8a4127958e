package org.reckoner.ledger.invoice;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.observation.Micros;

/// The periods that are being or were invoiced. A run fixes the cutoff and the price book version of its
/// period, so that running it again, or going on after a crash, makes the same invoices.
final class BillingRuns {

    private final Database database;

    BillingRuns(Database database) {
        this.database = database;
    }

    record Run(BillingPeriod period, String priceBook, int version, long cutoff) {}

    /// The run of a period and price book; begun now if there was none.
    ///
    /// @throws LedgerException if the period shares time with another one
    Run begin(BillingPeriod period, PriceBook book, long cutoff, Instant now, String by) {
        return database.write(handle -> {
            refuseOverlap(handle, period);
            handle.execute(
                    """
                    INSERT INTO billing_run (period, price_book, version, cutoff, period_from, period_to, started_at, started_by)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
                    period.label(),
                    book.name(),
                    book.version(),
                    cutoff,
                    Micros.of(period.window().from()),
                    Micros.of(period.window().to()),
                    Micros.of(now),
                    by);
            return find(handle, period, book.name()).orElseThrow();
        });
    }

    Optional<Run> find(BillingPeriod period, String priceBook) {
        return database.read(handle -> find(handle, period, priceBook));
    }

    private static Optional<Run> find(Handle handle, BillingPeriod period, String priceBook) {
        return handle.createQuery("SELECT * FROM billing_run WHERE period = ? AND price_book = ?")
                .bind(0, period.label())
                .bind(1, priceBook)
                .map((row, context) -> run(row))
                .findOne();
    }

    /// The runs of periods that ended by the time a period begins, by price book; the oldest period first.
    SequencedMap<BillingPeriod, SortedMap<String, Run>> before(BillingPeriod period) {
        LinkedHashMap<BillingPeriod, SortedMap<String, Run>> runs = new LinkedHashMap<>();
        database.read(handle -> handle.createQuery(
                                "SELECT * FROM billing_run WHERE period_to <= ? ORDER BY period_from")
                        .bind(0, Micros.of(period.window().from()))
                        .map((row, context) -> run(row))
                        .list())
                .forEach(run -> runs.computeIfAbsent(run.period(), same -> new TreeMap<>())
                        .put(run.priceBook(), run));
        return runs;
    }

    /// @throws LedgerException if the period shares time with another one that has a run
    void refuseOverlap(BillingPeriod period) {
        database.read(handle -> {
            refuseOverlap(handle, period);
            return period;
        });
    }

    private static void refuseOverlap(Handle handle, BillingPeriod period) {
        handle.createQuery(
                        "SELECT period FROM billing_run WHERE period_from < ? AND ? < period_to AND period <> ? ORDER BY period LIMIT 1")
                .bind(0, Micros.of(period.window().to()))
                .bind(1, Micros.of(period.window().from()))
                .bind(2, period.label())
                .mapTo(String.class)
                .findOne()
                .ifPresent(other -> {
                    throw new LedgerException(
                            "period %s shares time with %s, which is invoiced already; choose a period beside it"
                                    .formatted(period, other));
                });
    }

    private static Run run(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Run(
                BillingPeriod.parse(row.getString("period")),
                row.getString("price_book"),
                row.getInt("version"),
                row.getLong("cutoff"));
    }
}
