package org.reckoner.core.price;

import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

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

    /// Whether no thing can meet both: same dimension, and no text that both accept.
    public boolean excludes(Condition other) {
        return dimension.equals(other.dimension)
                && values.stream().noneMatch(mine -> other.values.stream().anyMatch(theirs -> meet(mine, theirs)));
    }

    /// Takes each literal between stars where it first appears, so the time is bounded whatever a tenant
    /// writes into its metadata.
    private static boolean matches(String value, String actual) {
        int star = value.indexOf('*');
        if (star < 0) {
            return value.equals(actual);
        }
        if (!actual.startsWith(value.substring(0, star))) {
            return false;
        }
        int at = star;
        for (int next = value.indexOf('*', star + 1); next >= 0; next = value.indexOf('*', star + 1)) {
            String literal = value.substring(star + 1, next);
            int found = actual.indexOf(literal, at);
            if (found < 0) {
                return false;
            }
            at = found + literal.length();
            star = next;
        }
        String last = value.substring(star + 1);
        return actual.length() - at >= last.length() && actual.endsWith(last);
    }

    /// Whether some text is accepted by both values. Filled from the ends: `shared[i][j]` says it of what
    /// follows the first `i` characters of one and the first `j` of the other.
    private static boolean meet(String one, String other) {
        boolean[][] shared = new boolean[one.length() + 1][other.length() + 1];
        for (int i = one.length(); i >= 0; i--) {
            for (int j = other.length(); j >= 0; j--) {
                boolean more = i < one.length();
                boolean otherMore = j < other.length();
                if (more && one.charAt(i) == '*') {
                    shared[i][j] = shared[i + 1][j] || otherMore && shared[i][j + 1];
                } else if (otherMore && other.charAt(j) == '*') {
                    shared[i][j] = shared[i][j + 1] || more && shared[i + 1][j];
                } else {
                    shared[i][j] = more && otherMore
                            ? one.charAt(i) == other.charAt(j) && shared[i + 1][j + 1]
                            : more == otherMore;
                }
            }
        }
        return shared[0][0];
    }

    @Override
    public String toString() {
        return dimension + "=" + String.join("|", values);
    }
}
