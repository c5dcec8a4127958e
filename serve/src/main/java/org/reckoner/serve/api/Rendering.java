package org.reckoner.serve.api;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.ledger.invoice.Documents;
import org.reckoner.present.BillTable;
import org.reckoner.present.DocumentOptions;
import org.reckoner.present.InvoiceHtml;
import org.reckoner.present.InvoicePdf;
import org.reckoner.present.InvoiceTable;

/// Bills and invoices in the forms in which they are offered.
final class Rendering {

    static final List<Form> FORMS = List.of(Form.JSON, Form.HTML, Form.PDF, Form.CSV);

    private Rendering() {}

    static void bill(Context context, Bill bill) {
        Form form = Form.chosen(context, FORMS);
        DocumentOptions options = DocumentOptions.PLAIN.withUsageByResource();
        byte[] body = switch (form) {
            case HTML -> utf8(InvoiceHtml.of(bill, options));
            case PDF -> InvoicePdf.of(bill, options);
            case CSV -> utf8(BillTable.lines(List.of(bill)).toCsv());
            case JSON, NDJSON -> utf8(Documents.text(Documents.json(bill)));
        };
        named(context, "bill-" + bill.period().label(), form);
        Answers.tagged(context, form.contentType(), body);
    }

    /// @param document the frozen text, which is what is answered as JSON
    /// @param hash of the text; empty for a draft
    static void invoice(Context context, String document, String hash) {
        Form form = Form.chosen(context, FORMS);
        Invoice invoice = Documents.invoice(document);
        DocumentOptions usage = DocumentOptions.PLAIN.withUsageByResource();
        DocumentOptions options = hash.isEmpty() ? usage : usage.withFingerprint(hash);
        byte[] body = switch (form) {
            case HTML -> utf8(InvoiceHtml.of(invoice, options));
            case PDF -> InvoicePdf.of(invoice, options);
            case CSV -> utf8(InvoiceTable.lines(invoice).toCsv());
            case JSON, NDJSON -> utf8(document);
        };
        named(context, invoice.number(), form);
        Answers.tagged(context, form.contentType(), body);
    }

    /// So that what is saved has a name. Nothing of a tenant's choosing is in it.
    private static void named(Context context, String name, Form form) {
        context.header(
                "Content-Disposition",
                "inline; filename=\"%s.%s\"".formatted(name.replaceAll("[^A-Za-z0-9._-]", "_"), form.word()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
