package org.reckoner.core.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.List;
import org.junit.jupiter.api.Test;

class MoneyTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final Currency JPY = Currency.getInstance("JPY");

    @Test
    void sums_are_exact_and_keep_the_larger_number_of_places() {
        assertThat(Money.parse("EUR 0.10").plus(Money.parse("EUR 0.205"))).isEqualTo(Money.parse("EUR 0.305"));
        assertThat(Money.parse("EUR 0.10").minus(Money.parse("EUR 0.3"))).isEqualTo(Money.parse("EUR -0.20"));
        assertThat(Money.parse("EUR -0.20").negated()).hasToString("EUR 0.20");
    }

    @Test
    void zero_has_the_places_of_its_currency() {
        assertThat(Money.zero(EUR)).hasToString("EUR 0.00");
        assertThat(Money.zero(JPY)).hasToString("JPY 0");
        assertThat(Money.zero(Currency.getInstance("XXX"))).hasToString("XXX 0");
        assertThat(Money.zero(EUR).isZero()).isTrue();
        assertThat(Money.zero(EUR).isNegative()).isFalse();
        assertThat(Money.parse("EUR -0.01").isNegative()).isTrue();
        assertThat(Money.parse("EUR -0.01").isZero()).isFalse();
    }

    @Test
    void currencies_never_mix() {
        Money euro = Money.parse("EUR 1");
        Money yen = Money.parse("JPY 1");
        assertThatThrownBy(() -> euro.plus(yen)).hasMessageContaining("EUR 1").hasMessageContaining("JPY 1");
        assertThatThrownBy(() -> euro.minus(yen)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> euro.compareTo(yen)).isInstanceOf(IllegalArgumentException.class);
        assertThat(euro).isGreaterThan(Money.parse("EUR 0.99")).isEqualByComparingTo(Money.parse("EUR 1.00"));
    }

    @Test
    void an_amount_in_scientific_notation_reads_back_as_it_was() {
        Money thousand = new Money(EUR, new BigDecimal("1E3"));
        assertThat(thousand).hasToString("EUR 1000");
        assertThat(Money.parse(thousand.toString())).isEqualTo(thousand);
    }

    @Test
    void what_is_not_an_amount_is_refused() {
        for (String text : List.of("", "12.50", "EUR", "EUR twelve", "ZZZ 1")) {
            assertThatThrownBy(() -> Money.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void rounding_goes_half_to_even_to_the_places_of_the_currency() {
        assertThat(Rounding.of(EUR).round(Ratio.parse("0.005"), EUR)).hasToString("EUR 0.00");
        assertThat(Rounding.of(EUR).round(Ratio.parse("0.015"), EUR)).hasToString("EUR 0.02");
        assertThat(Rounding.of(EUR).round(Ratio.parse("2/3"), EUR)).hasToString("EUR 0.67");
        assertThat(Rounding.of(EUR).round(Ratio.parse("-0.015"), EUR)).hasToString("EUR -0.02");
        assertThat(Rounding.of(JPY).round(Ratio.parse("5/2"), JPY)).hasToString("JPY 2");
        assertThat(Rounding.of(Currency.getInstance("XXX")).places()).isZero();
    }

    @Test
    void an_amount_is_rounded_to_0_to_12_places() {
        assertThat(new Rounding(0, RoundingMode.UP).places()).isZero();
        assertThat(new Rounding(12, RoundingMode.UP).places()).isEqualTo(12);
        assertThatThrownBy(() -> new Rounding(-1, RoundingMode.UP)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rounding(13, RoundingMode.UP)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void equal_fractions_are_equal_objects() {
        assertThat(new Ratio(BigInteger.valueOf(-6), BigInteger.valueOf(-4))).isEqualTo(Ratio.parse("3/2"));
        assertThat(new Ratio(BigInteger.valueOf(6), BigInteger.valueOf(-4))).hasToString("-3/2");
        assertThat(new Ratio(BigInteger.ZERO, BigInteger.valueOf(-7))).isEqualTo(Ratio.ZERO);
        assertThat(Ratio.of(new BigDecimal("1.50"))).isEqualTo(Ratio.parse("1.5"));
        assertThat(Ratio.of(new BigDecimal("2E3"))).isEqualTo(Ratio.of(2000));
    }

    @Test
    void nothing_is_divided_by_zero() {
        assertThatThrownBy(() -> Ratio.parse("3/0")).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Ratio.of(3).dividedBy(Ratio.ZERO)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Ratio.parse("one")).isInstanceOf(NumberFormatException.class);
        assertThatThrownBy(() -> Ratio.parse("1/x")).isInstanceOf(NumberFormatException.class);
    }

    @Test
    void the_ceiling_is_the_least_whole_number_that_is_not_smaller() {
        assertThat(Ratio.parse("7/3").ceiling()).isEqualTo(3);
        assertThat(Ratio.parse("2").ceiling()).isEqualTo(2);
        assertThat(Ratio.parse("1/9").ceiling()).isEqualTo(1);
        assertThat(Ratio.parse("-7/3").ceiling()).isEqualTo(-2);
        assertThat(Ratio.ZERO.ceiling()).isZero();
    }
}
