package org.reckoner.core.invoice;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.rate.Charge;
import org.reckoner.core.time.BillingPeriod;

/// One line of a bill or an invoice: the place, and the only one, where an amount is rounded.
///
/// @param key what makes it the same line in another computation of the same period
/// @param item what the price book calls it
/// @param meter what was measured; none for fees and percentages
/// @param per what the quantity is counted in: `GiB month`
/// @param rate the price as printed: `0.02`, or the kind of model
/// @param quantity exact
/// @param exact the amount before rounding
/// @param amount rounded by the price book's rule
/// @param correction why the line is here, if it corrects an earlier period: quantity and amounts are then
///     differences
/// @param charges by resource
public record InvoiceLine(
        Key key,
        String item,
        Optional<String> meter,
        String per,
        String rate,
        Ratio quantity,
        Ratio exact,
        Money amount,
        Optional<Correction> correction,
        List<Charge> charges) {

    public InvoiceLine {
        charges = List.copyOf(charges);
    }

    /// @param period when the use took place; for a correction an earlier period than the invoice's
    /// @param section the region; empty for what belongs to the account as a whole
    /// @param priceId the price's id in its price book
    /// @param group the values of the dimensions that the price groups by
    public record Key(BillingPeriod period, String section, String priceId, SortedMap<String, String> group)
            implements Comparable<Key> {

        public Key {
            group = Collections.unmodifiableSortedMap(new TreeMap<>(group));
        }

        @Override
        public int compareTo(Key other) {
            return Comparator.comparing((Key key) -> key.period.window())
                    .thenComparing(Key::section)
                    .thenComparing(Key::priceId)
                    .thenComparing(key -> List.copyOf(key.group.keySet()), Key::compare)
                    .thenComparing(key -> List.copyOf(key.group.values()), Key::compare)
                    .compare(this, other);
        }

        /// Word by word: tenants choose some of them, so that joined ones could read alike.
        private static int compare(List<String> words, List<String> others) {
            for (int i = 0; i < Math.min(words.size(), others.size()); i++) {
                int order = words.get(i).compareTo(others.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(words.size(), others.size());
        }
    }

    /// @param invoiced what the earlier invoices of the period say in total
    /// @param now what is known now
    public record Correction(Money invoiced, Money now) {}
}
