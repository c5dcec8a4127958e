package org.reckoner.ledger.invoice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.Corrections;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.NumberSeries;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.price.PriceBooks;

/// Proves what is stored: recomputes the chain of documents and every law that can be checked after the fact.
/// Reads only.
public final class Verification {

    private final Database database;
    private final PriceBooks priceBooks;
    private final Biller biller;
    private final Invoices invoices;
    private final BillingRuns runs;

    public Verification(Database database, PriceBooks priceBooks, Biller biller, Invoices invoices) {
        this.database = database;
        this.priceBooks = priceBooks;
        this.biller = biller;
        this.invoices = invoices;
        this.runs = new BillingRuns(database);
    }

    /// One law, and where it does not hold.
    ///
    /// @param law a sentence
    /// @param checked how many things were looked at
    /// @param broken what is wrong, one entry a thing; empty if the law holds
    public record Finding(String law, long checked, List<String> broken) {

        public Finding {
            broken = List.copyOf(broken);
        }

        public boolean holds() {
            return broken.isEmpty();
        }
    }

    /// Checks everything. What cannot even be read or computed again is a finding, too.
    ///
    /// @param progress is told of each document that was recomputed
    public List<Finding> verify(Consumer<String> progress) {
        Chain chain = new Chain();
        Sums sums = new Sums();
        Recomputation recomputation = new Recomputation(progress);
        invoices.forEach(stored -> {
            chain.check(stored);
            sums.check(stored);
        });
        invoices.forEach(recomputation::check);
        return List.of(
                chain.finding(),
                chain.numbering(),
                sums.finding(),
                standing(),
                noOverlap(),
                recomputation.finding(),
                billedTimeIsWhatBillsSay(),
                observationsAreNumbered(),
                priceBooksAreAsLoaded());
    }

    /// Makes a check; if it fails to come to an end, that is what is broken.
    private static void attempt(List<String> broken, String what, Runnable check) {
        try {
            check.run();
        } catch (RuntimeException e) {
            broken.add("%s: it cannot be checked: %s".formatted(what, e.getMessage()));
        }
    }

    /// Each document's text has the hash that is stored, and carries the hash of the one before.
    private static final class Chain {

        private final List<String> broken = new ArrayList<>();
        private final List<String> misnumbered = new ArrayList<>();
        private final Map<String, Long> last = new TreeMap<>();
        private String previous = "";
        private long checked;

        void check(Invoices.Stored stored) {
            checked++;
            String number = stored.columns().number();
            if (!Documents.hash(stored.document()).equals(stored.hash())) {
                broken.add(number + ": its text does not have the hash that is stored for it");
            }
            attempt(broken, number, () -> {
                if (!stored.previousHash().equals(previous)
                        || !stored.invoice().previousHash().equals(previous)) {
                    broken.add(number + ": it does not carry the hash of the document before it");
                }
            });
            previous = stored.hash();
            attempt(misnumbered, number, () -> checkNumber(number));
        }

        private void checkNumber(String number) {
            String series = number.substring(0, number.lastIndexOf('-'));
            long ordinal = last.merge(series, 1L, Long::sum);
            if (!NumberSeries.number(series, ordinal).equals(number)) {
                misnumbered.add("%s stands where %s belongs".formatted(number, NumberSeries.number(series, ordinal)));
            }
        }

        Finding finding() {
            return new Finding(
                    "frozen: every document has its hash and carries that of the one before", checked, broken);
        }

        Finding numbering() {
            return new Finding("numbers are gapless in their series", checked, misnumbered);
        }
    }

    /// Lines sum to the invoice, a document reads back as the same text, and the ledger's columns say the same.
    private final class Sums {

        private final List<String> broken = new ArrayList<>();
        private long checked;

        void check(Invoices.Stored stored) {
            checked++;
            attempt(broken, stored.columns().number(), () -> check(stored, stored.invoice()));
        }

        private void check(Invoices.Stored stored, Invoice invoice) {
            if (!Documents.write(invoice).equals(stored.document())) {
                broken.add(invoice.number() + ": its sums or its text are not what its lines say");
            }
            if (!Invoices.Columns.of(invoice).equals(stored.columns())) {
                broken.add("%s: the ledger says %s of it, but the document says %s"
                        .formatted(invoice.number(), stored.columns(), Invoices.Columns.of(invoice)));
            }
            if (invoice.kind() == Invoice.Kind.INVOICE) {
                Rounding rounding = priceBooks
                        .version(invoice.priceBook(), invoice.priceBookVersion())
                        .rounding();
                if (!Invoice.taxes(invoice.lines(), service -> taxes(stored, service), invoice.currency(), rounding)
                        .equals(invoice.taxes())) {
                    broken.add(invoice.number() + ": a tax is not its percentage of the lines that bear it");
                }
            } else {
                Invoice original = invoices.find(invoice.voids().orElseThrow())
                        .orElseThrow()
                        .invoice();
                if (!invoice.total().equals(original.total().negated())) {
                    broken.add(invoice.number() + ": it is not the opposite of " + original.number());
                }
            }
        }

