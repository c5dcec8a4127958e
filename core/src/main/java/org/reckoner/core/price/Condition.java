package org.reckoner.core.price;

import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// A price applies only where a dimension has one of some values.
///
/// @param dimension `region`, `project`, `flavor`, `volume_type`, `state`, `metadata.tier` …
/// @param values accepted; a `*` in one stands for any run of characters
public record Condition(String dimension, SortedSet<String> values) {

    /// @throws IllegalArgumentException if there is no value
    public Condition {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a condition on '" + dimension + "' needs at least one value");
        }
        values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
    }

    public boolean holds(Map<String, String> dimensions) {
        String actual = dimensions.get(dimension);
        return actual != null && values.stream().anyMatch(value -> matches(value, actual));
    }

    /// Whether no thing can meet both: same dimension, and no value of one is accepted by the other.
    public boolean excludes(Condition other) {
        return dimension.equals(other.dimension)
                && values.stream()
                        .noneMatch(mine -> other.values.stream()
                                .anyMatch(theirs -> hasStar(mine) && hasStar(theirs)
                                        || matches(mine, theirs)
                                        || matches(theirs, mine)));
    }

    private static boolean matches(String value, String actual) {
        if (!hasStar(value)) {
            return value.equals(actual);
        }
        StringBuilder pattern = new StringBuilder();
        for (String literal : value.split("\\*", -1)) {
            pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
        }
        return Pattern.compile(pattern.toString(), Pattern.DOTALL)
                .matcher(actual)
                .matches();
    }

    private static boolean hasStar(String value) {
        return value.indexOf('*') >= 0;
    }

    @Override
    public String toString() {
        return dimension + "=" + String.join("|", values);
    }
}
