/// Requests that may be sent twice and are done once.
@NullMarked
package org.reckoner.ledger.idempotency;

import org.jspecify.annotations.NullMarked;
