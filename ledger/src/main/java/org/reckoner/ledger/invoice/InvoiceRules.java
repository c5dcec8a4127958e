package org.reckoner.ledger.invoice;

import java.time.Period;
import java.util.List;
import java.util.Optional;
import org.reckoner.core.invoice.Limits;
import org.reckoner.core.invoice.NumberSeries;

/// What the operator decides about invoices.
///
/// @param seller name and address as printed, line by line
/// @param paymentTerm from issue to due date
/// @param defaultPriceBook of accounts that have none of their own; may stay open while only one book is
///     loaded
/// @param backends the billing systems that every document is owed to
public record InvoiceRules(
        List<String> seller,
        NumberSeries numbers,
        Period paymentTerm,
        Limits limits,
        Optional<String> defaultPriceBook,
        List<String> backends) {

    public static final InvoiceRules USUAL = new InvoiceRules(
            List.of("Your cloud"), NumberSeries.USUAL, Period.ofDays(14), Limits.USUAL, Optional.empty(), List.of());

    public InvoiceRules {
        seller = List.copyOf(seller);
        backends = List.copyOf(backends);
    }
}
