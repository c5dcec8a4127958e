package org.reckoner.core.rate;

import java.util.List;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.money.Ratio;

/// What one resource adds to a line: its use × the price, exact, before rounding.
///
/// @param name the resource's name at the end of its use, for people; its id if it never had one
/// @param quantity in the unit that the price is per
/// @param amount exact; where a price depends on the whole line (tiers, packages, bounds) the resource's
///     share of the line by quantity
/// @param uses the stretches that make up the quantity, ascending
public record Charge(ResourceId resource, String name, Ratio quantity, Ratio amount, List<Use> uses) {

    public Charge {
        uses = List.copyOf(uses);
    }
}
