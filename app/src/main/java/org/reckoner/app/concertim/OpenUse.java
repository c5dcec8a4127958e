package org.reckoner.app.concertim;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.Tax;
import org.reckoner.core.money.Money;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Ledger;

/// What accounts owe by the ledger, of which the billing system has heard nothing yet: the month of a day and the
/// one before it, unless their invoice is confirmed there. Of a month that is not invoiced it is the bill as known
/// now. Corrections of still earlier months come with the invoice.
///
/// @param backend the billing system's name
/// @param since the first month that is billed here
record OpenUse(Ledger ledger, String backend, Optional<YearMonth> since) {

    /// Part of what is owed.
    ///
    /// @param group the values of the dimensions that its price groups by; empty of a tax
    /// @param item what it is, for people
    /// @param to the day after the last
    record Part(SortedMap<String, String> group, String item, Money amount, LocalDate from, LocalDate to) {
        Part {
            group = Collections.unmodifiableSortedMap(new TreeMap<>(group));
        }
    }

    /// @param day use after it is not counted
    /// @throws org.reckoner.ledger.LedgerException if the account has no price book
    List<Part> of(Account account, LocalDate day) {
        YearMonth month = YearMonth.from(day);
        List<Part> parts = new ArrayList<>();
        if (isBilled(month.minusMonths(1)) && hasPrices(account, month.minusMonths(1))) {
            parts.addAll(of(account, month.minusMonths(1), day));
        }
        if (isBilled(month)) {
            parts.addAll(of(account, month, day));
        }
        return parts;
    }

    private boolean isBilled(YearMonth month) {
        return since.filter(month::isBefore).isEmpty();
    }

    /// Nobody is billed for a month before the first prices.
    private boolean hasPrices(Account account, YearMonth month) {
        Instant begin = BillingPeriod.of(month).window().from();
        return ledger.priceBooks().versions(Optional.of(ledger.biller().priceBookName(account))).stream()
                .anyMatch(version -> !version.book().validFrom().from().isAfter(begin));
    }

    /// An invoice that was voided is waived until it is issued again.
    private List<Part> of(Account account, YearMonth month, LocalDate day) {
        BillingPeriod period = BillingPeriod.of(month);
        Optional<String> issued = ledger.invoices().standing(account.project(), period);
        if (issued.isEmpty()) {
            return ledger.invoices().wasIssued(account.project(), period) ? List.of() : running(account, period, day);
        }
        boolean delivered = ledger.deliveries().remoteId(backend, issued.get()).isPresent();
        return delivered
                ? List.of()
                : ledger.invoices()
                        .find(issued.get())
                        .map(stored -> issued(stored.invoice()))
                        .orElse(List.of());
    }

    private List<Part> running(Account account, BillingPeriod period, LocalDate day) {
        PriceBook book = ledger.biller().priceBook(account, period);
        Bill bill = bill(ledger, account, book, period, day);
        List<Tax> taxes = Invoice.taxes(bill.lines(), any -> account.taxes(), bill.currency(), book.rounding());
        return parts(bill.lines(), taxes, period, day(bill.until()));
    }

    /// The bill of a period as known now.
    ///
    /// @param day use after it is not counted
    static Bill bill(Ledger ledger, Account account, PriceBook book, BillingPeriod period, LocalDate day) {
        long cutoff = ledger.observations().cutoff();
        Instant known = ledger.biller().until(period, cutoff);
        Instant end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        return ledger.biller().bill(account, book, period, known.isBefore(end) ? known : end, cutoff);
    }

    private static List<Part> issued(Invoice invoice) {
        return parts(
                invoice.lines(),
                invoice.taxes(),
                invoice.period(),
                day(invoice.period().window().to()));
    }

    private static List<Part> parts(List<InvoiceLine> lines, List<Tax> taxes, BillingPeriod period, LocalDate to) {
        LocalDate from = day(period.window().from());
        LocalDate end = to.isAfter(from) ? to : from.plusDays(1);
        List<Part> parts = new ArrayList<>();
        lines.forEach(line -> parts.add(new Part(line.key().group(), line.item(), line.amount(), from, end)));
        taxes.forEach(tax ->
                parts.add(new Part(Collections.emptySortedMap(), tax.rate().name(), tax.amount(), from, end)));
        return parts;
    }

    private static LocalDate day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC);
    }
}
