/// Samples of telemetry, until use is made of them.
@NullMarked
package org.reckoner.ledger.sample;

import org.jspecify.annotations.NullMarked;
