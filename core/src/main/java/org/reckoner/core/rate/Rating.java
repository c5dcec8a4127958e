package org.reckoner.core.rate;

import java.util.List;

/// An account's use of a period, priced.
///
/// @param lines in the order of sections, then of the price book
/// @param unpriced what nobody pays for
public record Rating(List<RatedLine> lines, List<Unpriced> unpriced) {

    public Rating {
        lines = List.copyOf(lines);
        unpriced = List.copyOf(unpriced);
    }
}
