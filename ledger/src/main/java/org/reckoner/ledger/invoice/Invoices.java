package org.reckoner.ledger.invoice;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.NumberSeries;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.observation.Micros;

/// Issued documents. Each is kept as the text that was issued; the database refuses to change it.
public final class Invoices {

    private final Database database;

    public Invoices(Database database) {
        this.database = database;
    }

    /// A document as it lies in the ledger.
    ///
    /// @param id its place in the chain
    /// @param hash SHA-256 of the document, in hex
    public record Stored(
            long id, String document, String hash, String previousHash, Instant issuedAt, String issuedBy) {

        public Invoice invoice() {
            return Documents.invoice(document);
        }
    }

    /// A line of the list of documents.
    public record Summary(
            String number,
            Invoice.Kind kind,
            String project,
            String period,
            String currency,
            String total,
            Instant issuedAt,
            Optional<String> voids,
            Optional<String> voidedBy) {}

    public Optional<Stored> find(String number) {
        return database.read(handle -> handle.createQuery("SELECT * FROM invoice WHERE number = ?")
                .bind(0, number)
                .map((row, context) -> stored(row))
                .findOne());
    }

    /// Every document, in the order of the chain, handed on one by one.
    public void forEach(java.util.function.Consumer<Stored> visitor) {
        database.read(handle -> {
            handle.createQuery("SELECT * FROM invoice ORDER BY id")
                    .map((row, context) -> stored(row))
                    .forEach(visitor);
            return true;
        });
    }

    /// Documents by chain order, the newest last.
    ///
    /// @param project only of this account
    /// @param period only of this billing period
    public List<Summary> list(Optional<String> project, Optional<BillingPeriod> period) {
        return database.read(handle -> handle.createQuery("""
                        SELECT i.number, i.kind, i.project, i.period, i.currency, i.total, i.issued_at, i.voids,
                               v.number AS voided_by
                        FROM invoice i LEFT JOIN invoice v ON v.voids = i.number
                        WHERE (:project IS NULL OR i.project = :project) AND (:period IS NULL OR i.period = :period)
                        ORDER BY i.id""")
                .bindByType("project", project.orElse(null), String.class)
                .bindByType("period", period.map(BillingPeriod::label).orElse(null), String.class)
                .map((row, context) -> new Summary(
                        row.getString("number"),
                        Invoice.Kind.valueOf(row.getString("kind")),
                        row.getString("project"),
                        row.getString("period"),
                        row.getString("currency"),
                        row.getString("total"),
                        Micros.instant(row.getLong("issued_at")),
                        Optional.ofNullable(row.getString("voids")),
                        Optional.ofNullable(row.getString("voided_by"))))
                .list());
    }

    /// Every line of every document of the account whose service period is this one.
    ///
    /// @param before only documents that come before this one in the chain
    List<InvoiceLine> lines(String project, BillingPeriod service, long before) {
        return documents(project, service, before).stream()
                .flatMap(invoice -> invoice.lines().stream())
                .filter(line -> line.key().period().equals(service))
                .toList();
    }

    /// The account's documents with lines of a service period, oldest first.
    List<Invoice> documents(String project, BillingPeriod service, long before) {
        return database.read(handle -> handle.createQuery("""
                        SELECT i.document FROM invoice_service s JOIN invoice i ON i.id = s.invoice_id
                        WHERE s.project = ? AND s.period = ? AND i.id < ? ORDER BY i.id""")
                .bind(0, project)
                .bind(1, service.label())
                .bind(2, before)
                .mapTo(String.class)
                .map(Documents::invoice)
                .list());
    }

    /// The number of the account's standing invoice for a period.
    Optional<String> standing(Handle handle, String project, BillingPeriod period) {
        return handle.createQuery("""
                        SELECT i.number FROM invoiced_period p JOIN invoice i ON i.id = p.invoice_id
                        WHERE p.project = ? AND p.period = ?""")
                .bind(0, project)
                .bind(1, period.label())
                .mapTo(String.class)
                .findOne();
    }

    public Optional<String> standing(String project, BillingPeriod period) {
        return database.read(handle -> standing(handle, project, period));
    }

