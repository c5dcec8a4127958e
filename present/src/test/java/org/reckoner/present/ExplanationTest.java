package org.reckoner.present;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.price.PriceModel;

class ExplanationTest {

    private static final Instant RECORDED = Instant.parse("2026-11-03T10:15:09Z");

    private static Optional<ObservationSummary> forgotten(ObservationId id) {
        return Optional.empty();
    }

    private static Optional<ObservationSummary> summary(ObservationId id) {
        return Optional.of(new ObservationSummary(
                id, "compute.instance.create.end", RECORDED.minusSeconds(2), RECORDED, Optional.empty()));
    }

    @Test
    void every_line_of_a_bill_computes_to_its_amount_again() {
        assertThat(Samples.bill().lines())
                .allMatch(line -> Explanation.of(line, Samples.book(), ExplanationTest::forgotten)
                        .holds());
    }

    @Test
    void a_line_leads_down_to_its_observations_and_back_to_its_amount() {
        assertThat(Explanation.of(line("memory", "oslo-2"), Samples.book(), ExplanationTest::summary)
                        .toText())
                .isEqualTo("""
                        oslo-2, Memory: EUR 4.75
                          service period 2026-11-01 to 2026-11-30, price 'memory' of price book 'standard' version 3, meter memory

                          standby  oslo-2/server/3facf248-bb17-3136-8f63-664ed53bcdf8
                            2026-11-20T00:00:00Z..2026-12-01T00:00:00Z  active  4096 MiB × 1 × 950400 s = 1056 GiB hour
                              nova:32222d3a-89d5-3515-9864-ba4e57592672  compute.instance.create.end, happened 2026-11-03T10:15:07Z, recorded 2026-11-03T10:15:09Z
                              nova:c876429a-8f8a-3d74-bbc9-e532323d5f0d  compute.instance.create.end, happened 2026-11-03T10:15:07Z, recorded 2026-11-03T10:15:09Z
                            = 1056 GiB hour, adds 4.752

                          quantity  1056 GiB hour
                          price     0.0045 per GiB hour
                          formula   price × quantity
                                    0.0045 × 1056 = 4.752
                          rounded   to 2 places, half even: EUR 4.75
                          Computed again: EUR 4.75, as on the line.
                        """);
    }

    @Test
    void what_is_not_kept_of_an_observation_is_said() {
        assertThat(Explanation.of(line("vcpu", "oslo-2"), Samples.book(), ExplanationTest::forgotten)
                        .toText())
                .contains("  not kept any more\n");
    }

    @Test
    void a_frozen_line_is_explained_from_its_quantity() {
        InvoiceLine frozen = Samples.frozen(Samples.invoice()).lines().get(2);
        Explanation explanation = Explanation.of(frozen, Samples.book(), ExplanationTest::forgotten);
        assertThat(explanation.holds()).isTrue();
        assertThat(explanation.toText()).contains("uses are not kept").contains("as on the line");
    }

    @Test
    void a_line_of_a_credit_note_computes_to_the_negative_amount() {
        assertThat(Samples.creditNote().lines())
                .filteredOn(line -> line.key().period().equals(Samples.NOVEMBER))
                .isNotEmpty()
                .allMatch(line -> Explanation.of(line, Samples.book(), ExplanationTest::forgotten)
                        .holds());
    }

    @Test
    void a_correction_shows_both_results() {
        Explanation explanation =
                Explanation.of(Samples.corrections().getLast(), Samples.book(), ExplanationTest::forgotten);
        assertThat(explanation.toText()).contains("invoiced ", "known now ", "difference ");
        assertThat(explanation.toTree()).containsKeys("invoiced", "now").doesNotContainKey("computed");
    }

    @Test
    void an_amount_that_does_not_follow_from_the_price_is_called_out() {
        Explanation explanation =
                Explanation.of(line("vcpu", "oslo-2"), Samples.book("EUR", BigDecimal.TWO), ExplanationTest::forgotten);
        assertThat(explanation.holds()).isFalse();
        assertThat(explanation.toText()).contains("Computed again: EUR 20.59, BUT THE LINE SAYS EUR 10.30.");
    }

    @Test
    void a_price_that_is_not_in_the_book_is_said() {
        InvoiceLine line = line("vcpu", "oslo-2");
        InvoiceLine.Key key = new InvoiceLine.Key(
                line.key().period(), "oslo-2", "gone", line.key().group());
        InvoiceLine other = new InvoiceLine(
                key,
                line.item(),
                line.meter(),
                line.per(),
                line.rate(),
                line.quantity(),
                line.exact(),
                line.amount(),
                line.correction(),
                line.charges());
        assertThat(Explanation.of(other, Samples.book(), ExplanationTest::forgotten)
                        .toText())
                .contains("not in this price book, so the amount cannot be computed again");
    }

    @Test
    void the_tree_has_exact_amounts_as_decimals_and_fractions() {
        Explanation explanation = Explanation.of(line("root-disk", "oslo-2"), Samples.book(), ExplanationTest::summary);
        assertThat(explanation.toTree()).containsEntry("holds", true).containsEntry("region", "oslo-2");
        assertThat(explanation.toTree().get("computed"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("quantity", Map.of("decimal", "7.333333333333…", "fraction", "22/3"))
                .containsEntry("numbers", "0.05 × 22/3");
        assertThat(explanation.toJson())
                .contains("\"message_id\"")
                .contains("\"recorded_at\": \"2026-11-03T10:15:09Z\"");
    }

    @Test
    void each_model_shows_its_formula_with_the_numbers_in_it() {
        var tiers = List.of(
                new PriceModel.Tier(Optional.of(new BigDecimal("100")), new BigDecimal("0.10")),
                new PriceModel.Tier(Optional.empty(), new BigDecimal("0.08")));
        var unit = new PriceModel.PerUnit(new BigDecimal("0.02"));
        assertThat(numbers(unit, "12.5")).isEqualTo("0.02 × 12.5");
        assertThat(numbers(unit, "1/3")).isEqualTo("0.02 × 1/3");
        assertThat(numbers(new PriceModel.Graduated(tiers), "123.5")).isEqualTo("0.10 × 100 + 0.08 × 23.5");
        assertThat(numbers(new PriceModel.Graduated(tiers), "0")).isEqualTo("0");
        assertThat(numbers(new PriceModel.Volume(tiers), "123.5")).isEqualTo("0.08 × 123.5");
        assertThat(numbers(new PriceModel.Package(BigDecimal.TEN, BigDecimal.TWO), "11"))
                .isEqualTo("2 × ⌈11 ÷ 10⌉");
        assertThat(numbers(new PriceModel.Included(BigDecimal.TEN, unit), "12")).isEqualTo("0.02 × max(12 − 10, 0)");
        assertThat(numbers(
                        new PriceModel.Bounded(Optional.of(BigDecimal.ONE), Optional.of(BigDecimal.TEN), unit), "12"))
                .isEqualTo("min(max(0.02 × 12, 1), 10)");
        assertThat(numbers(new PriceModel.Percentage(new BigDecimal("2.5"), Set.of()), "40"))
                .isEqualTo("2.5 ÷ 100 × 40");
    }

    private static String numbers(PriceModel model, String quantity) {
        return Formula.of(model, Ratio.parse(quantity)).numbers();
    }

    private static InvoiceLine line(String price, String region) {
        return Samples.bill().lines().stream()
                .filter(line -> line.key().priceId().equals(price)
                        && line.key().section().equals(region))
                .findFirst()
                .orElseThrow();
    }
}
