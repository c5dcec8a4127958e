package org.reckoner.ledger.invoice;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.NumberSeries;
import org.reckoner.core.invoice.TaxRate;
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
    /// @param columns what the ledger says of the document without reading it
    public record Stored(
            long id,
            String document,
            String hash,
            String previousHash,
            Instant issuedAt,
            String issuedBy,
            Columns columns) {

        public Invoice invoice() {
            return Documents.invoice(document);
        }
    }

    /// What stands beside a document, to search and to sum by. It is taken from the document.
    public record Columns(
            String number,
            String kind,
            String project,
            String period,
            String currency,
            String total,
            long cutoff,
            long issuedAt,
            Optional<String> voids) {

        static Columns of(Invoice invoice) {
            return new Columns(
                    invoice.number(),
                    invoice.kind().name(),
                    invoice.account().project(),
                    invoice.period().label(),
                    invoice.currency().getCurrencyCode(),
                    invoice.total().amount().toPlainString(),
                    invoice.cutoff(),
                    Micros.of(invoice.issuedAt()),
                    invoice.voids());
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

    /// Those of some documents that there are, by their numbers.
    public Map<String, Stored> find(Collection<String> numbers) {
        if (numbers.isEmpty()) {
            return Map.of();
        }
        return database.read(handle -> handle.createQuery("SELECT * FROM invoice WHERE number IN (<numbers>)")
                .bindList("numbers", List.copyOf(numbers))
                .map((row, context) -> stored(row))
                .collect(Collectors.toMap(stored -> stored.columns().number(), stored -> stored)));
    }

    /// Every document, in the order of the chain, handed on one by one.
    public void forEach(Consumer<Stored> visitor) {
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
                .map((row, context) -> summary(row))
                .list());
    }

    /// Which documents; an empty part asks for nothing.
    ///
    /// @param voided only those that were taken back, or only those that were not
    public record Filter(
            Optional<String> project,
            Optional<BillingPeriod> period,
            Optional<Invoice.Kind> kind,
            Optional<Boolean> voided) {}

    /// The documents that follow one in the chain, at most so many.
    ///
    /// @param newestFirst the order; else the oldest first
    /// @param after the number of the last one that is known
    public List<Summary> page(Filter filter, boolean newestFirst, Optional<String> after, int limit) {
        String sql = """
                SELECT i.number, i.kind, i.project, i.period, i.currency, i.total, i.issued_at, i.voids,
                       v.number AS voided_by
                FROM invoice i LEFT JOIN invoice v ON v.voids = i.number
                WHERE 1 = 1"""
                + (after.isPresent()
                        ? " AND i.id " + (newestFirst ? "<" : ">")
                                + " COALESCE((SELECT a.id FROM invoice a WHERE a.number = :after), 0)"
                        : "")
                + (filter.project().isPresent() ? " AND i.project = :project" : "")
                + (filter.period().isPresent() ? " AND i.period = :period" : "")
                + (filter.kind().isPresent() ? " AND i.kind = :kind" : "")
                + filter.voided()
                        .map(yes -> yes ? " AND v.number IS NOT NULL" : " AND v.number IS NULL")
                        .orElse("")
                + " ORDER BY i.id " + (newestFirst ? "DESC" : "ASC") + " LIMIT :limit";
        return database.read(handle -> {
            Query query = handle.createQuery(sql).bind("limit", limit);
            after.ifPresent(number -> query.bind("after", number));
            filter.project().ifPresent(project -> query.bind("project", project));
            filter.period().ifPresent(period -> query.bind("period", period.label()));
            filter.kind().ifPresent(kind -> query.bind("kind", kind.name()));
            return query.map((row, context) -> summary(row)).list();
        });
    }

    private static Summary summary(ResultSet row) throws SQLException {
        return new Summary(
                row.getString("number"),
                Invoice.Kind.valueOf(row.getString("kind")),
                row.getString("project"),
                row.getString("period"),
                row.getString("currency"),
                row.getString("total"),
                Micros.instant(row.getLong("issued_at")),
                Optional.ofNullable(row.getString("voids")),
                Optional.ofNullable(row.getString("voided_by")));
    }

    /// What is invoiced of a service period: the account's invoices of it and those that correct it, without
    /// those that were voided. An invoice and the credit note that voids it come to nothing, line by line.
    ///
    /// @param invoices oldest first
    record InForce(BillingPeriod service, List<Invoice> invoices) {

        /// Their lines of the service period.
        List<InvoiceLine> lines() {
            return invoices.stream()
                    .flatMap(invoice -> invoice.lines().stream())
                    .filter(line -> line.key().period().equals(service))
                    .toList();
        }

        /// The price book that prices the period, once anything of it is invoiced.
        Optional<String> priceBook() {
            return invoices.stream().findFirst().map(Invoice::priceBook);
        }

        /// What the account pays on the period, once anything of it is invoiced.
        Optional<List<TaxRate>> taxes() {
            return invoices.stream()
                    .findFirst()
                    .map(invoice -> invoice.account().taxes());
        }

        /// Up to which observation the period is as it is invoiced; 0 if nothing is.
        long cutoff() {
            return invoices.isEmpty() ? 0 : invoices.getLast().cutoff();
        }
    }

    /// @param before as it was before this place in the chain was taken
    InForce inForce(String project, BillingPeriod service, long before) {
        return new InForce(
                service,
                database.read(handle -> handle.createQuery("""
                                SELECT i.document FROM invoice_service s JOIN invoice i ON i.id = s.invoice_id
                                WHERE s.project = :project AND s.period = :period AND i.id < :before AND i.kind = 'INVOICE'
                                  AND NOT EXISTS (SELECT 1 FROM invoice v WHERE v.voids = i.number AND v.id < :before)
                                ORDER BY i.id""")
                        .bind("project", project)
                        .bind("period", service.label())
                        .bind("before", before)
                        .mapTo(String.class)
                        .map(Documents::invoice)
                        .list()));
    }

    /// As it is now.
    InForce inForce(String project, BillingPeriod service) {
        return inForce(project, service, Long.MAX_VALUE);
    }

    /// Whether the account had an invoice for a period, standing or voided.
    public boolean wasIssued(String project, BillingPeriod period) {
        return database.read(handle -> handle.createQuery("""
                        SELECT EXISTS (
                            SELECT 1 FROM invoice WHERE project = ? AND period = ? AND kind = 'INVOICE')""")
                .bind(0, project)
                .bind(1, period.label())
                .mapTo(Boolean.class)
                .one());
    }

    /// Whether any document has, or had, lines of the account's service period.
    boolean isTouched(String project, BillingPeriod service) {
        return database.read(handle -> handle.createQuery(
                        "SELECT EXISTS (SELECT 1 FROM invoice_service WHERE project = ? AND period = ?)")
                .bind(0, project)
                .bind(1, service.label())
                .mapTo(Boolean.class)
                .one());
    }

    /// The place in the chain of the account's newest document; 0 if it has none.
    static long newest(Handle handle, String project) {
        return handle.createQuery("SELECT COALESCE(MAX(id), 0) FROM invoice WHERE project = ?")
                .bind(0, project)
                .mapTo(Long.class)
                .one();
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

    /// The first later invoice in force that builds on this one: it corrects a service period that this one
    /// invoices or corrects.
    Optional<String> correctedBy(Handle handle, String project, long id) {
        return handle.createQuery("""
                        SELECT i.number
                        FROM invoice_service mine
                        JOIN invoice_service s
                          ON s.project = mine.project AND s.period = mine.period AND s.invoice_id > mine.invoice_id
                        JOIN invoice i ON i.id = s.invoice_id
                        WHERE mine.project = ? AND mine.invoice_id = ? AND i.kind = 'INVOICE'
                          AND NOT EXISTS (SELECT 1 FROM invoice v WHERE v.voids = i.number)
                        ORDER BY i.id LIMIT 1""")
                .bind(0, project)
                .bind(1, id)
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

    /// @param services labels of the service periods that it invoices, corrects or takes back
    void insert(Handle handle, Place place, Invoice invoice, Collection<String> services, String by) {
        String document = Documents.write(invoice);
        Columns columns = Columns.of(invoice);
        handle.createUpdate("""
                        INSERT INTO invoice (id, number, series, ordinal, kind, project, period, currency, total, cutoff,
                                             issued_at, issued_by, voids, document, hash, previous_hash)
                        VALUES (:id, :number, :series, :ordinal, :kind, :project, :period, :currency, :total, :cutoff,
                                :issuedAt, :by, :voids, :document, :hash, :previous)""")
                .bind("id", place.id())
                .bind("number", columns.number())
                .bind("series", place.series())
                .bind("ordinal", place.ordinal())
                .bind("kind", columns.kind())
                .bind("project", columns.project())
                .bind("period", columns.period())
                .bind("currency", columns.currency())
                .bind("total", columns.total())
                .bind("cutoff", columns.cutoff())
                .bind("issuedAt", columns.issuedAt())
                .bind("by", by)
                .bindByType("voids", columns.voids().orElse(null), String.class)
                .bind("document", document)
                .bind("hash", Documents.hash(document))
                .bind("previous", place.previousHash())
                .execute();
        services.forEach(service -> addService(handle, columns.project(), service, place.id()));
    }

    /// Notes that a document invoices, corrects or takes back a service period.
    static void addService(Handle handle, String project, String service, long id) {
        handle.execute(
                "INSERT INTO invoice_service (project, period, invoice_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                project,
                service,
                id);
    }

    /// Labels of the service periods that a document invoices or corrects, in order.
    static List<String> services(Handle handle, String project, long id) {
        return handle.createQuery(
                        "SELECT period FROM invoice_service WHERE project = ? AND invoice_id = ? ORDER BY period")
                .bind(0, project)
                .bind(1, id)
                .mapTo(String.class)
                .list();
    }

    private static Stored stored(ResultSet row) throws SQLException {
        return new Stored(
                row.getLong("id"),
                row.getString("document"),
                row.getString("hash"),
                row.getString("previous_hash"),
                Micros.instant(row.getLong("issued_at")),
                row.getString("issued_by"),
                new Columns(
                        row.getString("number"),
                        row.getString("kind"),
                        row.getString("project"),
                        row.getString("period"),
                        row.getString("currency"),
                        row.getString("total"),
                        row.getLong("cutoff"),
                        row.getLong("issued_at"),
                        Optional.ofNullable(row.getString("voids"))));
    }
}
