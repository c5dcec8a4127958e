package org.reckoner.present;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.reckoner.core.invoice.Invoice;

class InvoicePdfTest {

    @Test
    void all_lines_corrections_and_totals_are_in_the_text() throws IOException {
        Invoice invoice = Samples.correctedInvoice();
        String text = text(InvoicePdf.of(invoice, Samples.full()));
        Document shown = Document.of(invoice, Samples.full());
        assertThat(text).contains(shown.from()).contains(shown.to());
        for (Document.Part part : shown.parts()) {
            for (Document.Item item : part.items()) {
                assertThat(text)
                        .containsPattern(row(
                                item.name(), item.group(), item.quantity(), item.per(), item.rate(), item.amount()));
            }
            assertThat(text).containsPattern(row("Subtotal " + part.title(), part.subtotal()));
        }
        for (Document.Corrected line : shown.corrections()) {
            assertThat(text)
                    .containsPattern(row(
                            line.period(),
                            line.region(),
                            line.name(),
                            line.group(),
                            line.invoiced(),
                            line.now(),
                            line.difference()));
        }
        assertThat(text)
                .containsPattern(row("Net total", "EUR 619.86"))
                .containsPattern(row("VAT 19 % on 619.86", "EUR 117.77"))
                .containsPattern(row("Total due", "EUR 737.63"))
                .contains("INV-2026-000042", "2026-12-02", "2026-12-16", "CC 4711 / Platform", Samples.FINGERPRINT);
    }

    @Test
    void every_page_has_its_number_and_the_invoices() throws IOException {
        try (PDDocument pdf = Loader.loadPDF(InvoicePdf.of(Samples.large(120), DocumentOptions.PLAIN))) {
            int pages = pdf.getNumberOfPages();
            assertThat(pages).isGreaterThan(2);
            for (int page = 1; page <= pages; page++) {
                PDFTextStripper stripper = new PDFTextStripper();
                stripper.setStartPage(page);
                stripper.setEndPage(page);
                assertThat(plain(stripper.getText(pdf)))
                        .contains("page " + page + " of " + pages)
                        .contains("Invoice INV-2026-000042")
                        .containsAnyOf("Price per unit", "Total due");
            }
        }
    }

    @Test
    void names_in_other_scripts_and_the_euro_sign_are_printed_with_embedded_typefaces() throws IOException {
        byte[] bytes = InvoicePdf.of(Samples.hostile(), Samples.full());
        assertThat(text(bytes))
                .contains(
                        "Ελληνική Εταιρεία «Ωμέγα» ΑΕ", "ООО «Ёлочка & Сыновья»", "Łódź, Ďábelské ódy, Þórshöfn 15 €");
        try (PDDocument pdf = Loader.loadPDF(bytes)) {
            for (var page : pdf.getPages()) {
                for (var name : page.getResources().getFontNames()) {
                    assertThat(page.getResources().getFont(name).isEmbedded()).isTrue();
                }
            }
        }
    }

    @Test
    void yen_have_no_decimals() throws IOException {
        assertThat(text(InvoicePdf.of(Samples.yen(), DocumentOptions.PLAIN)))
                .containsPattern(row("Total due", "JPY 140 107"));
    }

    @Test
    void a_credit_note_says_which_invoice_it_takes_back() throws IOException {
        assertThat(text(InvoicePdf.of(Samples.creditNote(), DocumentOptions.PLAIN)))
                .contains("Credit note", "takes back invoice INV-2026-000042 whole", "Issued to the wrong company")
                .containsPattern(row("Total credited", "EUR \u2212737.63"));
    }

    @Test
    void a_bill_says_on_every_page_that_it_is_no_invoice() throws IOException {
        try (PDDocument pdf = Loader.loadPDF(InvoicePdf.of(Samples.bill(), Samples.full()))) {
            for (int page = 1; page <= pdf.getNumberOfPages(); page++) {
                PDFTextStripper stripper = new PDFTextStripper();
                stripper.setStartPage(page);
                stripper.setEndPage(page);
                assertThat(plain(stripper.getText(pdf))).contains("(draft, not an invoice)");
            }
        }
    }

    @Test
    void a_frozen_invoice_prints_like_the_one_that_was_issued() {
        assertThat(InvoicePdf.of(Samples.frozen(Samples.invoice()), DocumentOptions.PLAIN))
                .isEqualTo(InvoicePdf.of(Samples.invoice(), DocumentOptions.PLAIN));
    }

    private static String text(byte[] pdf) throws IOException {
        try (PDDocument document = Loader.loadPDF(pdf)) {
            return plain(new PDFTextStripper().getText(document));
        }
    }

    private static String plain(String text) {
        return text.replace('\u202f', ' ').replace('\u00a0', ' ').replace("\r\n", "\n");
    }

    /// Cells of one row, which may be broken over lines.
    private static String row(String... cells) {
        return List.of(cells).stream()
                .filter(cell -> !cell.isEmpty())
                .map(cell -> java.util.regex.Pattern.quote(plain(cell)))
                .collect(java.util.stream.Collectors.joining("\\s+"));
    }
}
