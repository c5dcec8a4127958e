package org.reckoner.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.money.Money;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.invoice.Documents;
import org.reckoner.ledger.invoice.InvoiceRules;
import org.reckoner.ledger.invoice.Invoices;
import org.reckoner.ledger.invoice.Issuing.Outcome;
import org.reckoner.ledger.invoice.Verification.Finding;
import org.reckoner.ledger.observation.Watermark;
import org.reckoner.prices.PriceBookFile;

/// A ledger as a test uses it: one operator, a clock, and a price of 1 EUR for each GiB and day of a volume.
public final class House implements AutoCloseable {

    /// 1 EUR for a GiB of volume and day, 1 EUR for each kB of an image that was downloaded.
    public static final String BOOK = book("standard", "EUR", "1.00");

    public static final String OPERATOR = "olga";

    private final Ledger ledger;
    private final TestClock clock;

    public House(Database database) {
        this(database, InvoiceRules.USUAL);
    }

    public House(Database database, InvoiceRules rules) {
        this.clock = new TestClock(Instant.parse("2027-06-01T08:00:00Z"));
        this.ledger = Ledger.over(database, rules, clock);
    }

    /// The text of a price book.
    public static String book(String name, String currency, String price) {
        return """
                price-book: %s
                currency: %s
                free: [image]
                prices:
                  - {id: volume, item: Volume, meter: volume.size, per: GiB day, price: %s}
                  - {id: download, item: Download, meter: image.download, per: kB, price: 1}
                """.formatted(name, currency, price);
    }

    /// The book, with 10 EUR a period from each account.
    public static String bookWithFee() {
        return BOOK + "  - {id: base, item: Base fee, fixed: {price: 10, each: account}}\n";
    }

    public Ledger ledger() {
        return ledger;
    }

    public TestClock clock() {
        return clock;
    }

    public PriceBook load(String text) {
        return switch (PriceBookFile.read("test", text)) {
            case PriceBookFile.Read read ->
                ledger.priceBooks()
                        .load(read.book(), text, clock.instant(), OPERATOR)
                        .book();
            case PriceBookFile.Refused refused ->
                throw new AssertionError(refused.errors().toString());
        };
    }

    /// Takes what was told, in one batch.
    public void tell(Observation... observations) {
        ledger.intake().take(List.of(observations), List.of());
    }

    public Account account(String project) {
        return ledger.accounts().find(project).orElseGet(() -> Account.unknown(project));
    }

    /// What an operator sets of an account.
    public Account set(String project, Optional<String> priceBook, TaxRate... taxes) {
        Account account =
                new Account(project, project, priceBook, List.of(taxes), List.of(), Optional.empty(), Optional.empty());
        ledger.accounts().save(account, clock.instant(), OPERATOR);
        return account;
    }

    public void complete(String until) {
        ledger.watermarks()
                .advance(new Watermark.Scope("cinder", "RegionOne"), Told.time(until), clock.instant(), OPERATOR);
    }

    public static BillingPeriod month(String label) {
        return BillingPeriod.parse(label);
    }

    public Outcome issue(String project, String period) {
        return ledger.issuing().issue(account(project), month(period), OPERATOR);
    }

    /// Issues and expects an invoice.
    public Invoice invoice(String project, String period) {
        Outcome outcome = issue(project, period);
        assertThat(outcome).isInstanceOf(Outcome.Issued.class);
        return ((Outcome.Issued) outcome).invoice();
    }

    /// Issues a period for all accounts, in order.
    public TreeMap<String, Outcome> issueAll(String period) {
        return issueAll(
                period, ledger.accounts().all().stream().map(Account::project).toList());
    }

    public TreeMap<String, Outcome> issueAll(String period, List<String> projects) {
        TreeMap<String, Outcome> outcomes = new TreeMap<>();
        projects.forEach(project -> outcomes.put(project, issue(project, period)));
        return outcomes;
    }

    public Invoice voided(String number) {
        return ledger.issuing().voidInvoice(number, "a mistake", OPERATOR);
    }

    public Bill bill(String project, String period) {
        return bill(project, period, ledger.observations().cutoff());
    }

    public Bill bill(String project, String period, long cutoff) {
        Account account = account(project);
        BillingPeriod month = month(period);
        return ledger.biller()
                .bill(
                        account,
                        ledger.biller().priceBook(account, month),
                        month,
                        month.window().to(),
                        cutoff);
    }

    /// Every document, in the order of the chain.
    public List<Invoices.Stored> documents() {
        List<Invoices.Stored> documents = new ArrayList<>();
        ledger.invoices().forEach(documents::add);
        return documents;
    }

    /// The sum of all lines of all documents of an account for a service period.
    public Money invoiced(String project, String period) {
        return documents().stream()
                .map(Invoices.Stored::invoice)
                .filter(invoice -> invoice.account().project().equals(project))
                .flatMap(invoice -> invoice.lines().stream())
                .filter(line -> line.key().period().equals(month(period)))
                .map(InvoiceLine::amount)
                .reduce(Money::plus)
                .orElse(Money.parse("EUR 0.00"));
    }

    /// How many seconds of a resource are billed and in force.
    public long billedSeconds(String project, String resource) {
        return ledger.database()
                .read(handle -> handle.createQuery("""
                        SELECT COALESCE(SUM(b.to_s - b.from_s), 0) FROM billed_time b JOIN resource r ON r.id = b.resource_id
                        WHERE b.project = ? AND r.external_id = ? AND b.released_by IS NULL""")
                        .bind(0, project)
                        .bind(1, resource)
                        .mapTo(Long.class)
                        .one());
    }

    /// Changes the database behind the ledger's back, with its own connection.
    public int sql(String sql, Object... arguments) {
        return ledger.database().write(handle -> handle.execute(sql, arguments));
    }

    public List<String> broken() {
        return ledger.verification().verify(number -> {}).stream()
                .filter(finding -> !finding.holds())
                .flatMap(finding -> finding.broken().stream())
                .toList();
    }

    public void verified() {
        List<Finding> findings = ledger.verification().verify(number -> {});
        assertThat(findings)
                .allSatisfy(finding ->
                        assertThat(finding.broken()).as(finding.law()).isEmpty());
        documents()
                .forEach(stored -> assertThat(Documents.write(Documents.invoice(stored.document())))
                        .isEqualTo(stored.document()));
    }

    public static BigDecimal decimal(String text) {
        return new BigDecimal(text);
    }

    @Override
    public void close() {
        ledger.close();
    }
}
