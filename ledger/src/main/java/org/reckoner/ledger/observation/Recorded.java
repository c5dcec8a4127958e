package org.reckoner.ledger.observation;

import java.time.Instant;
import org.reckoner.core.meter.Observation;

/// An observation as the ledger has it.
///
/// @param seq its number
/// @param recordedAt when it was appended
public record Recorded(long seq, Instant recordedAt, Observation observation) {}
