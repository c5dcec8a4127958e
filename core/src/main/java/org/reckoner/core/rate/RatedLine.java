package org.reckoner.core.rate;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.price.Price;

/// Everything that one account used under one price in one section: integrated first, priced once.
///
/// @param section the region; empty for what belongs to the account as a whole
/// @param group the values of the dimensions that the price groups by
/// @param quantity the sum of the charges' quantities
/// @param amount exact: the price model applied once to the quantity
/// @param charges by resource
public record RatedLine(
        String section,
        Price price,
        SortedMap<String, String> group,
        Ratio quantity,
        Ratio amount,
        List<Charge> charges) {

    public RatedLine {
        group = Collections.unmodifiableSortedMap(new TreeMap<>(group));
        charges = List.copyOf(charges);
    }
}
