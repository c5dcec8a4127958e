package org.reckoner.present;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.reckoner.core.invoice.Invoice;

/// The same record looks the same wherever it is shown.
class DeterminismTest {

    @Test
    void nothing_depends_on_locale_or_time_zone() throws Exception {
        Map<String, String> here = in(Locale.ROOT, "UTC", DeterminismTest::everything);
        assertThat(in(Locale.forLanguageTag("ar-EG-u-nu-arab"), "Pacific/Auckland", DeterminismTest::everything))
                .isEqualTo(here);
        assertThat(in(Locale.forLanguageTag("tr-TR"), "America/St_Johns", DeterminismTest::everything))
                .isEqualTo(here);
    }

    @Test
    void the_same_invoice_gives_the_same_bytes_again() {
        assertThat(InvoicePdf.of(Samples.hostile(), Samples.full()))
                .isEqualTo(InvoicePdf.of(Samples.hostile(), Samples.full()));
    }

    private static Map<String, String> everything() {
        Map<String, String> all = new LinkedHashMap<>();
        Invoice invoice = Samples.correctedInvoice();
        all.put("html", InvoiceHtml.of(invoice, Samples.full()));
        all.put("pdf", sha256(InvoicePdf.of(invoice, Samples.full())));
        all.put("bill html", InvoiceHtml.of(Samples.unpricedBill(), Samples.full()));
        all.put("bill pdf", sha256(InvoicePdf.of(Samples.unpricedBill(), Samples.full())));
        all.put("text", InvoiceTable.of(invoice, true, 100));
        all.put("bill text", BillTable.of(Samples.unpricedBill(), Samples.corrections(), true, 100));
        all.put("csv", InvoiceTable.lines(invoice).toCsv());
        all.put("json", InvoiceTable.lines(invoice).toJson());
        Samples.bill().lines().forEach(line -> {
            var explanation = Explanation.of(line, Samples.book(), id -> Optional.empty());
            all.put("why " + line.key(), explanation.toText() + explanation.toJson());
        });
        return all;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T in(Locale locale, String zone, Supplier<T> work) {
        Locale localeBefore = Locale.getDefault();
        TimeZone zoneBefore = TimeZone.getDefault();
        Locale.setDefault(locale);
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        try {
            return work.get();
        } finally {
            Locale.setDefault(localeBefore);
            TimeZone.setDefault(zoneBefore);
        }
    }
}
