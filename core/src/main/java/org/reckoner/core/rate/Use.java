package org.reckoner.core.rate;

import java.math.BigDecimal;
import java.util.List;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.time.Window;

/// One stretch of billable use of one resource: the leaf of every explanation.
///
/// @param window when; one second long for what flowed at a moment
/// @param state the resource's state through it
/// @param quantity what was held, or what flowed, in the meter's unit
/// @param factor by the state rules, never zero
/// @param evidence the observations that say so
public record Use(Window window, String state, BigDecimal quantity, BigDecimal factor, List<ObservationId> evidence) {

    public Use {
        evidence = List.copyOf(evidence);
    }

    /// What counts for the price: quantity × factor.
    public BigDecimal counted() {
        return factor.equals(BigDecimal.ONE) ? quantity : quantity.multiply(factor);
    }
}
