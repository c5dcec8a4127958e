package org.reckoner.ledger.invoice;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.meter.Meter;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.rate.Charge;
import org.reckoner.core.time.Window;

/// Which stretches of time were billed, for each resource and meter. The database refuses stretches that
/// overlap, so no second is billed twice, whatever the program believes.
final class BilledTime {

    private BilledTime() {}

    /// One stretch in force or to be.
    record Stretch(ResourceId resource, String meter, long fromSecond, long toSecond) implements Comparable<Stretch> {

        @Override
        public int compareTo(Stretch other) {
            return Comparator.comparing(Stretch::resource)
                    .thenComparing(Stretch::meter)
                    .thenComparingLong(Stretch::fromSecond)
                    .thenComparingLong(Stretch::toSecond)
                    .compare(this, other);
        }
    }

    /// What a bill bills, touching stretches as one. Only what is held over time: what flows is told apart by
    /// its observation.
    static TreeSet<Stretch> of(Bill bill, PriceBook book) {
        Map<ResourceId, Map<String, TreeSet<Window>>> windows = new TreeMap<>();
        for (InvoiceLine line : bill.lines()) {
            Price price = book.find(line.key().priceId()).orElseThrow();
            boolean held = price.meter()
                    .flatMap(book.meters()::find)
                    .filter(meter -> meter.kind() == Meter.Kind.LEVEL)
                    .isPresent();
            if (!held) {
                continue;
            }
            String meter = price.meter().orElseThrow() + (price.surcharge().isEmpty() ? "" : "+" + price.surcharge());
            for (Charge charge : line.charges()) {
                TreeSet<Window> used = windows.computeIfAbsent(charge.resource(), resource -> new TreeMap<>())
                        .computeIfAbsent(meter, name -> new TreeSet<>());
                charge.uses().forEach(use -> used.add(use.window()));
            }
        }
        TreeSet<Stretch> stretches = new TreeSet<>();
        windows.forEach((resource, byMeter) -> byMeter.forEach((meter, used) -> merged(used)
                .forEach(window -> stretches.add(new Stretch(
                        resource,
                        meter,
                        window.from().getEpochSecond(),
                        window.to().getEpochSecond())))));
        return stretches;
    }

    private static List<Window> merged(Collection<Window> ascending) {
        List<Window> merged = new ArrayList<>();
        for (Window window : ascending) {
            Instant end = merged.isEmpty() ? Instant.MIN : merged.getLast().to();
            if (end.equals(window.from())) {
                merged.set(merged.size() - 1, new Window(merged.getLast().from(), window.to()));
            } else {
                merged.add(window);
            }
        }
        return merged;
    }

    /// The stretches in force of an account's period.
    static TreeSet<Stretch> inForce(Handle handle, String project, String period) {
        return new TreeSet<>(rows(handle, project, period).keySet());
    }

    private static Map<Stretch, Long> rows(Handle handle, String project, String period) {
        Map<Stretch, Long> rows = new TreeMap<>();
        handle.createQuery("""
                        SELECT b.id, r.region, r.type, r.external_id, b.meter, b.from_s, b.to_s
                        FROM billed_time b JOIN resource r ON r.id = b.resource_id
                        WHERE b.project = ? AND b.period = ? AND b.released_by IS NULL""")
                .bind(0, project)
                .bind(1, period)
                .map((row, context) -> Map.entry(
                        new Stretch(
                                new ResourceId(
                                        row.getString("region"), row.getString("type"), row.getString("external_id")),
                                row.getString("meter"),
                                row.getLong("from_s"),
                                row.getLong("to_s")),
                        row.getLong("id")))
                .forEach(entry -> rows.put(entry.getKey(), entry.getValue()));
        return rows;
    }

    /// Makes the stretches in force of an account's period those of a bill, in the name of an invoice:
    /// releases what is no longer so, adds what is new, and leaves the rest.
    ///
    /// @return whether anything changed
    static boolean settle(Handle handle, String project, String period, TreeSet<Stretch> truth, long invoiceId) {
        Map<Stretch, Long> before = rows(handle, project, period);
        PreparedBatch release = handle.prepareBatch("UPDATE billed_time SET released_by = ? WHERE id = ?");
        before.forEach((stretch, id) -> {
            if (!truth.contains(stretch)) {
                release.add(invoiceId, id);
            }
        });
        if (release.size() > 0) {
            release.execute();
        }
        List<Stretch> added =
                truth.stream().filter(stretch -> !before.containsKey(stretch)).toList();
        if (added.isEmpty()) {
            return !truth.equals(before.keySet());
        }
        Map<ResourceId, Long> resources = resources(handle, project);
        long id = handle.createQuery("SELECT COALESCE(MAX(id), 0) FROM billed_time")
                .mapTo(Long.class)
                .one();
        PreparedBatch insert = handle.prepareBatch("""
                INSERT INTO billed_time (id, resource_id, meter, from_s, to_s, project, period, invoice_id, released_by)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)""");
        for (Stretch stretch : added) {
            insert.add(
                    ++id,
                    resources.get(stretch.resource()),
                    stretch.meter(),
                    stretch.fromSecond(),
                    stretch.toSecond(),
                    project,
                    period,
                    invoiceId);
        }
        insert.execute();
        return true;
    }

    /// Whether a statement was refused because time would have been billed twice, and for no other reason.
    static boolean isBilledTwice(UnableToExecuteStatementException refused) {
        return String.valueOf(refused.getCause()).matches("(?s).*billed_time.overlaps.*");
    }

    /// Undoes what an invoice settled, in the name of the credit note that voids it: what it added is
    /// released, what it released is in force again.
    static void undo(Handle handle, long invoiceId, long creditNoteId) {
        handle.execute(
                "UPDATE billed_time SET released_by = ? WHERE invoice_id = ? AND released_by IS NULL",
                creditNoteId,
                invoiceId);
        handle.execute("UPDATE billed_time SET released_by = NULL WHERE released_by = ?", invoiceId);
    }

    private static Map<ResourceId, Long> resources(Handle handle, String project) {
        Map<ResourceId, Long> ids = new HashMap<>();
        handle.createQuery("""
                        SELECT r.id, r.region, r.type, r.external_id
                        FROM resource_owner w JOIN resource r ON r.id = w.resource_id WHERE w.project = ?""")
                .bind(0, project)
                .map((row, context) -> Map.entry(
                        new ResourceId(row.getString("region"), row.getString("type"), row.getString("external_id")),
                        row.getLong("id")))
                .forEach(entry -> ids.put(entry.getKey(), entry.getValue()));
        return ids;
    }
}
