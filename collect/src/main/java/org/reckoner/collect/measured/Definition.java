package org.reckoner.collect.measured;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.SequencedSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What is measured, as data: which numbers of a store become which meter of which resources.
///
/// @param meter what prices call it; unique
/// @param metric what the store calls it
/// @param type the resources' type in the ledger; `server` puts it beside what notifications tell of servers
/// @param unit of the quantity, after the conversion
/// @param kind what a number means
/// @param sampling how the store aggregates
/// @param keys which of the store's attributes say whose it is and what prices may depend on
/// @param skip which quantities are left out
/// @param mayBeEmpty whether a window without any measure is believed; if not, the watermark waits before it
/// @param store what only the store understands; it checks it
public record Definition(
        String meter,
        String metric,
        String type,
        String unit,
        Kind kind,
        Conversion conversion,
        Sampling sampling,
        Keys keys,
        Optional<Skip> skip,
        boolean mayBeEmpty,
        SortedMap<String, String> store) {

    /// What a number means.
    public enum Kind {
        /// The quantity of a window, as CloudKitty takes every number: bytes sent, or vCPUs in this hour.
        AMOUNT,
        /// What was held, which is told times the seconds for which it was: GiB as `GiB.s`.
        LEVEL
    }

    /// How the store aggregates.
    ///
    /// @param aggregation in the store's words: `max`, `rate:mean`
    /// @param granularity how long each of its values is for; the window's own length if none
    /// @param combination how several values of a window become one
    public record Sampling(String aggregation, Optional<Duration> granularity, Optional<Combination> combination) {

        /// As the aggregation suggests.
        public static Sampling of(String aggregation, Optional<Duration> granularity) {
            return new Sampling(aggregation, granularity, Combination.of(aggregation));
        }
    }

    /// Which attributes of the store's are of interest.
    ///
    /// @param resource name the resource, all of them together
    /// @param project names who pays
    /// @param attributes what prices may depend on
    public record Keys(List<String> resource, String project, List<String> attributes) {

        /// Each attribute once, without those that name the resource and the project.
        ///
        /// @throws IllegalArgumentException if none names the resource
        public static Keys of(List<String> resource, String project, SequencedCollection<String> attributes) {
            if (resource.isEmpty()) {
                throw new IllegalArgumentException("no attribute says which resource it is");
            }
            SequencedSet<String> distinct = new LinkedHashSet<>(attributes);
            resource.forEach(distinct::remove);
            distinct.remove(project);
            return new Keys(List.copyOf(resource), project, List.copyOf(distinct));
        }

        /// The resource's id; nothing if a part of it is not told.
        ///
        /// @param values by attribute
        public Optional<String> resourceIn(Map<String, String> values) {
            return resource.stream()
                            .allMatch(key -> !values.getOrDefault(key, "").isBlank())
                    ? Optional.of(resource.stream().map(values::get).collect(Collectors.joining("/")))
                    : Optional.empty();
        }

        /// Who pays, and what prices may depend on.
        public Making.Attributes attributesIn(Map<String, String> values) {
            TreeMap<String, String> told = new TreeMap<>();
            attributes.forEach(key -> {
                String value = values.get(key);
                if (value != null) {
                    told.put(key, value);
                }
            });
            return new Making.Attributes(
                    Optional.ofNullable(values.get(project)).filter(id -> !id.isBlank()), told);
        }
    }

    /// @throws IllegalArgumentException if something is blank, or the sampling cannot give one value a window
    public Definition {
        store = Collections.unmodifiableSortedMap(new TreeMap<>(store));
        for (String word : List.of(meter, metric, type, unit, keys.project())) {
            if (word.isBlank()) {
                throw new IllegalArgumentException("a name is blank");
            }
        }
    }

    /// How long each value of the store is for.
    ///
    /// @throws IllegalArgumentException if windows of this length cannot be made of the store's values
    public Duration granularity(Duration window) {
        Duration granularity = sampling.granularity().orElse(window);
        if (granularity.isZero()
                || granularity.isNegative()
                || granularity.getNano() != 0
                || window.toSeconds() % granularity.toSeconds() != 0) {
            throw new IllegalArgumentException("meter %s: windows of %d s cannot be made of values for %s s each"
                    .formatted(meter, window.toSeconds(), granularity.toSeconds()));
        }
        if (!granularity.equals(window)
                && kind == Kind.AMOUNT
                && sampling.combination().isEmpty()) {
            throw new IllegalArgumentException(
                    "meter %s: a window of %d s has several values for %d s each, and of several '%s' one cannot be made. Use a granularity of %d s, or another aggregation"
                            .formatted(
                                    meter,
                                    window.toSeconds(),
                                    granularity.toSeconds(),
                                    sampling.aggregation(),
                                    window.toSeconds()));
        }
        return granularity;
    }

    /// The unit of what is told: `GiB.s` of a level in GiB.
    public String toldUnit() {
        return kind == Kind.LEVEL ? unit + ".s" : unit;
    }
}
