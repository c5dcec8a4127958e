package org.reckoner.core.meter;

import java.time.Instant;
import java.util.Comparator;

/// A fact about one resource, as a source told it. Facts are only ever added, never changed.
///
/// @param id its permanent identity
/// @param event the source's own word for what happened, such as `compute.instance.power_off.end`
/// @param resource what it is about
/// @param occurredAt when it happened, by the source's clock
/// @param report what it tells: all of the resource's state, or a part
public record Observation(ObservationId id, String event, ResourceId resource, Instant occurredAt, Report report) {

    /// The order in which facts are believed to have happened. Total, so that arrival order never matters.
    public static final Comparator<Observation> ORDER =
            Comparator.comparing(Observation::occurredAt).thenComparing(Observation::id);
}
