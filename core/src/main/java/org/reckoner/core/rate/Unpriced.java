package org.reckoner.core.rate;

import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.time.Window;

/// Billable use that no price applies to and that the price book does not call free: money that may be
/// missing.
public record Unpriced(ResourceId resource, String meter, Window window) {}
