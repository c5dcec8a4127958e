package org.reckoner.deliver.kit;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.Outgoing;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.invoice.InvoiceRules;
import org.reckoner.ledger.invoice.Issuing;
import org.reckoner.prices.PriceBookFile;

/// A small cloud with a real ledger: accounts with a volume each in two regions, and 25 % VAT. Its clock only moves
/// when told to.
public final class Cloud extends Clock implements AutoCloseable {

    public static final BillingPeriod NOVEMBER = BillingPeriod.parse("2026-11");

    private static final String BOOK = """
            price-book: standard
            currency: EUR
            prices:
              - {id: volume, item: "Volume & Ærøskøbing <ü>", meter: volume.size, per: GiB day, price: 0.333}
              - {id: base, item: Base fee, fixed: {price: 10, each: account}}
            free: [volume]
            """;

    private final Ledger ledger;
    private Instant now = Instant.parse("2026-12-01T08:00:00Z");

    /// @param backends to which every document is owed
    public Cloud(Path folder, List<String> backends) {
        InvoiceRules usual = InvoiceRules.USUAL;
        InvoiceRules rules = new InvoiceRules(
                usual.seller(),
                usual.numbers(),
                usual.paymentTerm(),
                usual.limits(),
                usual.defaultPriceBook(),
                backends);
        Database database =
                Database.open("jdbc:sqlite:" + folder.resolve("ledger.db"), Optional.empty(), Optional.empty());
        ledger = Ledger.over(database, rules, this);
        if (!(PriceBookFile.read("test", BOOK) instanceof PriceBookFile.Read read)) {
            throw new AssertionError("the price book of the test is refused");
        }
        ledger.priceBooks().load(read.book(), BOOK, now, "olga");
    }

    public Ledger ledger() {
        return ledger;
    }

    /// Gives accounts a volume each in both regions, and issues their invoices of November.
    ///
    /// @return their numbers
    public List<String> issue(int accounts) {
        use(accounts);
        return issue(0, accounts);
    }

    /// Gives accounts a volume each in both regions. What is told after the first invoice of a month was issued is no
    /// part of that month's invoices any more.
    public void use(int accounts) {
        List<Observation> told = new ArrayList<>();
        for (int i = 0; i < accounts; i++) {
            told.add(volume("north", project(i), i + 1));
            told.add(volume("south", project(i), 2 * i + 1));
        }
        ledger.intake().take(told, List.of());
    }

    /// Issues the invoices of the accounts from one number to before another.
    ///
    /// @return their numbers
    public List<String> issue(int from, int to) {
        List<String> numbers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            Account account = new Account(
                    project(i),
                    "Kunde Nº " + i,
                    Optional.empty(),
                    List.of(new TaxRate("VAT", new BigDecimal("25"))),
                    List.of("Havnegata " + i, "7010 Trondheim"),
                    Optional.of("C-" + i),
                    Optional.empty());
            ledger.accounts().save(account, now, "olga");
            if (ledger.issuing().issue(account, NOVEMBER, "olga") instanceof Issuing.Outcome.Issued issued) {
                numbers.add(issued.invoice().number());
            }
        }
        return numbers;
    }

    /// Takes an invoice back.
    ///
    /// @return the credit note's number
    public String takeBack(String number) {
        return ledger.issuing().voidInvoice(number, "a mistake", "olga").number();
    }

    public Outgoing outgoing(String number) {
        return outgoing(number, Optional.empty());
    }

    /// @param takesBack what the billing system calls the invoice that this credit note takes back
    public Outgoing outgoing(String number, Optional<String> takesBack) {
        return Outgoing.of(ledger.invoices().find(number).orElseThrow(), takesBack);
    }

    public Invoice invoice(String number) {
        return outgoing(number).invoice();
    }

    public void pass(Duration time) {
        now = now.plus(time);
    }

    private static String project(int i) {
        return "project-%04d".formatted(i);
    }

    private static Observation volume(String region, String project, long size) {
        Instant from = Instant.parse("2026-11-01T00:00:00Z");
        ResourceId resource = new ResourceId(region, "volume", project + "-" + region);
        Report report =
                Report.NOTHING.owner(project).state("available").began(from).level("volume.size", size);
        return new Observation(
                new ObservationId("cinder", resource.toString()), "volume.create.end", resource, from, report);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("this clock is UTC");
    }

    @Override
    public void close() {
        ledger.close();
    }
}
