package org.reckoner.core.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reckoner.core.reference.Sample.EUR;
import static org.reckoner.core.reference.Sample.at;
import static org.reckoner.core.reference.Sample.book;
import static org.reckoner.core.reference.Sample.decimal;
import static org.reckoner.core.reference.Sample.perUnit;
import static org.reckoner.core.reference.Sample.price;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.price.PriceModel.Tier;
import org.reckoner.core.rate.RatedLine;
import org.reckoner.core.rate.Rating;
import org.reckoner.core.time.BillingPeriod;

class InvoiceTest {

    private static final BillingPeriod NOVEMBER = BillingPeriod.parse("2026-11");
    private static final BillingPeriod OCTOBER = BillingPeriod.parse("2026-10");
    private static final Account ALPHA = new Account(
            "alpha",
            "Alpha",
            Optional.empty(),
            List.of(new TaxRate("VAT", decimal("19")), new TaxRate("city", decimal("0.5"))),
            List.of("Street 1"),
            Optional.empty(),
            Optional.empty());

    private static RatedLine rated(String section, PriceModel model, String exact) {
        return new RatedLine(
                section,
                price("p-" + section, "vcpus", "vCPU hour", model),
                new TreeMap<>(),
                Ratio.of(1),
                Ratio.parse(exact),
                List.of());
    }

    private static Bill bill(RatedLine... lines) {
        PriceBook book = book();
        return Bill.of(ALPHA, NOVEMBER, NOVEMBER.window().to(), 7, book, new Rating(List.of(lines), List.of()));
    }

    private static Invoice invoice(List<InvoiceLine> lines) {
        return new Invoice(
                "INV-2026-000001",
                Invoice.Kind.INVOICE,
                List.of("Seller"),
                ALPHA,
                NOVEMBER,
                at("2026-12-01T00:00:00Z"),
                LocalDate.of(2026, 12, 15),
                EUR,
                "sample",
                1,
                7,
                lines,
                Invoice.taxes(lines, service -> ALPHA.taxes(), EUR, Rounding.of(EUR)),
                Optional.empty(),
                "",
                "");
    }

    @Test
    void each_line_is_rounded_once_and_the_total_is_their_sum() {
        Bill bill =
                bill(rated("A", perUnit("1"), "1/3"), rated("B", perUnit("1"), "1/3"), rated("C", perUnit("1"), "1/3"));
        assertThat(bill.lines()).extracting(line -> line.amount().toString()).containsOnly("EUR 0.33");
        assertThat(bill.total()).hasToString("EUR 0.99");
        assertThat(bill.lines().getFirst().exact()).isEqualTo(Ratio.parse("1/3"));
        assertThat(bill.sections()).containsExactly("A", "B", "C");
        assertThat(bill().total()).hasToString("EUR 0.00");
    }

    @Test
    void a_line_prints_its_price() {
        List<Tier> one = List.of(new Tier(Optional.empty(), decimal("1")));
        Map<PriceModel, String> printed = Map.of(
                perUnit("0.020"),
                "0.020",
                new PriceModel.Fixed(decimal("5"), PriceModel.Fixed.Each.RESOURCE),
                "5",
                new PriceModel.Percentage(decimal("7.5"), Set.of()),
                "7.5 %",
                new PriceModel.Graduated(one),
                "graduated",
                new PriceModel.Volume(one),
                "by volume",
                new PriceModel.Package(decimal("1E3"), decimal("2")),
                "2 per 1000",
                new PriceModel.Included(decimal("10"), perUnit("2")),
                "2 over 10",
                new PriceModel.Bounded(Optional.empty(), Optional.empty(), perUnit("3")),
                "3");
        printed.forEach((model, text) -> assertThat(
                        bill(rated("A", model, "1")).lines().getFirst().rate())
                .isEqualTo(text));
        InvoiceLine line = bill(rated("A", perUnit("1"), "1")).lines().getFirst();
        assertThat(line.per()).isEqualTo("vCPU hour");
        assertThat(line.key()).isEqualTo(new InvoiceLine.Key(NOVEMBER, "A", "p-A", new TreeMap<>()));
    }

