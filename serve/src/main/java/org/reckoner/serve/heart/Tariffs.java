package org.reckoner.serve.heart;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// Every tariff that was ever set, by resource type, oldest first. A type without one has the multiplier 1.
///
/// An event is charged by the tariff that was in force when it was posted, its generation. A tariff that was
/// set to migrate replaces, from its moment on, those of all earlier generations.
record Tariffs(SortedMap<String, List<Tariff>> byType) {

    static final Tariffs NONE = new Tariffs(new TreeMap<>());

    /// @param generation counts the changes of tariffs, from 1; generation 0 is the multiplier 1
    /// @param at from when on what is running is charged so, if it migrates
    record Tariff(long generation, BigDecimal multiplier, Instant at, boolean migrate) {}

    Tariffs {
        TreeMap<String, List<Tariff>> copy = new TreeMap<>();
        byType.forEach((rtype, tariffs) -> copy.put(rtype, List.copyOf(tariffs)));
        byType = Collections.unmodifiableSortedMap(copy);
    }

    /// These, and newer ones of one generation.
    Tariffs and(SortedMap<String, Tariff> newer) {
        TreeMap<String, List<Tariff>> all = new TreeMap<>(byType);
        newer.forEach((rtype, tariff) -> {
            List<Tariff> more = new ArrayList<>(all.getOrDefault(rtype, List.of()));
            more.add(tariff);
            all.put(rtype, more);
        });
        return new Tariffs(all);
    }

    private List<Tariff> of(String rtype) {
        return byType.getOrDefault(rtype, List.of());
    }

    /// The newest generation of all types, 0 if there is none.
    long newest() {
        return byType.values().stream()
                .mapToLong(tariffs -> tariffs.getLast().generation())
                .max()
                .orElse(0);
    }

    /// The generation in force for a type.
    long generation(String rtype) {
        return of(rtype).isEmpty() ? 0 : of(rtype).getLast().generation();
    }

    BigDecimal multiplier(String rtype) {
        return of(rtype).isEmpty() ? BigDecimal.ONE : of(rtype).getLast().multiplier();
    }

    /// The multiplier that a generation set.
    BigDecimal multiplierOf(String rtype, long generation) {
        return of(rtype).stream()
                .filter(tariff -> tariff.generation() == generation)
                .findFirst()
                .map(Tariff::multiplier)
                .orElse(BigDecimal.ONE);
    }

    /// The multiplier that was in force before a generation.
    BigDecimal multiplierBefore(String rtype, long generation) {
        return of(rtype).stream()
                .filter(tariff -> tariff.generation() < generation)
                .reduce((earlier, later) -> later)
                .map(Tariff::multiplier)
                .orElse(BigDecimal.ONE);
    }

    /// All generations of a type, in order; 0 is one of them.
    List<Long> generations(String rtype) {
        List<Long> generations = new ArrayList<>(List.of(0L));
        of(rtype).forEach(tariff -> generations.add(tariff.generation()));
        return generations;
    }

    /// The multipliers of what was posted under a generation, each with the second from which it holds.
    NavigableMap<Instant, BigDecimal> multipliers(String rtype, long generation) {
        TreeMap<Instant, BigDecimal> multipliers = new TreeMap<>();
        multipliers.put(Instant.EPOCH, BigDecimal.ONE);
        for (Tariff tariff : of(rtype)) {
            if (tariff.generation() <= generation) {
                multipliers.put(Instant.EPOCH, tariff.multiplier());
            } else if (tariff.migrate()) {
                multipliers.tailMap(tariff.at(), true).clear();
                multipliers.put(tariff.at(), tariff.multiplier());
            }
        }
        return multipliers;
    }
}
