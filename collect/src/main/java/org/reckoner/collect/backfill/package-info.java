/// Back-fill: what the services' APIs list, and what of it the ledger lacks.
@NullMarked
package org.reckoner.collect.backfill;

import org.jspecify.annotations.NullMarked;