    @Test
    void taxes_are_on_the_net_total_and_rounded_once_each() {
        Invoice invoice = invoice(bill(rated("A", perUnit("1"), "10"), rated("B", perUnit("1"), "0.30"))
                .lines());
        // 10.30 × 19 % = 1.957; 10.30 × 0.5 % = 0.0515
        assertThat(invoice.net()).hasToString("EUR 10.30");
        assertThat(invoice.taxes()).extracting(tax -> tax.amount().toString()).containsExactly("EUR 1.96", "EUR 0.05");
        assertThat(invoice.tax()).hasToString("EUR 2.01");
        assertThat(invoice.total()).hasToString("EUR 12.31");
        assertThat(new TaxRate("none", decimal("0")).percent()).isZero();
        assertThat(new TaxRate("all", decimal("100")).name()).isEqualTo("all");
        assertThatThrownBy(() -> new TaxRate("VAT", decimal("-1"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TaxRate("VAT", decimal("100.1"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_credit_note_takes_every_line_and_tax_back() {
        Invoice invoice = invoice(bill(rated("A", perUnit("1"), "10")).lines());
        Invoice note =
                Invoice.creditNote(invoice, "CN-2026-000001", Instant.EPOCH, LocalDate.EPOCH, "wrong address", "hash");
        assertThat(note.kind()).isEqualTo(Invoice.Kind.CREDIT_NOTE);
        assertThat(note.voids()).contains("INV-2026-000001");
        assertThat(note.lines().getFirst().amount()).hasToString("EUR -10.00");
        assertThat(note.lines().getFirst().exact()).isEqualTo(Ratio.of(-10));
        assertThat(note.lines().getFirst().quantity()).isEqualTo(Ratio.of(-1));
        assertThat(note.taxes()).extracting(tax -> tax.amount().toString()).containsExactly("EUR -1.90", "EUR -0.05");
        assertThat(note.taxes().getFirst().base()).hasToString("EUR -10.00");
        assertThat(note.total().plus(invoice.total()).isZero()).isTrue();
        assertThat(note.reason()).isEqualTo("wrong address");
        assertThat(note.previousHash()).isEqualTo("hash");
    }

    @Test
    void a_correction_is_the_difference_to_what_was_invoiced() {
        Bill before =
                bill(rated("A", perUnit("1"), "10"), rated("B", perUnit("1"), "4"), rated("D", perUnit("1"), "2"));
        Bill now = bill(rated("A", perUnit("1"), "7.5"), rated("C", perUnit("1"), "1"), rated("D", perUnit("1"), "2"));
        List<InvoiceLine> corrections = Corrections.between(before.lines(), now);
        assertThat(corrections)
                .extracting(line -> line.key().section() + " " + line.amount() + " " + line.exact())
                .containsExactly("A EUR -2.50 -5/2", "B EUR -4.00 -4", "C EUR 1.00 1");
        assertThat(corrections.getFirst().correction())
                .contains(new InvoiceLine.Correction(Money.parse("EUR 10.00"), Money.parse("EUR 7.50")));
        assertThat(corrections.getFirst().quantity()).isEqualTo(Ratio.ZERO);
        assertThat(corrections.get(1).quantity()).isEqualTo(Ratio.of(-1));
        assertThat(corrections.getFirst().item()).isEqualTo("p-A");
        assertThat(Corrections.between(before.lines(), before)).isEmpty();

        List<InvoiceLine> all = new ArrayList<>(before.lines());
        all.addAll(corrections);
        Invoice invoice = invoice(all);
        assertThat(invoice.sections()).containsExactly("A", "B", "D");
        assertThat(invoice.corrections()).isEqualTo(corrections);
        assertThat(Corrections.between(all, now)).isEmpty();
    }

    @Test
    void lines_are_ordered_by_period_section_price_and_group() {
        InvoiceLine.Key first = new InvoiceLine.Key(OCTOBER, "B", "b", new TreeMap<>(Map.of("x", "2")));
        assertThat(first)
                .isLessThan(new InvoiceLine.Key(NOVEMBER, "A", "a", new TreeMap<>()))
                .isLessThan(new InvoiceLine.Key(OCTOBER, "C", "a", new TreeMap<>()))
                .isLessThan(new InvoiceLine.Key(OCTOBER, "B", "c", new TreeMap<>()))
                .isLessThan(new InvoiceLine.Key(OCTOBER, "B", "b", new TreeMap<>(Map.of("x", "3"))))
                .isEqualByComparingTo(new InvoiceLine.Key(OCTOBER, "B", "b", new TreeMap<>(Map.of("x", "2"))));
    }

    @Test
    void a_tenants_odd_metadata_never_makes_one_line_of_two() {
        InvoiceLine.Key one = new InvoiceLine.Key(OCTOBER, "R", "p", new TreeMap<>(Map.of("a", "1, b=2", "b", "3")));
        InvoiceLine.Key other = new InvoiceLine.Key(OCTOBER, "R", "p", new TreeMap<>(Map.of("a", "1", "b", "2, b=3")));
        assertThat(one).isNotEqualByComparingTo(other);
    }

    @Test
    void documents_are_numbered_by_kind_and_year_whatever_the_locale() {
        NumberSeries usual = NumberSeries.USUAL;
        assertThat(usual.series(Invoice.Kind.INVOICE, at("2026-12-31T23:59:59Z")))
                .isEqualTo("INV-2026");
        assertThat(usual.series(Invoice.Kind.CREDIT_NOTE, at("2027-01-01T00:00:00Z")))
                .isEqualTo("CN-2027");
        assertThat(NumberSeries.number("INV-2026", 42)).isEqualTo("INV-2026-000042");
        assertThat(NumberSeries.number("INV-2026", 1_234_567)).isEqualTo("INV-2026-1234567");
        Locale home = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));
            assertThat(NumberSeries.number("INV-2026", 42)).isEqualTo("INV-2026-000042");
        } finally {
            Locale.setDefault(home);
        }
        assertThatThrownBy(() -> new NumberSeries("A", "A")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NumberSeries(" ", "A")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NumberSeries("A", "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NumberSeries("../A", "B")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_jump_beyond_the_limit_is_said_and_small_or_first_invoices_are_not_jumps() {
        Limits usual = Limits.USUAL;
        Optional<Money> last = Optional.of(Money.parse("EUR 200.00"));
        assertThat(usual.exceededBy(Money.parse("EUR 2000.00"), last)).isEmpty();
        assertThat(usual.exceededBy(Money.parse("EUR 2000.01"), last)).hasSize(1);
        assertThat(usual.exceededBy(Money.parse("EUR 2000.01"), Optional.empty()))
                .isEmpty();
        assertThat(usual.exceededBy(Money.parse("EUR 1000.00"), Optional.of(Money.parse("EUR 1.00"))))
                .isEmpty();
        assertThat(usual.exceededBy(Money.parse("EUR -0.01"), last))
                .containsExactly("the total is negative: EUR -0.01");
        assertThat(usual.exceededBy(Money.parse("EUR 0.00"), last)).isEmpty();
    }

    @Test
    void an_unknown_account_is_called_by_its_id_until_it_is_named() {
        Account unknown = Account.unknown("alpha");
        assertThat(unknown.name()).isEqualTo("alpha");
        assertThat(unknown.taxes()).isEmpty();
        assertThat(ALPHA.named("Beta").name()).isEqualTo("Beta");
        assertThat(ALPHA.named("Beta").address()).containsExactly("Street 1");
    }
}
