package org.reckoner.deliver.hostbill;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.StatementSource.Invoiced;
import org.reckoner.deliver.Undelivered;
import tools.jackson.databind.JsonNode;

/// An invoice as HostBill has it.
///
/// @param number for people; empty where HostBill gives only paid invoices one, and this is not paid
/// @param status HostBill's word for it
/// @param currency HostBill's id of it
/// @param total of its items with HostBill's taxes. What HostBill calls the total may be less by the credit
///     that was used, so that it would change when credit pays the invoice
record There(
        long id,
        String number,
        String status,
        LocalDate date,
        Optional<LocalDate> due,
        Optional<LocalDate> paid,
        String currency,
        BigDecimal total,
        List<Item> items) {

    /// @param type `Metered`, `Hosting`, `Domain Register` …
    /// @param of the id of what it is for: an account of HostBill's, for a service
    /// @param total without taxes
    record Item(String type, String of, String description, BigDecimal total) {

        private boolean isMeteredOf(long account) {
            return type.equals("Metered") && of.equals(Long.toString(account));
        }
    }

    There {
        items = List.copyOf(items);
    }

    /// Every invoice of a client, the oldest first, from all pages.
    ///
    /// @param from none that is dated before
    static List<There> of(Api api, long client, LocalDate from) throws Undelivered {
        List<There> invoices = new ArrayList<>();
        Map<String, String> which = Map.of("id", Long.toString(client));
        for (JsonNode row : api.pages("getClientInvoices", which, "invoices")) {
            boolean isBefore =
                    Api.date(row.path("date")).filter(day -> day.isBefore(from)).isPresent();
            if (!isBefore) {
                There whole = read(api, Api.number(row.path("id")).longValue());
                if (!whole.date().isBefore(from)) {
                    invoices.add(whole);
                }
            }
        }
        invoices.sort(Comparator.comparing(There::date).thenComparing(There::id));
        return invoices;
    }

    /// The list has neither the items nor what the total is made of.
    private static There read(Api api, long id) throws Undelivered {
        JsonNode invoice =
                api.call("getInvoiceDetails", Map.of("id", Long.toString(id))).path("invoice");
        List<Item> items = new ArrayList<>();
        for (JsonNode item : Api.rows(invoice.path("items"))) {
            items.add(new Item(
                    Api.text(item.path("type")),
                    Api.text(item.path("item_id")),
                    Api.text(item.path("description")),
                    total(item)));
        }
        return new There(
                id,
                Api.text(invoice.path("paid_id")),
                Api.text(invoice.path("status")),
                Api.date(invoice.path("date"))
                        .orElseThrow(() ->
                                new Undelivered.Unavailable("HostBill tells no date of its invoice %d".formatted(id))),
                Api.date(invoice.path("duedate")),
                Api.date(invoice.path("datepaid")),
                Api.text(invoice.path("currency_id")),
                Api.number(invoice.path("subtotal"))
                        .add(Api.number(invoice.path("tax")))
                        .add(Api.number(invoice.path("tax2"))),
                items);
    }

    private static BigDecimal total(JsonNode item) throws Undelivered {
        return item.has("linetotal")
                ? Api.number(item.path("linetotal"))
                : Api.number(item.path("amount")).multiply(Api.number(item.path("qty")));
    }

    /// What of it is metered use of an account.
    BigDecimal metered(long account) {
        return items.stream()
                .filter(item -> item.isMeteredOf(account))
                .map(Item::total)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    boolean hasMetered(long account) {
        return items.stream().anyMatch(item -> item.isMeteredOf(account));
    }

    Receipt.Status outcome() {
        return switch (status) {
            case "Draft" -> Receipt.Status.DRAFT;
            case "Unpaid", "Collections" -> Receipt.Status.OPEN;
            case "Paid" -> Receipt.Status.PAID;
            case "Cancelled", "Refunded" -> Receipt.Status.CANCELLED;
            default -> Receipt.Status.UNKNOWN;
        };
    }

    /// @param known the currency with HostBill's id, if the settings name it
    Invoiced invoiced(Optional<Currency> known) {
        return new Invoiced(
                Long.toString(id),
                number.isEmpty() ? Long.toString(id) : number,
                date,
                due,
                paid,
                known.map(unit -> Money.of(unit, total)),
                outcome(),
                status);
    }
}
