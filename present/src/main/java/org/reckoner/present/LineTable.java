package org.reckoner.present;

import java.util.ArrayList;
import java.util.List;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.money.Money;
import org.reckoner.core.rate.Charge;
import org.reckoner.core.time.BillingPeriod;

/// The part that the text of a bill and of an invoice share: lines by section, in common columns.
final class LineTable {

    static final List<Column> FLAT = List.of(
            Column.text("service_period"),
            Column.text("region"),
            Column.text("item"),
            Column.text("group"),
            Column.text("price"),
            Column.text("meter"),
            Column.number("quantity"),
            Column.text("per"),
            Column.text("unit_price"),
            Column.number("amount"),
            Column.text("currency"),
            Column.number("invoiced_before"),
            Column.number("known_now"));

    private final boolean detail;
    private final Layout layout;
    private boolean closed;

    LineTable(boolean detail) {
        this.detail = detail;
        List<Column> columns = new ArrayList<>(List.of(Column.text("item")));
        if (detail) {
            columns.add(Column.id("resource"));
        }
        columns.addAll(List.of(
                Column.number("quantity"), Column.text("per"), Column.number("unit_price"), Column.number("amount")));
        layout = new Layout(columns);
        layout.header();
    }

    /// `Bill of acme (project 4f1c…)`.
    static String titled(String title, Account account) {
        String name = Text.printable(account.name());
        String project = Text.printable(account.project());
        StringBuilder text = new StringBuilder(title).append(" of ").append(name);
        if (!project.equals(name)) {
            text.append(" (project ").append(project).append(")");
        }
        account.customer().ifPresent(customer -> text.append(", customer ").append(Text.printable(customer)));
        account.costCenter().ifPresent(center -> text.append(", cost centre ").append(Text.printable(center)));
        return text.append('\n').toString();
    }

    void sections(List<InvoiceLine> lines, BillingPeriod usual) {
        for (Section section : Section.of(lines)) {
            layout.title(section.title(usual));
            section.lines().forEach(this::line);
            subtotal("  subtotal", section.subtotal());
        }
    }

    private void line(InvoiceLine line) {
        row(
                "  " + Section.item(line),
                "",
                Numbers.quantity(line.quantity()),
                line.per(),
                line.rate(),
                Numbers.amount(line.amount()));
        if (detail) {
            line.charges().forEach(charge -> resource(charge, line.per()));
        }
    }

    private void resource(Charge charge, String per) {
        row(
                "    " + charge.name(),
                charge.resource().id(),
                Numbers.quantity(charge.quantity()),
                per,
                "",
                Numbers.exact(charge.amount()));
    }

    void subtotal(String name, Money amount) {
        row(name, "", "", "", "", Numbers.amount(amount));
    }

    /// A row below the last rule.
    void total(String name, Money amount) {
        if (!closed) {
            layout.rule();
            closed = true;
        }
        row(name, "", "", "", amount.currency().getCurrencyCode(), Numbers.amount(amount));
    }

    private void row(String item, String resource, String quantity, String per, String rate, String amount) {
        layout.cells(
                detail
                        ? List.of(item, resource, quantity, per, rate, amount)
                        : List.of(item, quantity, per, rate, amount));
    }

    String toText(int width) {
        return layout.toText(width);
    }

    /// Corrections with what was invoiced and what is known now; nothing if there are none.
    static String corrections(String title, List<InvoiceLine> corrections, int width) {
        if (corrections.isEmpty()) {
            return "";
        }
        List<List<String>> rows = new ArrayList<>();
        for (InvoiceLine line : corrections) {
            rows.add(List.of(
                    Section.days(line.key().period().window()),
                    Section.where(line.key().section()),
                    Section.item(line),
                    line.correction().map(c -> Numbers.amount(c.invoiced())).orElse(""),
                    line.correction().map(c -> Numbers.amount(c.now())).orElse(""),
                    Numbers.amount(line.amount())));
        }
        Table table = Table.of(
                        List.of(
                                Column.text("service_period"),
                                Column.text("region"),
                                Column.text("item"),
                                Column.number("invoiced"),
                                Column.number("now"),
                                Column.number("difference")),
                        rows)
                .withFooter("", "", "", "", "total", Numbers.amount(sum(corrections)));
        return "\n" + title + "\n\n" + table.toText(width);
    }

    /// @param lines at least one
    static Money sum(List<InvoiceLine> lines) {
        return lines.stream().map(InvoiceLine::amount).reduce(Money::plus).orElseThrow();
    }

    static Table flat(List<InvoiceLine> lines) {
        return Table.of(FLAT, lines.stream().map(LineTable::flat).toList());
    }

    private static List<String> flat(InvoiceLine line) {
        return List.of(
                line.key().period().label(),
                line.key().section(),
                line.item(),
                Section.group(line),
                line.key().priceId(),
                line.meter().orElse(""),
                Numbers.quantity(line.quantity()),
                line.per(),
                line.rate(),
                Numbers.amount(line.amount()),
                line.amount().currency().getCurrencyCode(),
                line.correction().map(c -> Numbers.amount(c.invoiced())).orElse(""),
                line.correction().map(c -> Numbers.amount(c.now())).orElse(""));
    }
}
