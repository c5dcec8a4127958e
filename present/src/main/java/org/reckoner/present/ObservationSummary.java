package org.reckoner.present;

import java.time.Instant;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;

/// What an explanation shows of an observation.
///
/// @param event the source's own word for what happened
/// @param occurredAt by the source's clock
/// @param recordedAt when it came into the ledger
public record ObservationSummary(ObservationId id, String event, Instant occurredAt, Instant recordedAt) {

    public static ObservationSummary of(Observation observation, Instant recordedAt) {
        return new ObservationSummary(observation.id(), observation.event(), observation.occurredAt(), recordedAt);
    }
}
