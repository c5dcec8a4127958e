package org.reckoner.core.meter;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which meters of a resource type are billable in which state, and by what factor.
///
/// @param type the resource type
/// @param meters the meters that it speaks of
/// @param factors by state: 1 bills in full, 0.2 a fifth, 0 not at all
/// @param otherwise the factor in any state not listed
public record StateRule(
        String type, SortedSet<String> meters, SortedMap<String, BigDecimal> factors, BigDecimal otherwise) {

    /// @throws IllegalArgumentException if a factor is negative
    public StateRule {
        meters = Collections.unmodifiableSortedSet(new TreeSet<>(meters));
        factors = Collections.unmodifiableSortedMap(new TreeMap<>(factors));
        factors.forEach((state, factor) -> mustNotBeNegative(type, state, factor));
        mustNotBeNegative(type, "otherwise", otherwise);
    }

    private static void mustNotBeNegative(String type, String state, BigDecimal factor) {
        if (factor.signum() < 0) {
            throw new IllegalArgumentException(
                    "the factor of %s in state %s is negative: %s".formatted(type, state, factor));
        }
    }

    public BigDecimal factor(String state) {
        return factors.getOrDefault(state, otherwise);
    }

    static StateRule free(String type, SortedSet<String> meters, String... freeStates) {
        return new StateRule(type, meters, each(BigDecimal.ZERO, freeStates), BigDecimal.ONE);
    }

    static StateRule billed(String type, SortedSet<String> meters, String... billedStates) {
        return new StateRule(type, meters, each(BigDecimal.ONE, billedStates), BigDecimal.ZERO);
    }

    private static SortedMap<String, BigDecimal> each(BigDecimal factor, String... states) {
        TreeMap<String, BigDecimal> factors = new TreeMap<>();
        for (String state : states) {
            factors.put(state, factor);
        }
        return factors;
    }
}
