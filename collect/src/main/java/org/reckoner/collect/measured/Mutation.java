package org.reckoner.collect.measured;

import java.math.BigInteger;
import java.util.Locale;
import java.util.SortedMap;
import org.reckoner.core.money.Ratio;

/// What becomes of a quantity after its conversion. The names and meanings are those of CloudKitty's `mutate`.
public enum Mutation {
    /// It stays.
    NONE,
    /// 1 if it is not zero, else 0.
    NUMBOOL,
    /// 1 if it is zero, else 0.
    NOTNUMBOOL,
    /// The next whole number below.
    FLOOR,
    /// The next whole number above.
    CEIL,
    /// What a table says; 0 if the table does not have it.
    MAP;

    Ratio apply(Ratio quantity, SortedMap<Ratio, Ratio> table) {
        return switch (this) {
            case NONE -> quantity;
            case NUMBOOL -> Ratio.of(quantity.signum() == 0 ? 0 : 1);
            case NOTNUMBOOL -> Ratio.of(quantity.signum() == 0 ? 1 : 0);
            case FLOOR -> whole(negative(negative(quantity).ceiling()));
            case CEIL -> whole(quantity.ceiling());
            case MAP -> table.getOrDefault(quantity, Ratio.ZERO);
        };
    }

    private static Ratio negative(Ratio quantity) {
        return Ratio.ZERO.minus(quantity);
    }

    private static BigInteger negative(BigInteger number) {
        return number.negate();
    }

    private static Ratio whole(BigInteger number) {
        return new Ratio(number, BigInteger.ONE);
    }

    /// @throws IllegalArgumentException if it is no mutation's name; case does not matter
    public static Mutation parse(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
