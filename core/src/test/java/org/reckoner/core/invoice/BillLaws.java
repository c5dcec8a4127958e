package org.reckoner.core.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.money.Money;
import org.reckoner.core.reference.NaiveBill;
import org.reckoner.core.reference.Scene;

/// Laws 4 and 6: nothing is lost between lines, invoices and corrections, and nothing depends on where it runs.
class BillLaws {

    @Property(tries = 250, shrinking = ShrinkingMode.OFF)
    void a_bill_is_what_walking_through_every_second_adds_up_to(@ForAll long seed) {
        Scene scene = Scene.anything(seed);
        List<Observation> told = scene.delivered();
        for (String project : Scene.PROJECTS) {
            Bill bill = scene.bill(project, told);
            NaiveBill naive =
                    new NaiveBill(scene.book(), project, scene.stories(), scene.origin(), 0, scene.horizon() * 3L);
            assertThat(bill.total().amount()).isEqualByComparingTo(naive.total());
            assertThat(bill.total()).isEqualByComparingTo(sum(bill.lines()));
        }
    }

    /// Law 4: invoice + corrections is the invoice computed with perfect knowledge, for every price model, and
    /// however many rounds it takes for the truth to come to light.
    @Property(tries = 250, shrinking = ShrinkingMode.OFF)
    void invoice_and_corrections_are_the_invoice_of_perfect_knowledge(@ForAll long seed) {
        Scene scene = Scene.anything(seed);
        List<Observation> told = scene.delivered();
        for (String project : Scene.PROJECTS) {
            List<InvoiceLine> invoiced = new ArrayList<>();
            int known = 0;
            while (known < told.size()) {
                known = Math.min(told.size(), known + 1 + scene.random().nextInt(told.size()));
                Bill now = scene.bill(project, told.subList(0, known));
                List<InvoiceLine> more = invoiced.isEmpty() ? now.lines() : Corrections.between(invoiced, now);
                if (!invoiced.isEmpty()) {
                    assertThat(more).allMatch(line -> line.correction().isPresent());
                }
                invoiced.addAll(more);
                assertThat(nonZero(invoiced)).isEqualTo(nonZero(now.lines()));
                assertThat(Corrections.between(invoiced, now)).isEmpty();
            }
            Bill perfect = scene.bill(project, told);
            assertThat(nonZero(invoiced)).isEqualTo(nonZero(perfect.lines()));
            assertThat(sum(invoiced)).isEqualByComparingTo(perfect.total());
        }
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void a_voided_invoice_is_billed_anew_by_corrections(@ForAll long seed) {
        Scene scene = Scene.anything(seed);
        Bill bill = scene.bill("alpha", scene.delivered());
        Invoice invoice = invoice(bill);
        Invoice note = Invoice.creditNote(invoice, "CN-1", Instant.EPOCH, LocalDate.EPOCH, "wrong address", "");
        assertThat(note.total().plus(invoice.total()).isZero()).isTrue();

        List<InvoiceLine> both = new ArrayList<>(invoice.lines());
        both.addAll(note.lines());
        assertThat(sum(both).isZero()).isTrue();
        both.addAll(Corrections.between(both, bill));
        assertThat(nonZero(both)).isEqualTo(nonZero(bill.lines()));
    }

    /// Law 6.
    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void a_bill_reads_the_same_in_every_locale_and_time_zone(@ForAll long seed) {
        String home = told(seed);
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        try {
            for (String tag : List.of("ar-EG", "tr-TR", "hi-IN-u-nu-deva", "de-DE")) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                TimeZone.setDefault(TimeZone.getTimeZone(tag.startsWith("ar") ? "Pacific/Kiritimati" : "America/Adak"));
                assertThat(told(seed)).isEqualTo(home);
            }
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    private static String told(long seed) {
        Scene scene = Scene.anything(seed);
        Bill bill = scene.bill("alpha", scene.delivered());
        return bill + invoice(bill).toString() + NumberSeries.number("INV-2026", 17);
    }

    private static Invoice invoice(Bill bill) {
        Account account = new Account(
                "alpha",
                "Alpha",
                java.util.Optional.empty(),
                List.of(new TaxRate("VAT", new BigDecimal("19"))),
                List.of(),
                java.util.Optional.empty(),
                java.util.Optional.empty());
        return new Invoice(
                "INV-1",
                Invoice.Kind.INVOICE,
                List.of(),
                account,
                bill.period(),
                Instant.EPOCH,
                LocalDate.EPOCH,
                bill.currency(),
                bill.priceBook(),
                bill.priceBookVersion(),
                bill.cutoff(),
                bill.lines(),
                Invoice.taxes(
                        bill.lines(),
                        service -> account.taxes(),
                        bill.currency(),
                        org.reckoner.core.money.Rounding.of(bill.currency())),
                java.util.Optional.empty(),
                "",
                "");
    }

    private static Money sum(List<InvoiceLine> lines) {
        return lines.stream()
                .map(InvoiceLine::amount)
                .reduce(Money.zero(java.util.Currency.getInstance("EUR")), Money::plus);
    }

    /// Sums by line, without those that come to nothing.
    private static TreeMap<InvoiceLine.Key, BigDecimal> nonZero(List<InvoiceLine> lines) {
        TreeMap<InvoiceLine.Key, BigDecimal> sums = new TreeMap<>();
        lines.forEach(line -> sums.merge(line.key(), line.amount().amount(), BigDecimal::add));
        sums.values().removeIf(amount -> amount.signum() == 0);
        sums.replaceAll((key, amount) -> amount.stripTrailingZeros());
        return sums;
    }
}
