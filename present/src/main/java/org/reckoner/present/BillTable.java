package org.reckoner.present;

import java.util.ArrayList;
import java.util.List;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.rate.Unpriced;

/// A bill as text for a terminal.
public final class BillTable {

    private BillTable() {}

    /// Who and when, a section for each region, the net total, then what has no price and what has come to
    /// light of earlier periods.
    ///
    /// @param corrections of invoices of earlier periods, which the next invoice will carry
    /// @param detail whether each line is followed by its resources
    /// @param width in terminal columns; [Table#ANY_WIDTH] for no limit
    public static String of(Bill bill, List<InvoiceLine> corrections, boolean detail, int width) {
        StringBuilder text = new StringBuilder();
        text.append(LineTable.titled("Bill", bill.account()));
        text.append("Period %s, use until %s\n"
                .formatted(Section.days(bill.period().window()), Section.time(bill.until())));
        text.append("Price book %s version %s, amounts in %s before tax\n\n"
                .formatted(
                        Text.printable(bill.priceBook()),
                        bill.priceBookVersion(),
                        bill.currency().getCurrencyCode()));
        if (bill.lines().isEmpty()) {
            text.append("Nothing to pay for.\n");
        }
        LineTable lines = new LineTable(detail);
        lines.sections(bill.lines(), bill.period());
        lines.total("net total", bill.total());
        text.append(lines.toText(width));
        text.append(LineTable.corrections("Corrections of earlier periods, not yet invoiced", corrections, width));
        text.append(unpriced(bill.unpriced(), width));
        return text.toString();
    }

    public static String of(Bill bill) {
        return of(bill, List.of(), false, Table.ANY_WIDTH);
    }

    /// A row for each line of each bill, which begins with whose it is; for `--format csv`.
    public static Table lines(List<Bill> bills) {
        List<Column> columns = new ArrayList<>(List.of(Column.id("project"), Column.text("account")));
        columns.addAll(LineTable.FLAT);
        List<List<String>> rows = new ArrayList<>();
        for (Bill bill : bills) {
            for (List<String> line : LineTable.flat(bill.lines()).rows()) {
                List<String> row = new ArrayList<>(
                        List.of(bill.account().project(), bill.account().name()));
                row.addAll(line);
                rows.add(row);
            }
        }
        return Table.of(columns, rows);
    }

    private static String unpriced(List<Unpriced> unpriced, int width) {
        if (unpriced.isEmpty()) {
            return "";
        }
        Table table = Table.of(
                List.of(
                        Column.text("region"),
                        Column.text("type"),
                        Column.id("resource"),
                        Column.text("meter"),
                        Column.text("from"),
                        Column.text("to")),
                unpriced.stream()
                        .map(use -> List.of(
                                use.resource().region(),
                                use.resource().type(),
                                use.resource().id(),
                                use.meter(),
                                use.window().from().toString(),
                                use.window().to().toString()))
                        .toList());
        return "\nWARNING: use without a price, which is on no bill (%s)\n\n%s"
                .formatted(Numbers.count(unpriced.size(), "time"), table.toText(width));
    }
}
