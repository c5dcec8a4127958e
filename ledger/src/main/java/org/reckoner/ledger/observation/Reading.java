package org.reckoner.ledger.observation;

import java.time.Instant;

/// A service's API was read as a whole, and compared with the ledger.
///
/// @param scope which service, in which region
/// @param beganAt what it listed was there then, or came to be while it was read
/// @param endedAt when all was read
/// @param missed how many observations made up for what the ledger lacked
public record Reading(Watermark.Scope scope, Instant beganAt, Instant endedAt, long missed) {}
