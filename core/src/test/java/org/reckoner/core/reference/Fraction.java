package org.reckoner.core.reference;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.reckoner.core.money.Ratio;

/// A fraction of two decimals that is never reduced: slow, large and hard to get wrong. The bottom is positive.
public record Fraction(BigDecimal top, BigDecimal bottom) {

    public static final Fraction ZERO = of(BigDecimal.ZERO);

    public static Fraction of(BigDecimal value) {
        return new Fraction(value, BigDecimal.ONE);
    }

    public Fraction plus(Fraction other) {
        if (bottom.compareTo(other.bottom) == 0) {
            return new Fraction(top.add(other.top), bottom);
        }
        return new Fraction(top.multiply(other.bottom).add(other.top.multiply(bottom)), bottom.multiply(other.bottom));
    }

    public Fraction minus(BigDecimal other) {
        return new Fraction(top.subtract(other.multiply(bottom)), bottom);
    }

    public Fraction times(BigDecimal factor) {
        return new Fraction(top.multiply(factor), bottom);
    }

    public Fraction over(BigDecimal divisor) {
        return new Fraction(top, bottom.multiply(divisor));
    }

    public boolean isOver(BigDecimal value) {
        return top.compareTo(value.multiply(bottom)) > 0;
    }

    public BigDecimal round(int places, RoundingMode mode) {
        return top.divide(bottom, places, mode);
    }

    public boolean equalTo(Ratio ratio) {
        BigDecimal mine = top.multiply(new BigDecimal(ratio.denominator()));
        BigDecimal theirs = bottom.multiply(new BigDecimal(ratio.numerator()));
        return mine.compareTo(theirs) == 0;
    }
}
