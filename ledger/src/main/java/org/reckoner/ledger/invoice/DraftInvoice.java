package org.reckoner.ledger.invoice;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.BillingPeriod;

/// Everything about an invoice but its place in the chain.
///
/// @param lines the period's own, then corrections of earlier periods
/// @param taxes what the account pays on each service period, by its label
/// @param billedTime what will be in force when it is issued, by service period
/// @param problems why it cannot be issued as it is
record DraftInvoice(
        Account account,
        BillingPeriod period,
        PriceBook book,
        long cutoff,
        List<InvoiceLine> lines,
        SortedMap<String, List<TaxRate>> taxes,
        TreeMap<String, TreeSet<BilledTime.Stretch>> billedTime,
        List<String> problems,
        Instant issuedAt,
        InvoiceRules rules) {

    /// Labels of the periods that it invoices or corrects.
    Collection<String> services() {
        TreeSet<String> services = new TreeSet<>();
        services.add(period.label());
        lines.forEach(line -> services.add(line.key().period().label()));
        return services;
    }

    Invoice invoice(String number, String previousHash) {
        return new Invoice(
                number,
                Invoice.Kind.INVOICE,
                rules.seller(),
                account,
                period,
                issuedAt,
                LocalDate.ofInstant(issuedAt, ZoneOffset.UTC).plus(rules.paymentTerm()),
                book.currency(),
                book.name(),
                book.version(),
                cutoff,
                lines,
                Invoice.taxes(lines, this::taxesOf, book.currency(), book.rounding()),
                Optional.empty(),
                "",
                previousHash);
    }

    private List<TaxRate> taxesOf(BillingPeriod service) {
        return Objects.requireNonNull(taxes.get(service.label()));
    }
}
