package org.reckoner.collect.measured;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.money.Ratio;

/// How a store's number becomes a quantity: `number x factor + offset`, then the mutation. Exact: a factor of
/// `1/1048576` is that fraction.
///
/// @param table what [Mutation#MAP] maps; empty for the others
public record Conversion(Ratio factor, Ratio offset, Mutation mutation, SortedMap<Ratio, Ratio> table) {

    public static final Conversion NONE = new Conversion(Ratio.of(1), Ratio.ZERO, Mutation.NONE, new TreeMap<>());

    /// @throws IllegalArgumentException if there is a table without MAP, or MAP without a table
    public Conversion {
        table = Collections.unmodifiableSortedMap(new TreeMap<>(table));
        if ((mutation == Mutation.MAP) == table.isEmpty()) {
            throw new IllegalArgumentException(
                    mutation == Mutation.MAP
                            ? "MAP needs a table"
                            : "a table is of use to MAP only, not to " + mutation);
        }
    }

    public Ratio apply(Ratio number) {
        return mutation.apply(number.times(factor).plus(offset), table);
    }
}
