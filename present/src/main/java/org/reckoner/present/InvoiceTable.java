package org.reckoner.present;

import java.math.BigDecimal;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.Tax;

/// An invoice or a credit note as text for a terminal.
public final class InvoiceTable {

    private InvoiceTable() {}

    /// Number, dates, a section for each region, corrections of earlier periods, taxes and totals.
    ///
    /// @param detail whether each line is followed by its resources, where they are known
    /// @param width in terminal columns; [Table#ANY_WIDTH] for no limit
    public static String of(Invoice invoice, boolean detail, int width) {
        StringBuilder text = new StringBuilder();
        text.append(LineTable.titled(title(invoice), invoice.account()));
        invoice.voids().ifPresent(taken -> text.append("Takes back invoice %s whole\n".formatted(taken)));
        if (!invoice.reason().isEmpty()) {
            text.append("Reason: ").append(Text.printable(invoice.reason())).append('\n');
        }
        text.append("Period %s, issued %s, due %s\n"
                .formatted(Section.days(invoice.period().window()), Section.time(invoice.issuedAt()), invoice.dueOn()));
        text.append("Price book %s version %s, amounts in %s\n\n"
                .formatted(
                        Text.printable(invoice.priceBook()),
                        invoice.priceBookVersion(),
                        invoice.currency().getCurrencyCode()));
        LineTable lines = new LineTable(detail);
        lines.sections(invoice.lines(), invoice.period());
        if (!invoice.corrections().isEmpty()) {
            lines.subtotal("Corrections (below)", LineTable.sum(invoice.corrections()));
        }
        lines.total("net total", invoice.net());
        invoice.taxes().forEach(tax -> lines.total(name(tax), tax.amount()));
        lines.total("total", invoice.total());
        text.append(lines.toText(width));
        text.append(LineTable.corrections("Corrections of earlier periods", invoice.corrections(), width));
        return text.toString();
    }

    public static String of(Invoice invoice) {
        return of(invoice, false, Table.ANY_WIDTH);
    }

    /// A row for each line, corrections too, for `--format csv` and `--format json`.
    public static Table lines(Invoice invoice) {
        return LineTable.flat(invoice.lines());
    }

    static String title(Invoice invoice) {
        return (invoice.kind() == Invoice.Kind.INVOICE ? "Invoice " : "Credit note ") + invoice.number();
    }

    private static String name(Tax tax) {
        BigDecimal percent = tax.rate().percent();
        return tax.rate().name() + " " + Numbers.plain(percent) + " %";
    }
}
