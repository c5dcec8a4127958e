package org.reckoner.deliver.concertim;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.money.Ratio;

/// Divides an amount that was rounded among exact parts, so that the parts, rounded, add up to it.
///
/// Each part is rounded down. What is left goes, a smallest unit each, to those that lost most; what is too much,
/// as lines were rounded down that the parts were not, is taken from the largest. Parts of nothing stay nothing.
/// Among equals the first by name comes first.
final class Shares {

    private Shares() {}

    /// @param total in steps of its scale
    /// @param exact whose sum is the total but for its rounding
    static SortedMap<String, BigDecimal> of(BigDecimal total, SortedMap<String, Ratio> exact) {
        TreeMap<String, BigDecimal> shares = new TreeMap<>();
        exact.forEach((name, part) -> shares.put(name, part.round(total.scale(), RoundingMode.FLOOR)));
        BigDecimal left = total.subtract(shares.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add));
        if (left.signum() > 0) {
            give(left, exact, shares);
        } else if (left.signum() < 0) {
            take(left.negate(), exact, shares);
        }
        return shares;
    }

    private static void give(BigDecimal left, SortedMap<String, Ratio> exact, TreeMap<String, BigDecimal> shares) {
        List<String> order = order(exact, Comparator.comparing(name -> lost(exact, shares, name)));
        if (order.isEmpty()) {
            return;
        }
        BigInteger[] rounds = left.unscaledValue().divideAndRemainder(BigInteger.valueOf(order.size()));
        for (int i = 0; i < order.size(); i++) {
            BigInteger own = i < rounds[1].intValueExact() ? rounds[0].add(BigInteger.ONE) : rounds[0];
            shares.merge(order.get(i), new BigDecimal(own, left.scale()), BigDecimal::add);
        }
    }

    /// None of more than it has, unless the total itself is less than nothing.
    private static void take(BigDecimal tooMuch, SortedMap<String, Ratio> exact, TreeMap<String, BigDecimal> shares) {
        List<String> order = order(exact, Comparator.comparing(name -> exact.getOrDefault(name, Ratio.ZERO)));
        BigDecimal left = tooMuch;
        for (String name : order) {
            BigDecimal some =
                    left.min(shares.getOrDefault(name, BigDecimal.ZERO)).max(BigDecimal.ZERO);
            shares.merge(name, some.negate(), BigDecimal::add);
            left = left.subtract(some);
        }
        if (!order.isEmpty()) {
            shares.merge(order.getFirst(), left.negate(), BigDecimal::add);
        }
    }

    /// The greatest first.
    private static List<String> order(SortedMap<String, Ratio> exact, Comparator<String> by) {
        return exact.keySet().stream()
                .filter(name -> exact.getOrDefault(name, Ratio.ZERO).signum() != 0)
                .sorted(by.reversed().thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private static Ratio lost(SortedMap<String, Ratio> exact, TreeMap<String, BigDecimal> shares, String name) {
        Ratio part = exact.getOrDefault(name, Ratio.ZERO);
        return part.minus(Ratio.of(shares.getOrDefault(name, BigDecimal.ZERO)));
    }
}
