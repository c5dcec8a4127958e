package org.reckoner.deliver.whmcs;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.StatementSource.Invoiced;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Form;

/// An invoice as WHMCS has it.
///
/// @param date as WHMCS writes it, `2026-12-01`
/// @param total of its items with what WHMCS adds as tax. What WHMCS calls the total is less by the credit that was
///     used, so that it would change when an invoice is paid by credit
/// @param currency empty if WHMCS does not tell
record There(int id, int client, String status, String date, String notes, BigDecimal total, String currency) {

    /// Of several that are the same document the one that counts: what the client has seen, then drafts, and what is
    /// cancelled last; of these the first that was made.
    static final Comparator<There> BEST_FIRST = Comparator.comparing(There::isCancelled)
            .thenComparing(There::isDraft)
            .thenComparing(There::id);

    static There of(Said invoice) throws Undelivered {
        return new There(
                invoice.number(invoice.text("id").isPresent() ? "id" : "invoiceid"),
                invoice.number("userid"),
                invoice.needed("status"),
                invoice.text("date").orElse(""),
                invoice.text("notes").orElse(""),
                invoice.amount("subtotal").add(invoice.amount("tax")).add(invoice.amount("tax2")),
                invoice.currency("currencycode"));
    }

    /// Every invoice that matches, oldest first, from all pages.
    static List<There> all(WhmcsApi api, Form which) throws Undelivered {
        Form ordered = which.with("orderby", "id").with("order", "asc");
        LinkedHashMap<Integer, There> all = new LinkedHashMap<>();
        for (Said each : api.all("GetInvoices", ordered, "invoices", "invoice")) {
            There there = of(each);
            all.putIfAbsent(there.id(), there);
        }
        return List.copyOf(all.values());
    }

    /// Every invoice of a client, the oldest first, as a person reads them.
    static List<Invoiced> statement(WhmcsApi api, int client) throws Undelivered {
        Form which = new Form().with("userid", client).with("orderby", "id").with("order", "asc");
        LinkedHashMap<Integer, Invoiced> all = new LinkedHashMap<>();
        for (Said each : api.all("GetInvoices", which, "invoices", "invoice")) {
            There there = of(each);
            all.putIfAbsent(
                    there.id(),
                    new Invoiced(
                            Integer.toString(there.id()),
                            each.text("invoicenum").orElse(Integer.toString(there.id())),
                            each.date("date")
                                    .orElseThrow(() -> new Undelivered.Unavailable(
                                            "%s: the invoice %d has no date".formatted(each.about(), there.id()))),
                            each.date("duedate"),
                            each.date("datepaid"),
                            Money.currency(there.currency()).map(unit -> Money.of(unit, there.total())),
                            there.outcome(),
                            there.status()));
        }
        return List.copyOf(all.values());
    }

    /// The same with another amount: that of one of its items.
    There with(BigDecimal amount) {
        return new There(id, client, status, date, notes, amount, currency);
    }

    boolean isDraft() {
        return status.equals("Draft");
    }

    boolean isCancelled() {
        return status.equals("Cancelled");
    }

    boolean isUnknown() {
        return outcome() == Receipt.Status.UNKNOWN;
    }

    boolean carries(Mark mark) {
        return Mark.invoice(notes).filter(mark::equals).isPresent();
    }

    Receipt receipt(String reference, Optional<Money> expected) {
        Optional<Currency> unit = Money.currency(currency).or(() -> expected.map(Money::currency));
        Receipt receipt =
                new Receipt(reference, Integer.toString(id), unit.map(known -> Money.of(known, total)), outcome());
        return expected.map(receipt::like).orElse(receipt);
    }

    private Receipt.Status outcome() {
        return switch (status) {
            case "Draft" -> Receipt.Status.DRAFT;
            case "Unpaid", "Overdue", "Collections", "Payment Pending" -> Receipt.Status.OPEN;
            case "Paid" -> Receipt.Status.PAID;
            case "Cancelled", "Refunded" -> Receipt.Status.CANCELLED;
            default -> Receipt.Status.UNKNOWN;
        };
    }
}
