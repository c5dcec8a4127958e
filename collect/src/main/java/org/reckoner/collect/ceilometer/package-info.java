/// Ceilometer's samples and events, as its publishers send them and as its old API listed them.
@NullMarked
package org.reckoner.collect.ceilometer;

import org.jspecify.annotations.NullMarked;