        /// What was paid on a service period when the invoice was issued.
        private List<TaxRate> taxes(Invoices.Stored stored, BillingPeriod service) {
            Account account = stored.invoice().account();
            return service.equals(stored.invoice().period())
                    ? account.taxes()
                    : invoices.inForce(account.project(), service, stored.id())
                            .taxes()
                            .orElse(account.taxes());
        }

        Finding finding() {
            return new Finding("conserved: lines and taxes sum to each document's total", checked, broken);
        }
    }

    /// Computing again from the observations of its time gives each invoice's amounts.
    private final class Recomputation {

        private final Consumer<String> progress;
        private final List<String> broken = new ArrayList<>();
        private long checked;

        Recomputation(Consumer<String> progress) {
            this.progress = progress;
        }

        void check(Invoices.Stored stored) {
            attempt(broken, stored.columns().number(), () -> check(stored, stored.invoice()));
        }

        private void check(Invoices.Stored stored, Invoice invoice) {
            if (invoice.kind() != Invoice.Kind.INVOICE) {
                return;
            }
            checked++;
            progress.accept(invoice.number());
            Map<BillingPeriod, List<InvoiceLine>> byService =
                    new TreeMap<>(Comparator.comparing(BillingPeriod::window).thenComparing(BillingPeriod::label));
            byService.put(invoice.period(), new ArrayList<>());
            invoice.lines()
                    .forEach(line -> byService
                            .computeIfAbsent(line.key().period(), period -> new ArrayList<>())
                            .add(line));
            byService.forEach((service, lines) -> compare(stored.id(), invoice, service, lines));
        }

        private void compare(long place, Invoice invoice, BillingPeriod service, List<InvoiceLine> lines) {
            Invoices.InForce before = invoices.inForce(invoice.account().project(), service, place);
            Bill bill = bill(invoice, before);
            List<InvoiceLine> invoiced = new ArrayList<>(before.lines());
            invoiced.addAll(lines);
            for (InvoiceLine difference : Corrections.between(invoiced, bill)) {
                broken.add("%s: line %s of %s is off by %s"
                        .formatted(invoice.number(), difference.key().priceId(), service, difference.amount()));
            }
        }

        Finding finding() {
            return new Finding("explained: computing again gives each invoice's amounts", checked, broken);
        }
    }

    /// The bill that an invoice's lines of a service period were made from.
    ///
    /// @param before what was in force of the service period when the invoice was issued
    private Bill bill(Invoice invoice, Invoices.InForce before) {
        BillingPeriod service = before.service();
        return biller.bill(
                invoice.account(),
                priceBook(invoice, before),
                service,
                service.window().to(),
                invoice.cutoff());
    }

    private PriceBook priceBook(Invoice invoice, Invoices.InForce before) {
        if (before.service().equals(invoice.period())) {
            return priceBooks.version(invoice.priceBook(), invoice.priceBookVersion());
        }
        return runBook(before.service(), before.priceBook().orElse(invoice.priceBook()));
    }

    /// The version of a book that prices a period.
    private PriceBook runBook(BillingPeriod service, String priceBook) {
        BillingRuns.Run run = runs.find(service, priceBook)
                .orElseThrow(() -> new LedgerException(
                        "period %s was never run with price book '%s'".formatted(service, priceBook)));
        return priceBooks.version(run.priceBook(), run.version());
    }

    /// Recomputes the line of an invoice with everything that led to it: charges, stretches of use, evidence.
    ///
    /// @return the line as computed now, and the price book version that prices it
    public Optional<Explained> explain(Invoice invoice, InvoiceLine line) {
        long place = invoices.find(invoice.number()).map(Invoices.Stored::id).orElse(Long.MAX_VALUE);
        Invoices.InForce before =
                invoices.inForce(invoice.account().project(), line.key().period(), place);
        return bill(invoice, before).lines().stream()
                .filter(now -> now.key().equals(line.key()))
                .findFirst()
                .map(now -> new Explained(now, priceBook(invoice, before)));
    }

    public record Explained(InvoiceLine line, PriceBook book) {}

