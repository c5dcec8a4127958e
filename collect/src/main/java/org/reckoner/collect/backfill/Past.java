package org.reckoner.collect.backfill;

import java.time.Instant;
import org.reckoner.core.meter.Report;

/// What an API tells of a resource's past.
///
/// @param what the service's own word, such as `stop`
/// @param at when it was done
/// @param report what held from then on
public record Past(String what, Instant at, Report report) {}
