package org.reckoner.core.invoice;

import java.math.BigDecimal;

/// A tax that an account pays on its net total.
///
/// @param name as printed: `VAT`
/// @param percent 19 for 19 %
public record TaxRate(String name, BigDecimal percent) {

    /// @throws IllegalArgumentException unless the percentage is between 0 and 100
    public TaxRate {
        if (percent.signum() < 0 || percent.compareTo(BigDecimal.valueOf(100)) > 0) {
            throw new IllegalArgumentException("a tax is 0 to 100 percent, not " + percent);
        }
    }
}
