package org.reckoner.prices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class PriceBookTextTest {

    private static final String BOOK = """
            # Reviewed by Olga.
            price-book: standard
            currency: EUR
            prices:
              - id: vcpu   # the usual one
                item: 'vCPU'
                meter: vcpus
                per: vCPU hour
                price: 0.02
              - {id: base, item: Base fee, fixed: {price: 10, each: account}}
            """;

    @Test
    void one_value_is_changed_and_all_else_stays() {
        String changed = PriceBookText.of(BOOK)
                .withPrice("vcpu", new BigDecimal("0.025"))
                .withPrice("base", new BigDecimal("12.50"))
                .withItem("vcpu", "vCPU, shared")
                .toString();

        assertThat(changed)
                .isEqualTo(BOOK.replace("price: 0.02", "price: 0.025")
                        .replace("price: 10", "price: 12.50")
                        .replace("'vCPU'", "\"vCPU, shared\""));
    }

    @Test
    void what_billing_systems_call_a_price_is_kept_beside_it() {
        PriceBookText changed = PriceBookText.of(BOOK)
                .withSoldAs("vcpu", "shop", "17")
                .withSoldAs("base", "shop", "18")
                .withSoldAs("vcpu", "erp", "a b")
                .withSoldAs("vcpu", "shop", "19");

        assertThat(changed.soldAs("vcpu", "shop")).contains("19");
        assertThat(changed.soldAs("vcpu", "erp")).contains("a b");
        assertThat(changed.soldAs("base", "shop")).contains("18");
        assertThat(changed.soldAs("base", "erp")).isEmpty();
        assertThat(changed.toString())
                .contains("    sold-as: {erp: \"a b\", shop: \"19\"}\n    item: 'vCPU'")
                .contains("- {sold-as: {shop: \"18\"}, id: base,");
        assertThat(PriceBookFile.read("x", changed.toString())).isInstanceOf(PriceBookFile.Read.class);
    }

    @Test
    void prices_are_added_at_the_end_and_a_beginning_at_the_top() {
        String changed = PriceBookText.of(BOOK)
                .withPrices(List.of("- id: ram", "  item: RAM", "  meter: memory", "  per: GiB hour", "  price: 0.01"))
                .withValidFrom(LocalDate.parse("2027-01-01"))
                .withValidFrom(LocalDate.parse("2027-02-01"))
                .toString();

        assertThat(changed)
                .contains("price-book: standard\nvalid-from: 2027-02-01\ncurrency")
                .endsWith("\n  - id: ram\n    item: RAM\n    meter: memory\n    per: GiB hour\n    price: 0.01\n");
        assertThat(PriceBookFile.read("x", changed)).isInstanceOf(PriceBookFile.Read.class);
    }

    @Test
    void what_stands_in_several_lines_or_in_braces_is_left_to_a_person() {
        PriceBookText folded = PriceBookText.of(BOOK.replace("'vCPU'", ">\n      v\n      CPU"));
        PriceBookText braces = PriceBookText.of("{price-book: a, currency: EUR, prices: [{id: a, item: A}]}");

        assertThatThrownBy(() -> folded.withItem("vcpu", "x"))
                .isInstanceOf(PriceBookText.Uneditable.class)
                .hasMessageContaining("line 6")
                .hasMessageContaining("'item'");
        assertThatThrownBy(() -> braces.withPrices(List.of("- id: b"))).isInstanceOf(PriceBookText.Uneditable.class);
    }
}
