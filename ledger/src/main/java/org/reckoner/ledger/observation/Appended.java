package org.reckoner.ledger.observation;

import java.util.List;
import org.reckoner.core.meter.Observation;

/// What became of a batch of observations.
///
/// @param added how many were new
/// @param known how many had been told before, word for word
/// @param conflicting those whose identity is known with another content; the first stays
public record Appended(int added, int known, List<Observation> conflicting) {

    public Appended {
        conflicting = List.copyOf(conflicting);
    }
}
