package org.reckoner.present;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.outputdevice.helper.ExternalResourceControlPriority;
import com.openhtmltopdf.pdfboxout.PdfBoxRenderer;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.slf4j.Slf4jLogger;
import com.openhtmltopdf.util.XRLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.Locale;
import java.util.Objects;
import java.util.TimeZone;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.Invoice;

/// Invoices, credit notes and bills as PDF, A4, made of the very page that [InvoiceHtml] gives.
///
/// The typeface is embedded and has Latin, Greek, Cyrillic, Armenian, Georgian and all currency signs; what
/// it lacks (Chinese, for one) is printed as `□`. The same document gives the same bytes.
public final class InvoicePdf {

    private static final String TYPEFACE = "DejaVu Sans Condensed";

    static {
        XRLog.setLoggerImpl(new Slf4jLogger());
    }

    private InvoicePdf() {}

    public static byte[] of(Invoice invoice, DocumentOptions options) {
        return print(Document.of(invoice, options));
    }

    /// A bill is marked as a draft that is not an invoice.
    public static byte[] of(Bill bill, DocumentOptions options) {
        return print(Document.of(bill, options));
    }

    private static byte[] print(Document document) {
        String page = InvoiceHtml.page(document, false);
        try (PdfBoxRenderer renderer = renderer(page)) {
            renderer.createPDFWithoutClosing();
            try (PDDocument pdf = renderer.getPdfDocument()) {
                pdf.setDocumentInformation(information(document));
                pdf.setDocumentId(id(page));
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                pdf.save(bytes);
                return bytes.toByteArray();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot print " + document.name(), e);
        }
    }

    private static PdfBoxRenderer renderer(String page) {
        PdfRendererBuilder builder = new PdfRendererBuilder();
        builder.usePdfUaAccessibility(true);
        builder.withHtmlContent(page, null);
        builder.useExternalResourceAccessControl(
                (uri, type) -> false, ExternalResourceControlPriority.RUN_BEFORE_RESOLVING_URI);
        builder.useExternalResourceAccessControl(
                (uri, type) -> false, ExternalResourceControlPriority.RUN_AFTER_RESOLVING_URI);
        builder.useFont(() -> typeface("DejaVuSansCondensed.ttf"), TYPEFACE, 400, FontStyle.NORMAL, true);
        builder.useFont(() -> typeface("DejaVuSansCondensed-Bold.ttf"), TYPEFACE, 700, FontStyle.NORMAL, true);
        builder.useReplacementText("□");
        return builder.buildPdfRenderer();
    }

    private static InputStream typeface(String file) {
        return Objects.requireNonNull(
                InvoicePdf.class.getResourceAsStream("typefaces/" + file), () -> file + " is not in the jar");
    }

    private static PDDocumentInformation information(Document document) {
        PDDocumentInformation information = new PDDocumentInformation();
        information.setTitle(document.name());
        information.setProducer("Reckoner");
        information.setCreationDate(calendar(document.dated()));
        information.setModificationDate(calendar(document.dated()));
        return information;
    }

    private static Calendar calendar(Instant instant) {
        Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone("UTC"), Locale.ROOT);
        calendar.setTimeInMillis(instant.toEpochMilli());
        return calendar;
    }

    /// From the content, where PDF writers usually take the clock.
    private static long id(String page) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(page.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
