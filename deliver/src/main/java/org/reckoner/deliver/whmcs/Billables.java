package org.reckoner.deliver.whmcs;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.money.Money;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Form;

/// Documents as billable items, which WHMCS puts on invoices of its own: one item for each document, with our mark and
/// all lines in its description.
///
/// Nobody can ask WHMCS for its billable items, only for its invoices. So the client's invoices are generated at once,
/// and the item is looked for on them. What was entered twice is taken off again while the invoice is not paid.
final class Billables {

    /// WHMCS dates invoices by its own clock and time zone.
    private static final int DAYS_OF_DOUBT = 2;

    private final WhmcsApi api;

    Billables(WhmcsApi api) {
        this.api = api;
    }

    /// An item on an invoice.
    private record Line(There invoice, int id, Mark mark, BigDecimal amount) {

        Receipt receipt(Money expected) {
            return invoice.with(amount).receipt(mark.reference(), Optional.of(expected));
        }
    }

    Optional<Receipt> find(Outgoing document, int client) throws Undelivered {
        generate(client);
        List<Line> lines = new ArrayList<>();
        for (Line each : lines(new Form().with("userid", client), since(document.invoice()))) {
            if (each.mark().equals(Mark.of(document))) {
                lines.add(each);
            }
        }
        Optional<Line> stays = lines.stream().min(Comparator.comparing(Line::id));
        for (Line line : lines) {
            if (line.id() != stays.orElseThrow().id()) {
                remove(line);
            }
        }
        return stays.map(line -> line.receipt(document.invoice().total()));
    }

    Receipt create(Outgoing document, int client, List<Items.Item> items) throws Undelivered {
        StringBuilder text = new StringBuilder(Mark.of(document).toString());
        items.forEach(item -> text.append('\n')
                .append(item.description())
                .append(": ")
                .append(item.amount().amount().toPlainString()));
        api.call(
                "AddBillableItem",
                new Form()
                        .with("clientid", client)
                        .with("description", text.toString())
                        .with("amount", document.invoice().total().amount().toPlainString())
                        .with("unit", "quantity")
                        .with("quantity", 1)
                        .with("invoiceaction", "nextcron"));
        return find(document, client)
                .orElseThrow(() -> new Undelivered.Taken(
                        "WHMCS took the billable item of %s for client %d and has put it on no invoice yet; it is looked for again and not added. Look for it among the client's billable items and invoice it there; if it is gone, cancel this delivery and retry it"
                                .formatted(document.reference(), client)));
    }

    /// Of a period, on all invoices that were made since it ended.
    List<Receipt> documents(BillingPeriod period) throws Undelivered {
        List<Receipt> receipts = new ArrayList<>();
        LocalDate end = LocalDate.ofInstant(period.window().to(), ZoneOffset.UTC);
        for (Line line : lines(new Form(), end.minusDays(DAYS_OF_DOUBT))) {
            if (line.mark().isOf(period)) {
                receipts.add(
                        line.invoice().with(line.amount()).receipt(line.mark().reference(), Optional.empty()));
            }
        }
        return receipts;
    }

    private static LocalDate since(Invoice invoice) {
        return LocalDate.ofInstant(invoice.issuedAt(), ZoneOffset.UTC).minusDays(DAYS_OF_DOUBT);
    }

    private void generate(int client) throws Undelivered {
        api.call("GenInvoices", new Form().with("clientid", client).with("noemails", "true"));
    }

    private List<Line> lines(Form which, LocalDate since) throws Undelivered {
        List<Line> lines = new ArrayList<>();
        for (There invoice : There.all(api, which)) {
            if (invoice.date().compareTo(since.toString()) >= 0 && !invoice.isCancelled()) {
                Said whole = api.call("GetInvoice", new Form().with("invoiceid", invoice.id()));
                for (Said item : whole.list("items", "item")) {
                    Optional<Mark> mark = Mark.invoice(item.text("description").orElse(""));
                    if (mark.isPresent()) {
                        lines.add(new Line(invoice, item.number("id"), mark.get(), item.amount("amount")));
                    }
                }
            }
        }
        return lines;
    }

    private void remove(Line line) throws Undelivered {
        if (!line.invoice().status().equals("Unpaid") && !line.invoice().isDraft()) {
            throw new Undelivered.Refused(
                    "%s is twice on invoices of WHMCS, and invoice %d is %s, so that it is not changed; take it back there"
                            .formatted(
                                    line.mark().reference(),
                                    line.invoice().id(),
                                    line.invoice().status()));
        }
        api.call(
                "UpdateInvoice",
                new Form().with("invoiceid", line.invoice().id()).with("deletelineids[0]", line.id()));
    }
}
