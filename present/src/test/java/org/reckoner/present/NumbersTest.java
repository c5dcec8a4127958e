package org.reckoner.present;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.junit.jupiter.api.Test;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.money.Rounding;

class NumbersTest {

    @Test
    void thousands_are_set_apart_in_documents() {
        assertThat(Numbers.grouped("1234567.50")).isEqualTo("1\u202f234\u202f567.50");
        assertThat(Numbers.grouped("-1234")).isEqualTo("\u22121\u202f234");
        assertThat(Numbers.grouped("-999.000001")).isEqualTo("\u2212999.000001");
        assertThat(Numbers.grouped("0")).isEqualTo("0");
    }

    @Test
    void quantities_have_six_places_at_most_and_no_closing_zeros() {
        assertThat(Numbers.quantity(Ratio.parse("1/3"))).isEqualTo("0.333333");
        assertThat(Numbers.quantity(Ratio.parse("1500"))).isEqualTo("1500");
        assertThat(Numbers.quantity(Ratio.parse("2.50"))).isEqualTo("2.5");
        assertThat(Numbers.quantity(Ratio.ZERO)).isEqualTo("0");
    }

    @Test
    void a_quantity_too_small_to_show_is_not_shown_as_none() {
        assertThat(Numbers.quantity(Ratio.parse("1/10000000"))).isEqualTo("0.000000");
    }

    @Test
    void what_no_decimal_can_say_is_said_as_a_fraction_too() {
        assertThat(Numbers.decimalAndFraction(Ratio.parse("1/90"))).isEqualTo("0.011111111111… (1/90)");
        assertThat(Numbers.decimalAndFraction(Ratio.parse("3/8"))).isEqualTo("0.375");
        assertThat(Numbers.decimalAndFraction(Ratio.parse("-1/3"))).isEqualTo("-0.333333333333… (-1/3)");
    }

    @Test
    void a_rounding_rule_reads_as_words() {
        assertThat(Numbers.rule(new Rounding(2, RoundingMode.HALF_EVEN))).isEqualTo("to 2 places, half even");
        assertThat(Numbers.rule(new Rounding(1, RoundingMode.UP))).isEqualTo("to 1 place, up");
        assertThat(Numbers.plain(new BigDecimal("1E+3"))).isEqualTo("1000");
    }
}
