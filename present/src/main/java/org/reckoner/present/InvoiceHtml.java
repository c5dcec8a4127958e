package org.reckoner.present;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.Map;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.Invoice;

/// Invoices, credit notes and bills as one self-contained page: readable on a phone, printable, and well
/// formed as XML, so that the PDF is made of the same text.
///
/// The page fetches nothing. Everything in it that comes from outside is escaped.
public final class InvoiceHtml {

    private static final TemplateEngine TEMPLATES =
            TemplateEngine.createPrecompiled(null, ContentType.Html, null, "org.reckoner.present");

    private InvoiceHtml() {}

    /// The same bytes (in UTF-8) for the same invoice and options, wherever it runs.
    public static String of(Invoice invoice, DocumentOptions options) {
        return page(Document.of(invoice, options), true);
    }

    /// A bill is marked as a draft that is not an invoice.
    public static String of(Bill bill, DocumentOptions options) {
        return page(Document.of(bill, options), true);
    }

    /// @param screen whether it is also to be read on a screen, and not only printed
    static String page(Document document, boolean screen) {
        StringOutput output = new StringOutput();
        TEMPLATES.render("document.jte", Map.of("document", document, "screen", screen), output);
        return output.toString();
    }
}
