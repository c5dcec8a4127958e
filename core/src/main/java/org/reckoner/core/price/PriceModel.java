package org.reckoner.core.price;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.reckoner.core.money.Ratio;

/// How a quantity becomes money. Each model states its formula once, here; nothing is rounded.
///
/// Quantities are in the unit that the price is per (GiB-hours, thousands of requests) and are those of a
/// whole line: everything that one account used under one price in one section and period.
public sealed interface PriceModel {

    /// The amount for a line's quantity, which is not negative. Monotone: more never costs less, except under
    /// [Volume], whose lower tiers may be dearer.
    Ratio amount(Ratio quantity);

    /// `price × quantity`.
    record PerUnit(BigDecimal price) implements PriceModel {
        @Override
        public Ratio amount(Ratio quantity) {
            return quantity.times(price);
        }
    }

    /// `price × count`: once a period, for each resource that was billable in it or for the account as a
    /// whole. The quantity is that count.
    record Fixed(BigDecimal price, Each each) implements PriceModel {

        /// What is counted.
        public enum Each {
            ACCOUNT,
            RESOURCE
        }

        @Override
        public Ratio amount(Ratio quantity) {
            return quantity.times(price);
        }
    }

    /// Each tier's price for the part of the quantity that lies in it: `Σ price_i × (min(q, upTo_i) −
    /// upTo_{i−1})⁺`. Continuous.
    record Graduated(List<Tier> tiers) implements PriceModel {
        public Graduated {
            tiers = Tier.checked(tiers);
        }

        @Override
        public Ratio amount(Ratio quantity) {
            Ratio amount = Ratio.ZERO;
            Ratio from = Ratio.ZERO;
            for (Tier tier : tiers) {
                Ratio to = tier.upTo().map(Ratio::of).map(quantity::min).orElse(quantity);
                if (to.compareTo(from) > 0) {
                    amount = amount.plus(to.minus(from).times(tier.price()));
                    from = to;
                }
            }
            return amount;
        }
    }

    /// The whole quantity at the price of the tier that it reaches: `price_i × q` where `upTo_{i−1} < q ≤
    /// upTo_i`.
    record Volume(List<Tier> tiers) implements PriceModel {
        public Volume {
            tiers = Tier.checked(tiers);
        }

        @Override
        public Ratio amount(Ratio quantity) {
            for (Tier tier : tiers) {
                if (tier.upTo().isEmpty()
                        || quantity.compareTo(Ratio.of(tier.upTo().get())) <= 0) {
                    return quantity.times(tier.price());
                }
            }
            throw new IllegalStateException("the last tier has no end");
        }
    }

    /// Started packages: `price × ⌈q / size⌉`.
    record Package(BigDecimal size, BigDecimal price) implements PriceModel {
        /// @throws IllegalArgumentException unless the size is positive
        public Package {
            if (size.signum() <= 0) {
                throw new IllegalArgumentException("a package holds more than nothing, not " + size);
            }
        }

        @Override
        public Ratio amount(Ratio quantity) {
            BigDecimal packages =
                    new BigDecimal(quantity.dividedBy(Ratio.of(size)).ceiling());
            return Ratio.of(packages.multiply(price));
        }
    }

    /// An amount that is free in each period, then another model: `rest((q − free)⁺)`.
    record Included(BigDecimal free, PriceModel rest) implements PriceModel {
        @Override
        public Ratio amount(Ratio quantity) {
            return rest.amount(quantity.minus(Ratio.of(free)).max(Ratio.ZERO));
        }
    }

    /// Never less than the minimum nor more than the maximum, once anything was used: `min(max(inner(q),
    /// minimum), maximum)`.
    record Bounded(Optional<BigDecimal> minimum, Optional<BigDecimal> maximum, PriceModel inner) implements PriceModel {
        /// @throws IllegalArgumentException if the minimum is above the maximum
        public Bounded {
            if (minimum.isPresent() && maximum.isPresent() && minimum.get().compareTo(maximum.get()) > 0) {
                throw new IllegalArgumentException(
                        "the minimum %s is above the maximum %s".formatted(minimum.get(), maximum.get()));
            }
        }

        @Override
        public Ratio amount(Ratio quantity) {
            Ratio amount = inner.amount(quantity);
            if (minimum.isPresent()) {
                amount = amount.max(Ratio.of(minimum.get()));
            }
            if (maximum.isPresent()) {
                amount = amount.min(Ratio.of(maximum.get()));
            }
            return amount;
        }
    }

    /// A part of other charges: `percent / 100 × Σ exact amounts of the named prices`. The quantity is that
    /// sum.
    ///
    /// @param of ids of the prices it is a percentage of; empty means all that are not percentages themselves
    record Percentage(BigDecimal percent, Set<String> of) implements PriceModel {
        public Percentage {
            of = Collections.unmodifiableSortedSet(new TreeSet<>(of));
        }

        @Override
        public Ratio amount(Ratio quantity) {
            return quantity.times(percent.movePointLeft(2));
        }
    }

    /// A step of a tiered price.
    ///
    /// @param upTo the last quantity in the tier; none in the last tier
    record Tier(Optional<BigDecimal> upTo, BigDecimal price) {

        private static List<Tier> checked(List<Tier> tiers) {
            if (tiers.isEmpty()) {
                throw new IllegalArgumentException("a tiered price has at least one tier");
            }
            BigDecimal before = BigDecimal.ZERO;
            for (Tier tier : tiers.subList(0, tiers.size() - 1)) {
                BigDecimal end = tier.upTo()
                        .orElseThrow(() -> new IllegalArgumentException("only the last tier is without 'up-to'"));
                if (end.compareTo(before) <= 0) {
                    throw new IllegalArgumentException("tiers ascend: " + end + " comes after " + before);
                }
                before = end;
            }
            if (tiers.getLast().upTo().isPresent()) {
                throw new IllegalArgumentException("the last tier has no 'up-to', so that every quantity has a price");
            }
            return List.copyOf(tiers);
        }
    }
}
