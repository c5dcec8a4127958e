/// CloudKitty: its `metrics.yml`, and what a running one has rated.
@NullMarked
package org.reckoner.collect.cloudkitty;

import org.jspecify.annotations.NullMarked;
