package org.reckoner.core.money;

import java.math.RoundingMode;
import java.util.Currency;

/// How an exact amount becomes one that can be paid. Applied once, at the line, and once for each tax.
///
/// @param places decimal places kept, 0 to 12
public record Rounding(int places, RoundingMode mode) {

    /// @throws IllegalArgumentException if places is outside 0 to 12
    public Rounding {
        if (places < 0 || places > 12) {
            throw new IllegalArgumentException("an amount is rounded to 0 to 12 places, not " + places);
        }
    }

    /// The places that ISO 4217 gives the currency, half to even.
    public static Rounding of(Currency currency) {
        return new Rounding(Math.max(0, currency.getDefaultFractionDigits()), RoundingMode.HALF_EVEN);
    }

    public Money round(Ratio exact, Currency currency) {
        return new Money(currency, exact.round(places, mode));
    }
}
