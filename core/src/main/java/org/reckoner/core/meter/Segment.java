package org.reckoner.core.meter;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.reckoner.core.time.Window;

/// A stretch of a timeline in which nothing that matters to price changed.
///
/// @param window whole seconds; open if the resource is still there
/// @param owner the project that pays, if any source ever told
/// @param state in OpenStack's words; empty if never told
/// @param levels what was held, by meter
/// @param attributes what prices may depend on, by dimension
/// @param evidence the observation that began the stretch and, when known, the one that ended it
public record Segment(
        Window window,
        Optional<String> owner,
        String state,
        SortedMap<String, BigDecimal> levels,
        SortedMap<String, String> attributes,
        List<ObservationId> evidence) {

    public Segment within(Window part) {
        return new Segment(part, owner, state, levels, attributes, evidence);
    }
}
