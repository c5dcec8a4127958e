package org.reckoner.ledger.invoice;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.Corrections;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.money.Money;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.observation.Observations;
import org.reckoner.ledger.price.PriceBooks;

/// Works out what an invoice says: the period's bill, and the differences that have come to light in earlier
/// periods.
final class Drafting {

    private final Observations observations;
    private final PriceBooks priceBooks;
    private final Biller biller;
    private final Invoices invoices;
    private final BillingRuns runs;
    private final Parking parking;
    private final InvoiceRules rules;

    Drafting(
            Observations observations,
            PriceBooks priceBooks,
            Biller biller,
            Invoices invoices,
            BillingRuns runs,
            Parking parking,
            InvoiceRules rules) {
        this.observations = observations;
        this.priceBooks = priceBooks;
        this.biller = biller;
        this.invoices = invoices;
        this.runs = runs;
        this.parking = parking;
        this.rules = rules;
    }

    /// Nothing if nothing was used and nothing is to be corrected.
    Optional<DraftInvoice> compute(
            Account account, BillingPeriod period, PriceBook book, long cutoff, Instant issuedAt) {
        Bill bill = biller.bill(account, book, period, period.window().to(), cutoff);
        List<InvoiceLine> prior = invoices.inForce(account.project(), period).lines();
        List<InvoiceLine> lines =
                new ArrayList<>(comeToNothing(prior) ? bill.lines() : Corrections.between(prior, bill));
        TreeMap<String, TreeSet<BilledTime.Stretch>> billedTime = new TreeMap<>();
        billedTime.put(period.label(), BilledTime.of(bill, book));
        List<String> problems = new ArrayList<>();
        for (BillingRuns.Run earlier : runs.before(period)) {
            if (parking.isWaiting(account, earlier.period())) {
                problems.add(
                        "its earlier period %s is parked; release or issue that first".formatted(earlier.period()));
            } else if (!isWaived(account, earlier.period())) {
                correct(account, earlier, book, cutoff, lines, billedTime, problems);
            }
        }
        return lines.isEmpty() && problems.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new DraftInvoice(account, period, book, cutoff, lines, billedTime, problems, issuedAt, rules));
    }

    private static boolean comeToNothing(List<InvoiceLine> lines) {
        TreeMap<InvoiceLine.Key, Money> sums = new TreeMap<>();
        lines.forEach(line -> sums.merge(line.key(), line.amount(), Money::plus));
        return sums.values().stream().allMatch(Money::isZero);
    }

    /// What is voided stays waived until somebody issues it again.
    private boolean isWaived(Account account, BillingPeriod earlier) {
        return invoices.wasIssued(account.project(), earlier)
                && invoices.standing(account.project(), earlier).isEmpty();
    }

    /// Adds what has come to light of an earlier period since it was last corrected; all of it, if it was not
    /// invoiced at all.
    private void correct(
            Account account,
            BillingRuns.Run earlier,
            PriceBook book,
            long cutoff,
            List<InvoiceLine> lines,
            TreeMap<String, TreeSet<BilledTime.Stretch>> billedTime,
            List<String> problems) {
        Invoices.InForce inForce = invoices.inForce(account.project(), earlier.period());
        boolean pricedByThisRun = earlier.priceBook().equals(inForce.priceBook().orElse(book.name()));
        if (!pricedByThisRun
                || cutoff <= inForce.cutoff()
                || !observations.toldSince(
                        account.project(), earlier.period().window().to(), inForce.cutoff())) {
            return;
        }
        PriceBook earlierBook = priceBooks.version(earlier.priceBook(), earlier.version());
        Bill now = biller.bill(
                account,
                earlierBook,
                earlier.period(),
                earlier.period().window().to(),
                cutoff);
        List<InvoiceLine> corrections = Corrections.between(inForce.lines(), now);
        if (!corrections.isEmpty() && !earlierBook.currency().equals(book.currency())) {
            problems.add("period %s was invoiced in %s and needs a correction, but this invoice is in %s"
                    .formatted(earlier.period(), earlierBook.currency(), book.currency()));
            return;
        }
        lines.addAll(corrections);
        billedTime.put(earlier.period().label(), BilledTime.of(now, earlierBook));
    }
}
