package org.reckoner.core.price;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.meter.Meters;
import org.reckoner.core.meter.StateRules;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.time.Window;

/// A named, versioned set of prices in one currency, with everything else that decides a bill: meters and
/// state rules. A version is immutable.
///
/// @param version counts from 1; 0 while it is not loaded into a ledger
/// @param validFrom the first period that it prices begins no earlier
/// @param free meters that are measured and deliberately cost nothing
public record PriceBook(
        String name,
        int version,
        Window validFrom,
        Currency currency,
        Rounding rounding,
        Meters meters,
        StateRules states,
        List<Price> prices,
        SortedSet<String> free) {

    /// @throws IllegalArgumentException if two prices have one id
    public PriceBook {
        prices = List.copyOf(prices);
        free = Collections.unmodifiableSortedSet(new TreeSet<>(free));
        TreeSet<String> ids = new TreeSet<>();
        for (Price price : prices) {
            if (!ids.add(price.id())) {
                throw new IllegalArgumentException("two prices have the id '" + price.id() + "'");
            }
        }
    }

    public PriceBook withVersion(int number) {
        return new PriceBook(name, number, validFrom, currency, rounding, meters, states, prices, free);
    }

    public Optional<Price> find(String priceId) {
        return prices.stream().filter(price -> price.id().equals(priceId)).findFirst();
    }

    /// The prices of one meter that hold for some usage, by surcharge name (the price of the thing itself
    /// under the empty name), each with the part of the window in which it holds. Parts of one name never
    /// overlap.
    public SortedMap<String, List<PricedWindow>> pricesFor(
            String meter, Map<String, String> dimensions, Window window) {
        return winners(
                pricesOf(meter).stream()
                        .filter(price -> price.applies(dimensions))
                        .toList(),
                window);
    }

    /// All prices of one meter, in the order of the book.
    public List<Price> pricesOf(String meter) {
        return prices.stream()
                .filter(price -> price.meter().filter(meter::equals).isPresent())
                .toList();
    }

    /// As [#pricesFor], for prices of one meter that are known to apply, in the order of the book.
    public static SortedMap<String, List<PricedWindow>> winners(List<Price> applying, Window window) {
        TreeMap<String, List<Price>> candidates = new TreeMap<>();
        for (Price price : applying) {
            if (price.validity().overlaps(window)) {
                candidates
                        .computeIfAbsent(price.surcharge(), name -> new ArrayList<>())
                        .add(price);
            }
        }
        TreeMap<String, List<PricedWindow>> winners = new TreeMap<>();
        candidates.forEach((surcharge, among) -> winners.put(surcharge, best(among, window)));
        return winners;
    }

    /// Cuts the window wherever a candidate begins or ends to hold, and lets the best win in each part.
    private static List<PricedWindow> best(List<Price> candidates, Window window) {
        if (candidates.size() == 1) {
            Price only = candidates.getFirst();
            return List.of(
                    new PricedWindow(only, only.validity().intersect(window).orElseThrow()));
        }
        TreeSet<Instant> cuts = new TreeSet<>(List.of(window.from(), window.to()));
        for (Price price : candidates) {
            price.validity().intersect(window).ifPresent(part -> {
                cuts.add(part.from());
                cuts.add(part.to());
            });
        }
        List<PricedWindow> winners = new ArrayList<>();
        Instant from = cuts.first();
        for (Instant to : cuts.tailSet(from, false)) {
            Window part = new Window(from, to);
            candidates.stream()
                    .filter(price -> price.validity().overlaps(part))
                    .reduce((best, other) -> other.beats(best) ? other : best)
                    .ifPresent(best -> winners.add(new PricedWindow(best, part)));
            from = to;
        }
        return winners;
    }

    /// A price and the time in which it holds for some usage.
    public record PricedWindow(Price price, Window window) {}
}
