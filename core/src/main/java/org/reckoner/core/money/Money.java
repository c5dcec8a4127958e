package org.reckoner.core.money;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Optional;

/// A rounded amount in one currency. Immutable; sums are exact and keep the larger number of places.
public record Money(Currency currency, BigDecimal amount) implements Comparable<Money> {

    public Money {
        if (amount.scale() < 0) {
            amount = amount.setScale(0);
        }
    }

    public static Money zero(Currency currency) {
        return new Money(currency, BigDecimal.ZERO.setScale(Math.max(0, currency.getDefaultFractionDigits())));
    }

    /// With the places of the currency, or as many more as the amount needs.
    public static Money of(Currency currency, BigDecimal amount) {
        int places = Math.max(
                currency.getDefaultFractionDigits(), amount.stripTrailingZeros().scale());
        return new Money(currency, amount.setScale(Math.max(0, places)));
    }

    /// The currency of a code that somebody else wrote; nothing if ISO 4217 has none of that code.
    public static Optional<Currency> currency(String code) {
        return Currency.availableCurrencies()
                .filter(known -> known.getCurrencyCode().equals(code))
                .findFirst();
    }

    /// Reads `EUR 12.50`; `parse(m.toString())` equals `m`.
    ///
    /// @throws IllegalArgumentException if the text is not a currency code, a blank and a decimal
    public static Money parse(String text) {
        int blank = text.indexOf(' ');
        if (blank < 0) {
            throw new IllegalArgumentException("not an amount such as 'EUR 12.50': '" + text + "'");
        }
        return new Money(Currency.getInstance(text.substring(0, blank)), new BigDecimal(text.substring(blank + 1)));
    }

    /// @throws IllegalArgumentException if the currencies differ
    public Money plus(Money other) {
        return new Money(same(other), amount.add(other.amount));
    }

    /// @throws IllegalArgumentException if the currencies differ
    public Money minus(Money other) {
        return new Money(same(other), amount.subtract(other.amount));
    }

    public Money negated() {
        return new Money(currency, amount.negate());
    }

    public boolean isZero() {
        return amount.signum() == 0;
    }

    public boolean isNegative() {
        return amount.signum() < 0;
    }

    /// @throws IllegalArgumentException if the currencies differ
    @Override
    public int compareTo(Money other) {
        same(other);
        return amount.compareTo(other.amount);
    }

    private Currency same(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("different currencies: " + this + " and " + other);
        }
        return currency;
    }

    @Override
    public String toString() {
        return currency.getCurrencyCode() + " " + amount.toPlainString();
    }
}
