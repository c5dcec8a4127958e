package org.reckoner.core.invoice;

import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.money.Rounding;

/// A tax on one invoice: `percent / 100 × base`, rounded once.
///
/// @param base the net sum of the lines that bear it
public record Tax(TaxRate rate, Money base, Money amount) {

    static Tax of(TaxRate rate, Money base, Rounding rounding) {
        Ratio exact = Ratio.of(base.amount()).times(rate.percent().movePointLeft(2));
        return new Tax(rate, base, rounding.round(exact, base.currency()));
    }
}
