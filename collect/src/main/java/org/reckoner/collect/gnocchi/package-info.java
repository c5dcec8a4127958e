/// Gnocchi, the metric store of OpenStack: measures of all projects by its aggregates, and what its resources were
/// like at the time by their history (Gnocchi's REST API, v1).
@NullMarked
package org.reckoner.collect.gnocchi;

import org.jspecify.annotations.NullMarked;
