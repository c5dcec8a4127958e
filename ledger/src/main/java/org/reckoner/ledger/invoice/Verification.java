package org.reckoner.ledger.invoice;

import java.util.ArrayList;
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
import org.reckoner.core.invoice.Tax;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Database;
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

    /// Checks everything.
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
                noOverlap(),
                recomputation.finding(),
                billedTimeIsWhatBillsSay());
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
            Invoice invoice = stored.invoice();
            if (!Documents.hash(stored.document()).equals(stored.hash())) {
                broken.add(invoice.number() + ": its text does not have the hash that is stored for it");
            }
            if (!stored.previousHash().equals(previous)
                    || !invoice.previousHash().equals(previous)) {
                broken.add(invoice.number() + ": it does not carry the hash of the document before it");
            }
            previous = stored.hash();
            String series = invoice.number().substring(0, invoice.number().lastIndexOf('-'));
            long ordinal = last.merge(series, 1L, Long::sum);
            if (!NumberSeries.number(series, ordinal).equals(invoice.number())) {
                misnumbered.add(
                        "%s stands where %s belongs".formatted(invoice.number(), NumberSeries.number(series, ordinal)));
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

    /// Lines sum to the invoice, and a document reads back as the same text.
    private final class Sums {

        private final List<String> broken = new ArrayList<>();
        private long checked;

        void check(Invoices.Stored stored) {
            checked++;
            Invoice invoice = stored.invoice();
            if (!Documents.write(invoice).equals(stored.document())) {
                broken.add(invoice.number() + ": its sums or its text are not what its lines say");
            }
            if (invoice.kind() == Invoice.Kind.INVOICE) {
                Rounding rounding = priceBooks
                        .version(invoice.priceBook(), invoice.priceBookVersion())
                        .rounding();
                if (!Tax.on(invoice.net(), invoice.account().taxes(), rounding).equals(invoice.taxes())) {
                    broken.add(invoice.number() + ": a tax is not its percentage of the net total");
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
            Invoice invoice = stored.invoice();
            if (invoice.kind() != Invoice.Kind.INVOICE) {
                return;
            }
            checked++;
            progress.accept(invoice.number());
            Map<BillingPeriod, List<InvoiceLine>> byService = new TreeMap<>(
                    java.util.Comparator.comparing(BillingPeriod::window).thenComparing(BillingPeriod::label));
            invoice.lines()
                    .forEach(line -> byService
                            .computeIfAbsent(line.key().period(), period -> new ArrayList<>())
                            .add(line));
            byService.forEach((service, lines) -> compare(stored, invoice, service, lines));
        }

        private void compare(Invoices.Stored stored, Invoice invoice, BillingPeriod service, List<InvoiceLine> lines) {
            Bill bill = bill(invoice, service);
            List<InvoiceLine> invoiced =
                    new ArrayList<>(invoices.lines(invoice.account().project(), service, stored.id()));
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
    private Bill bill(Invoice invoice, BillingPeriod service) {
        PriceBook book = priceBook(invoice, service);
        return biller.bill(invoice.account(), book, service, service.window().to(), invoice.cutoff());
    }

    private PriceBook priceBook(Invoice invoice, BillingPeriod service) {
        if (service.equals(invoice.period())) {
            return priceBooks.version(invoice.priceBook(), invoice.priceBookVersion());
        }
        BillingRuns.Run run = runs.find(service, invoice.priceBook()).orElseThrow();
        return priceBooks.version(run.priceBook(), run.version());
    }

    /// Recomputes the line of an invoice with everything that led to it: charges, stretches of use, evidence.
    ///
    /// @return the line as computed now, and the price book version that prices it
    public Optional<Explained> explain(Invoice invoice, InvoiceLine line) {
        Bill bill = bill(invoice, line.key().period());
        return bill.lines().stream()
                .filter(now -> now.key().equals(line.key()))
                .findFirst()
                .map(now -> new Explained(now, priceBook(invoice, line.key().period())));
    }

    public record Explained(InvoiceLine line, PriceBook book) {}

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

    private Finding billedTimeIsWhatBillsSay() {
        List<String> broken = new ArrayList<>();
        long checked = 0;
        record Standing(String number, String project, String period) {}
        List<Standing> standing = database.read(handle -> handle.createQuery("""
                        SELECT i.number, p.project, p.period
                        FROM invoiced_period p JOIN invoice i ON i.id = p.invoice_id ORDER BY i.id""")
                .map((row, context) ->
                        new Standing(row.getString("number"), row.getString("project"), row.getString("period")))
                .list());
        for (Standing period : standing) {
            BillingPeriod service = BillingPeriod.parse(period.period());
            Invoice invoice = invoices.find(period.number()).orElseThrow().invoice();
            long cutoff = Math.max(invoice.cutoff(), invoices.lastCutoff(period.project(), service));
            PriceBook book = priceBook(invoice, service);
            Account account = invoice.account();
            Bill bill = biller.bill(account, book, service, service.window().to(), cutoff);
            TreeSet<BilledTime.Stretch> truth = BilledTime.of(bill, book);
            TreeSet<BilledTime.Stretch> stored =
                    database.read(handle -> BilledTime.inForce(handle, period.project(), period.period()));
            checked += stored.size();
            if (!truth.equals(stored)) {
                broken.add(
                        "%s, %s: the stretches in force are not those of its bill".formatted(period.number(), service));
            }
        }
        return new Finding("no second lost: the time in force is exactly what the bills say", checked, broken);
    }
}
