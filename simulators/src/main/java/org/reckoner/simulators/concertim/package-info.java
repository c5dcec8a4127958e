/// Concertim's visualiser, as far as billing tells it something.
@NullMarked
package org.reckoner.simulators.concertim;

import org.jspecify.annotations.NullMarked;
