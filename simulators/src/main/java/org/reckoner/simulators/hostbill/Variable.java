package org.reckoner.simulators.hostbill;

import java.math.BigDecimal;
import java.util.List;

/// A metered variable of a product.
///
/// @param name by which usage is posted
/// @param label for people
/// @param scheme `tiered`, `overage`, `volume` or `stairstep`
/// @param accumulates whether its usage in a period is the sum of what was posted, and not the last of it
public record Variable(
        String name, String label, String unit, String scheme, boolean accumulates, List<Bracket> brackets) {

    /// @param to up to so many; zero for all
    public record Bracket(BigDecimal from, BigDecimal to, BigDecimal price) {}

    public Variable {
        brackets = List.copyOf(brackets);
    }

    /// A variable whose unit costs 1, as a cloud's charges are posted.
    public static Variable ofMoney(String name, boolean accumulates) {
        return new Variable(
                name,
                name,
                "EUR",
                "tiered",
                accumulates,
                List.of(new Bracket(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ONE)));
    }

    /// The tiered scheme: each posted quantity has the price of the bracket that it lies in by itself.
    BigDecimal charge(BigDecimal quantity) {
        BigDecimal price = brackets.stream()
                .filter(bracket -> quantity.compareTo(bracket.from()) >= 0)
                .filter(bracket -> bracket.to().signum() == 0 || quantity.compareTo(bracket.to()) < 0)
                .map(Bracket::price)
                .findFirst()
                .orElse(BigDecimal.ZERO);
        return quantity.multiply(price);
    }
}
