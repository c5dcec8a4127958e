package org.reckoner.present;

import java.time.Instant;
import java.util.Optional;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.time.Window;

/// What an explanation shows of an observation.
///
/// @param event the source's own word for what happened
/// @param occurredAt by the source's clock
/// @param recordedAt when it came into the ledger
/// @param within if it is not known exactly when it happened: some time in this window
public record ObservationSummary(
        ObservationId id, String event, Instant occurredAt, Instant recordedAt, Optional<Window> within) {

    public static ObservationSummary of(Observation observation, Instant recordedAt) {
        return new ObservationSummary(
                observation.id(),
                observation.event(),
                observation.occurredAt(),
                recordedAt,
                observation.report().within());
    }
}
