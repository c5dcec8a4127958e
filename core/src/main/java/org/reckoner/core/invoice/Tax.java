package org.reckoner.core.invoice;

import java.util.List;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.money.Rounding;

/// A tax on one invoice: `percent / 100 × net`, rounded once.
public record Tax(TaxRate rate, Money base, Money amount) {

    public static List<Tax> on(Money net, List<TaxRate> rates, Rounding rounding) {
        return rates.stream()
                .map(rate -> new Tax(
                        rate,
                        net,
                        rounding.round(
                                Ratio.of(net.amount()).times(rate.percent().movePointLeft(2)), net.currency())))
                .toList();
    }
}