    /// An invoice stands for its period until a credit note takes it back, and none disappears.
    private Finding standing() {
        List<String> broken = database.read(
                handle -> handle.createQuery("""
                        SELECT i.number || ': it stands for no period, and no credit note took it back' AS what
                        FROM invoice i
                        WHERE i.kind = 'INVOICE'
                          AND NOT EXISTS (SELECT 1 FROM invoice v WHERE v.voids = i.number)
                          AND NOT EXISTS (SELECT 1 FROM invoiced_period p
                                          WHERE p.invoice_id = i.id AND p.project = i.project AND p.period = i.period)
                        UNION ALL
                        SELECT i.number || ': it stands for ' || p.period || ', although it was taken back or is another one''s'
                        FROM invoiced_period p JOIN invoice i ON i.id = p.invoice_id
                        WHERE i.project <> p.project OR i.period <> p.period
                           OR EXISTS (SELECT 1 FROM invoice v WHERE v.voids = i.number)
                        UNION ALL
                        SELECT a.subject || ': it was issued, and is gone' FROM audit a
                        WHERE a.action = 'invoice.issue'
                          AND NOT EXISTS (SELECT 1 FROM invoice i WHERE i.number = a.subject)
                        ORDER BY what""").mapTo(String.class).list());
        return new Finding("every invoice stands until a credit note takes it back", count("invoiced_period"), broken);
    }

    private Finding observationsAreNumbered() {
        long numbered = count("observation");
        List<String> broken = database.read(handle -> handle.createQuery(
                        "SELECT COALESCE(MIN(seq), 1), COALESCE(MAX(seq), 0) FROM observation")
                .map((row, context) -> row.getLong(1) == 1 && row.getLong(2) == numbered
                        ? List.<String>of()
                        : List.of("there are %d observations, numbered from %d to %d: some were removed or added"
                                .formatted(numbered, row.getLong(1), row.getLong(2))))
                .one());
        return new Finding("observations are numbered without a gap", numbered, broken);
    }

    private Finding priceBooksAreAsLoaded() {
        return new Finding("price books have the text that was loaded", count("price_book"), priceBooks.changed());
    }

    private long count(String table) {
        return database.read(handle -> handle.createQuery("SELECT COUNT(*) FROM " + table)
                .mapTo(Long.class)
                .one());
    }

    /// Written as SQL of its own, so that it does not share a mistake with the guard that it checks.
    private Finding noOverlap() {
        long checked =
                database.read(handle -> handle.createQuery("SELECT COUNT(*) FROM billed_time WHERE released_by IS NULL")
                        .mapTo(Long.class)
                        .one());
        List<String> broken = database.read(handle -> handle.createQuery("""
                        SELECT r.region || '/' || r.type || '/' || r.external_id || ' ' || t.meter AS what
                        FROM (SELECT resource_id, meter, from_s,
                                     MAX(to_s) OVER (PARTITION BY resource_id, meter ORDER BY from_s, to_s
                                                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_to
                              FROM billed_time WHERE released_by IS NULL) t
                        JOIN resource r ON r.id = t.resource_id
                        WHERE t.before_to > t.from_s
                        ORDER BY what""")
                .mapTo(String.class)
                .map(what -> what + ": some seconds are billed twice")
                .list());
        return new Finding("no second twice: billed stretches of a resource and meter never overlap", checked, broken);
    }

    /// An account's service period, of which something is or was billed.
    private record Billed(String project, String period) {

        @Override
        public String toString() {
            return project + ", " + period;
        }
    }

    private Finding billedTimeIsWhatBillsSay() {
        List<String> broken = new ArrayList<>();
        List<Billed> billed = database.read(handle -> handle.createQuery("""
                        SELECT project, period FROM invoice_service
                        UNION
                        SELECT project, period FROM billed_time WHERE released_by IS NULL
                        ORDER BY project, period""")
                .map((row, context) -> new Billed(row.getString("project"), row.getString("period")))
                .list());
        for (Billed period : billed) {
            attempt(broken, period.toString(), () -> {
                if (!truth(period).equals(inForce(period))) {
                    broken.add(period + ": the stretches in force are not those of its bill");
                }
            });
        }
        return new Finding("no second lost: the time in force is exactly what the bills say", billed.size(), broken);
    }

    private TreeSet<BilledTime.Stretch> inForce(Billed period) {
        return database.read(handle -> BilledTime.inForce(handle, period.project(), period.period()));
    }

    private TreeSet<BilledTime.Stretch> truth(Billed period) {
        BillingPeriod service = BillingPeriod.parse(period.period());
        Invoices.InForce inForce = invoices.inForce(period.project(), service);
        if (inForce.invoices().isEmpty()) {
            return new TreeSet<>();
        }
        PriceBook book = runBook(service, inForce.priceBook().orElseThrow());
        Account account = inForce.invoices().getLast().account();
        return BilledTime.of(
                biller.bill(account, book, service, service.window().to(), inForce.cutoff()), book);
    }
}
