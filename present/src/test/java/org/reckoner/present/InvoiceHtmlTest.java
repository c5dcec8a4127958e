package org.reckoner.present;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

class InvoiceHtmlTest {

    @Test
    void what_comes_from_outside_is_escaped() {
        String html = InvoiceHtml.of(Samples.hostile(), Samples.full());
        assertThat(html)
                .doesNotContain("<script", "<img", "</style><", "<b>")
                .contains("&lt;script&gt;alert", "&lt;img src=x", "&amp;amp;", "VAT &amp; &lt;b&gt;");
    }

    @Test
    void controls_that_no_document_may_hold_are_replaced() {
        String html = InvoiceHtml.of(Samples.hostile(), Samples.full());
        assertThat(html.codePoints().filter(c -> (Character.isISOControl(c) && c != '\n') || c == 0x202e))
                .isEmpty();
        assertThat(html).contains("C-\ufffd12345\ufffd\ufffd[31m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"normal", "corrected", "credit-note", "yen", "hostile", "large"})
    void every_page_is_well_formed_xml(String sample) throws Exception {
        var html = InvoiceHtml.of(sample(sample), Samples.full());
        var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        builder.setEntityResolver((publicId, systemId) -> new InputSource(new StringReader("")));
        var page = builder.parse(new InputSource(new StringReader(html)));
        assertThat(page.getDocumentElement().getAttribute("lang")).isEqualTo("en");
    }

    @Test
    void the_page_fetches_nothing() {
        assertThat(InvoiceHtml.of(Samples.invoice(), Samples.full()))
                .doesNotContain("http:", "https:", "src=", "href=", "url(", "@import");
    }

    @ParameterizedTest
    @ValueSource(strings = {"normal", "corrected", "credit-note", "yen", "hostile", "large"})
    void the_sums_shown_are_the_sums_of_what_is_shown(String sample) {
        Document shown = Document.of(sample(sample), DocumentOptions.PLAIN);
        for (Document.Part part : shown.parts()) {
            assertThat(sum(part.items().stream().map(Document.Item::amount)))
                    .as(part.title())
                    .isEqualByComparingTo(number(part.subtotal()));
        }
        BigDecimal parts = sum(shown.parts().stream().map(Document.Part::subtotal));
        BigDecimal corrections = sum(shown.corrections().stream().map(Document.Corrected::difference));
        List<BigDecimal> totals =
                shown.totals().stream().map(s -> number(s.amount())).toList();
        assertThat(totals.getFirst()).isEqualByComparingTo(parts.add(corrections));
        BigDecimal beforeLast = totals.subList(0, totals.size() - 1).stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(totals.getLast()).isEqualByComparingTo(beforeLast);
    }

    @Test
    void a_correction_is_the_difference_of_what_is_shown() {
        for (Document.Corrected line :
                Document.of(Samples.correctedInvoice(), DocumentOptions.PLAIN).corrections()) {
            assertThat(number(line.difference()))
                    .isEqualByComparingTo(number(line.now()).subtract(number(line.invoiced())));
        }
    }

    @Test
    void a_bill_is_marked_as_a_draft() {
        assertThat(InvoiceHtml.of(Samples.unpricedBill(), DocumentOptions.PLAIN))
                .contains("Draft: this is not an invoice")
                .contains("snapshot.size of oslo-2/snapshot/")
                .doesNotContain("Total due");
    }

    @Test
    void a_frozen_invoice_has_no_appendix_and_is_the_same_otherwise() {
        assertThat(InvoiceHtml.of(Samples.frozen(Samples.invoice()), Samples.full()))
                .doesNotContain("Usage by resource");
        assertThat(InvoiceHtml.of(Samples.frozen(Samples.invoice()), DocumentOptions.PLAIN))
                .isEqualTo(InvoiceHtml.of(Samples.invoice(), DocumentOptions.PLAIN));
    }

    private static org.reckoner.core.invoice.Invoice sample(String name) {
        return java.util.Objects.requireNonNull(Samples.invoices().get(name));
    }

    private static BigDecimal sum(Stream<String> shown) {
        return shown.map(InvoiceHtmlTest::number).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal number(String shown) {
        return new BigDecimal(shown.replace("\u202f", "").replace('\u2212', '-'));
    }
}
