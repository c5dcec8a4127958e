package org.reckoner.ledger.invoice;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.Corrections;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.TaxRate;
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
        TreeMap<String, List<TaxRate>> taxes = new TreeMap<>();
        taxes.put(period.label(), account.taxes());
        List<String> problems = new ArrayList<>();
        runs.before(period).forEach((earlier, byBook) -> {
            if (parking.isWaiting(account, earlier)) {
                problems.add("its earlier period %s is parked; release or issue that first".formatted(earlier));
            } else if (!isWaived(account, earlier)) {
                correct(account, earlier, byBook, book, cutoff, lines, taxes, billedTime, problems);
            }
        });
        return lines.isEmpty() && problems.isEmpty()
                ? Optional.empty()
                : Optional.of(new DraftInvoice(
                        biller.named(account, period),
                        period,
                        book,
                        cutoff,
                        lines,
                        taxes,
                        billedTime,
                        problems,
                        issuedAt,
                        rules));
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
    ///
    /// @param byBook the period's runs
    private void correct(
            Account account,
            BillingPeriod earlier,
            SortedMap<String, BillingRuns.Run> byBook,
            PriceBook book,
            long cutoff,
            List<InvoiceLine> lines,
            TreeMap<String, List<TaxRate>> taxes,
            TreeMap<String, TreeSet<BilledTime.Stretch>> billedTime,
            List<String> problems) {
        Invoices.InForce inForce = invoices.inForce(account.project(), earlier);
        if (cutoff <= inForce.cutoff()
                || !observations.toldSince(account.project(), earlier.window().to(), inForce.cutoff())) {
            return;
        }
        String pricedBy = inForce.priceBook().orElse(book.name());
        BillingRuns.Run run = byBook.get(pricedBy);
        if (run == null) {
            if (!bill(account, byBook.firstEntry().getValue(), cutoff).lines().isEmpty()) {
                problems.add(
                        "it used something in %s, which was never invoiced to it nor to anybody by price book '%s'; issue that period first: reckoner invoices issue --period %s --account %s"
                                .formatted(earlier, pricedBy, earlier, account.project()));
            }
            return;
        }
        Bill now = bill(account, run, cutoff);
        List<InvoiceLine> corrections = Corrections.between(inForce.lines(), now);
        if (!corrections.isEmpty() && !now.currency().equals(book.currency())) {
            problems.add("period %s was invoiced in %s and needs a correction, but this invoice is in %s"
                    .formatted(earlier, now.currency(), book.currency()));
            return;
        }
        lines.addAll(corrections);
        taxes.put(earlier.label(), inForce.taxes().orElse(account.taxes()));
        billedTime.put(earlier.label(), BilledTime.of(now, book(run)));
    }

    /// The bill of a run's period as known at a cutoff.
    private Bill bill(Account account, BillingRuns.Run run, long cutoff) {
        return biller.bill(
                account, book(run), run.period(), run.period().window().to(), cutoff);
    }

    private PriceBook book(BillingRuns.Run run) {
        return priceBooks.version(run.priceBook(), run.version());
    }
}
