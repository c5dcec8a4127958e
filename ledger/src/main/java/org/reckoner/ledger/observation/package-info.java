/// Observations in, timelines out; dead letters and watermarks.
@NullMarked
package org.reckoner.ledger.observation;

import org.jspecify.annotations.NullMarked;
