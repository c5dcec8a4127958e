package org.reckoner.deliver.whmcs;

import java.math.BigDecimal;
import java.math.RoundingMode;
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

/// Documents as billable items, which WHMCS puts on invoices of its own: one item for each document, with
/// our mark and all lines in its description.
///
/// Nobody can ask WHMCS for its billable items, only for its invoices. So the client's invoices are
/// generated at once, and the item is looked for on them. What was entered twice is taken off again while
/// the invoice is not paid, and so is the tax that WHMCS adds to billable items if its tax settings say so:
/// our taxes are in the amount.
final class Billables {

    /// WHMCS dates invoices by its own clock and time zone.
    private static final int DAYS_OF_DOUBT = 2;

    private final WhmcsApi api;

    Billables(WhmcsApi api) {
        this.api = api;
    }

    /// An item on an invoice.
    ///
    /// @param tax that WHMCS adds to the amount
    private record Line(There invoice, int id, Mark mark, String description, BigDecimal amount, BigDecimal tax) {

        Receipt receipt(Optional<Money> expected) {
            return invoice.with(amount.add(tax)).receipt(mark.reference(), expected);
        }

        boolean isChangeable() {
            return invoice.status().equals("Unpaid") || invoice.isDraft();
        }
    }

    Optional<Receipt> find(Outgoing document, int client) throws Undelivered {
        generate(client);
        List<Line> lines = lines(document, client);
        if (lines.size() > 1) {
            Line stays = first(lines).orElseThrow();
            for (Line line : lines) {
                if (line.id() != stays.id()) {
                    remove(line);
                }
            }
            lines = lines(document, client);
        }
        Money total = document.invoice().total();
        Optional<Line> taxed = first(lines)
                .filter(line -> line.tax().signum() != 0
                        && line.amount().compareTo(total.amount()) == 0
                        && line.isChangeable());
        if (taxed.isPresent()) {
            takeTaxOff(taxed.get());
            lines = lines(document, client);
        }
        return first(lines).map(line -> line.receipt(Optional.of(total)));
    }

    private static Optional<Line> first(List<Line> lines) {
        return lines.stream().min(Comparator.comparing(Line::id));
    }

    private List<Line> lines(Outgoing document, int client) throws Undelivered {
        List<Line> lines = new ArrayList<>();
        for (Line each : lines(new Form().with("userid", client), since(document.invoice()))) {
            if (each.mark().equals(Mark.of(document))) {
                lines.add(each);
            }
        }
        return lines;
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
                receipts.add(line.receipt(Optional.empty()));
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
                List<Said> items = whole.list("items", "item");
                BigDecimal added = added(whole, items);
                BigDecimal taxed = sum(items.stream().filter(Billables::isTaxed).toList());
                for (Said item : items) {
                    String description = item.text("description").orElse("");
                    Optional<Mark> mark = Mark.invoice(description);
                    if (mark.isPresent()) {
                        BigDecimal amount = item.amount("amount");
                        BigDecimal tax = isTaxed(item) && taxed.signum() != 0
                                ? added.multiply(amount).divide(taxed, added.scale(), RoundingMode.HALF_EVEN)
                                : BigDecimal.ZERO;
                        lines.add(new Line(invoice, item.number("id"), mark.get(), description, amount, tax));
                    }
                }
            }
        }
        return lines;
    }

    /// What the client pays of an invoice beside its items: its tax, unless their amounts include that.
    private static BigDecimal added(Said invoice, List<Said> items) throws Undelivered {
        BigDecimal tax = invoice.amount("tax").add(invoice.amount("tax2"));
        return tax.signum() == 0 || invoice.text("subtotal").isEmpty()
                ? tax
                : invoice.amount("subtotal").add(tax).subtract(sum(items));
    }

    private static boolean isTaxed(Said item) {
        return !List.of("0", "false").contains(item.text("taxed").orElse("0"));
    }

    private static BigDecimal sum(List<Said> items) throws Undelivered {
        BigDecimal sum = BigDecimal.ZERO;
        for (Said item : items) {
            sum = sum.add(item.amount("amount"));
        }
        return sum;
    }

    private void takeTaxOff(Line line) throws Undelivered {
        String item = "[%d]".formatted(line.id());
        api.call(
                "UpdateInvoice",
                new Form()
                        .with("invoiceid", line.invoice().id())
                        .with("itemdescription" + item, line.description())
                        .with("itemamount" + item, line.amount().toPlainString())
                        .with("itemtaxed" + item, "0"));
    }

    private void remove(Line line) throws Undelivered {
        if (!line.isChangeable()) {
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
