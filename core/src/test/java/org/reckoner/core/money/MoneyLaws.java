package org.reckoner.core.money;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Currency;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// Fractions against plain decimals and integers.
class MoneyLaws {

    @Property(tries = 300)
    void sums_differences_and_products_are_those_of_decimals(@ForAll BigDecimal a, @ForAll BigDecimal b) {
        assertThat(Ratio.of(a).plus(Ratio.of(b))).isEqualTo(Ratio.of(a.add(b)));
        assertThat(Ratio.of(a).minus(Ratio.of(b))).isEqualTo(Ratio.of(a.subtract(b)));
        assertThat(Ratio.of(a).times(Ratio.of(b))).isEqualTo(Ratio.of(a.multiply(b)));
        assertThat(Ratio.of(a).times(b)).isEqualTo(Ratio.of(a.multiply(b)));
        assertThat(Ratio.of(a).compareTo(Ratio.of(b))).isEqualTo(a.compareTo(b));
        assertThat(Ratio.of(a).min(Ratio.of(b))).isEqualTo(Ratio.of(a.min(b)));
        assertThat(Ratio.of(a).max(Ratio.of(b))).isEqualTo(Ratio.of(a.max(b)));
        assertThat(Ratio.of(a).signum()).isEqualTo(a.signum());
    }

    @Property(tries = 300)
    void fractions_are_in_lowest_terms_with_a_positive_bottom(@ForAll BigInteger top, @ForAll BigInteger bottom) {
        mustBeInLowestTerms(top, bottom);
    }

    @Property(tries = 300)
    void so_are_those_of_any_longs(@ForAll long top, @ForAll long bottom) {
        mustBeInLowestTerms(BigInteger.valueOf(top), BigInteger.valueOf(bottom));
    }

    private static void mustBeInLowestTerms(BigInteger top, BigInteger bottom) {
        Assume.that(bottom.signum() != 0);
        Ratio ratio = new Ratio(top, bottom);
        assertThat(ratio.denominator().signum()).isEqualTo(1);
        assertThat(ratio.numerator().gcd(ratio.denominator())).isEqualTo(BigInteger.ONE);
        assertThat(ratio.numerator().multiply(bottom)).isEqualTo(top.multiply(ratio.denominator()));
    }

    @Property(tries = 300)
    void fractions_of_different_parts_add_crosswise(
            @ForAll int a, @ForAll @IntRange(min = 1) int b, @ForAll int c, @ForAll @IntRange(min = 1) int d) {
        Ratio sum = new Ratio(BigInteger.valueOf(a), BigInteger.valueOf(b))
                .plus(new Ratio(BigInteger.valueOf(c), BigInteger.valueOf(d)));
        BigInteger top = BigInteger.valueOf((long) a * d).add(BigInteger.valueOf((long) c * b));
        assertThat(sum.numerator().multiply(BigInteger.valueOf((long) b * d)))
                .isEqualTo(top.multiply(sum.denominator()));
    }

    @Property(tries = 300)
    void dividing_undoes_multiplying(@ForAll BigDecimal a, @ForAll BigDecimal b) {
        Assume.that(b.signum() != 0);
        assertThat(Ratio.of(a).dividedBy(Ratio.of(b)).times(b)).isEqualTo(Ratio.of(a));
    }

    @Property(tries = 300)
    void rounding_and_ceiling_are_those_of_decimals(
            @ForAll int top,
            @ForAll @IntRange(min = 1) int bottom,
            @ForAll @IntRange(min = 0, max = 12) int places,
            @ForAll RoundingMode mode) {
        Assume.that(mode != RoundingMode.UNNECESSARY);
        Ratio ratio = new Ratio(BigInteger.valueOf(top), BigInteger.valueOf(bottom));
        assertThat(ratio.round(places, mode))
                .isEqualTo(BigDecimal.valueOf(top).divide(BigDecimal.valueOf(bottom), places, mode));
        assertThat(ratio.ceiling())
                .isEqualTo(BigDecimal.valueOf(top)
                        .divide(BigDecimal.valueOf(bottom), new MathContext(60))
                        .setScale(0, RoundingMode.CEILING)
                        .toBigIntegerExact());
    }

    @Property(tries = 300)
    void what_is_written_reads_back(@ForAll BigInteger top, @ForAll BigInteger bottom, @ForAll BigDecimal amount) {
        Money money = new Money(Currency.getInstance("EUR"), amount);
        assertThat(Money.parse(money.toString())).isEqualTo(money);
        assertThat(Ratio.parse(amount.toPlainString())).isEqualTo(Ratio.of(amount));
        Assume.that(bottom.signum() != 0);
        Ratio ratio = new Ratio(top, bottom);
        assertThat(Ratio.parse(ratio.toString())).isEqualTo(ratio);
    }

    @Property(tries = 300)
    void money_adds_and_orders_as_its_amounts(@ForAll BigDecimal a, @ForAll BigDecimal b) {
        Currency euro = Currency.getInstance("EUR");
        Money sum = new Money(euro, a).plus(new Money(euro, b));
        assertThat(sum.amount()).isEqualByComparingTo(a.add(b));
        assertThat(sum.minus(new Money(euro, b)).amount()).isEqualByComparingTo(a);
        assertThat(new Money(euro, a).compareTo(new Money(euro, b))).isEqualTo(a.compareTo(b));
    }
}
