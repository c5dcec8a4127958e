/// Concertim's visualiser, which is told what teams, racks and devices cost.
@NullMarked
package org.reckoner.deliver.concertim;

import org.jspecify.annotations.NullMarked;
