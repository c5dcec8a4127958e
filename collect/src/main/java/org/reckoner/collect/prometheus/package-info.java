/// Prometheus: what a query says at the end of each window (Prometheus' HTTP API, "Range queries").
@NullMarked
package org.reckoner.collect.prometheus;

import org.jspecify.annotations.NullMarked;