    /// The last standing invoice of the account before a period, if any.
    Optional<Invoice> lastBefore(String project, BillingPeriod period) {
        return database.read(handle -> handle.createQuery("""
                        SELECT i.document FROM invoiced_period p JOIN invoice i ON i.id = p.invoice_id
                        JOIN billing_run b ON b.period = p.period
                        WHERE p.project = ? AND b.period_to <= ? ORDER BY b.period_to DESC, i.id DESC LIMIT 1""")
                .bind(0, project)
                .bind(1, Micros.of(period.window().from()))
                .mapTo(String.class)
                .findOne()
                .map(Documents::invoice));
    }

    /// The greatest cutoff of the account's standing invoices for a period or a later one: up to there the
    /// period was compared with what is known.
    long lastCutoff(String project, BillingPeriod since) {
        return database.read(handle -> handle.createQuery("""
                        SELECT COALESCE(MAX(i.cutoff), 0)
                        FROM invoiced_period p
                        JOIN invoice i ON i.id = p.invoice_id
                        JOIN billing_run b ON b.period = p.period
                        WHERE p.project = ? AND b.period_from >= ?""")
                .bind(0, project)
                .bind(1, Micros.of(since.window().from()))
                .mapTo(Long.class)
                .one());
    }

    /// Whether a standing document other than this one has lines of a service period.
    Optional<String> correctedBy(Handle handle, String project, BillingPeriod service, long except) {
        return handle.createQuery("""
                        SELECT i.number FROM invoice_service s JOIN invoice i ON i.id = s.invoice_id
                        WHERE s.project = ? AND s.period = ? AND i.id > ? AND i.kind = 'INVOICE'
                          AND NOT EXISTS (SELECT 1 FROM invoice v WHERE v.voids = i.number)
                        ORDER BY i.id LIMIT 1""")
                .bind(0, project)
                .bind(1, service.label())
                .bind(2, except)
                .mapTo(String.class)
                .findOne();
    }

    /// The place that the next document will take.
    record Place(long id, String number, String series, long ordinal, String previousHash) {}

    Place next(Handle handle, NumberSeries numbers, Invoice.Kind kind, Instant issuedAt) {
        String series = numbers.series(kind, issuedAt);
        long ordinal = handle.createQuery("SELECT COALESCE(MAX(ordinal), 0) + 1 FROM invoice WHERE series = ?")
                .bind(0, series)
                .mapTo(Long.class)
                .one();
        long id = handle.createQuery("SELECT COALESCE(MAX(id), 0) + 1 FROM invoice")
                .mapTo(Long.class)
                .one();
        String previous = handle.createQuery("SELECT hash FROM invoice WHERE id = ?")
                .bind(0, id - 1)
                .mapTo(String.class)
                .findOne()
                .orElse("");
        return new Place(id, NumberSeries.number(series, ordinal), series, ordinal, previous);
    }

    void insert(Handle handle, Place place, Invoice invoice, String by) {
        String document = Documents.write(invoice);
        handle.createUpdate("""
                        INSERT INTO invoice (id, number, series, ordinal, kind, project, period, currency, total, cutoff,
                                             issued_at, issued_by, voids, document, hash, previous_hash)
                        VALUES (:id, :number, :series, :ordinal, :kind, :project, :period, :currency, :total, :cutoff,
                                :issuedAt, :by, :voids, :document, :hash, :previous)""")
                .bind("id", place.id())
                .bind("number", place.number())
                .bind("series", place.series())
                .bind("ordinal", place.ordinal())
                .bind("kind", invoice.kind().name())
                .bind("project", invoice.account().project())
                .bind("period", invoice.period().label())
                .bind("currency", invoice.currency().getCurrencyCode())
                .bind("total", invoice.total().amount().toPlainString())
                .bind("cutoff", invoice.cutoff())
                .bind("issuedAt", Micros.of(invoice.issuedAt()))
                .bind("by", by)
                .bindByType("voids", invoice.voids().orElse(null), String.class)
                .bind("document", document)
                .bind("hash", Documents.hash(document))
                .bind("previous", place.previousHash())
                .execute();
        invoice.lines().stream()
                .map(line -> line.key().period().label())
                .distinct()
                .forEach(service -> handle.execute(
                        "INSERT INTO invoice_service (project, period, invoice_id) VALUES (?, ?, ?)",
                        invoice.account().project(),
                        service,
                        place.id()));
    }

    private static Stored stored(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Stored(
                row.getLong("id"),
                row.getString("document"),
                row.getString("hash"),
                row.getString("previous_hash"),
                Micros.instant(row.getLong("issued_at")),
                row.getString("issued_by"));
    }
}
