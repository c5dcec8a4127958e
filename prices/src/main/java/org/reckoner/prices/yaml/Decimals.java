package org.reckoner.prices.yaml;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/// Decimal numbers exactly as written.
public final class Decimals {

    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,2})?");
    private static final int MOST_DIGITS = 40;

    private Decimals() {}

    /// Reads `0.10` or `1e-3`, exactly; never by way of binary floating point.
    ///
    /// @throws NumberFormatException if the text is no decimal number, or longer than any price
    public static BigDecimal parse(String text) {
        if (text.length() > MOST_DIGITS || !DECIMAL.matcher(text).matches()) {
            throw new NumberFormatException("not a decimal number: '" + text + "'");
        }
        return new BigDecimal(text);
    }
}
