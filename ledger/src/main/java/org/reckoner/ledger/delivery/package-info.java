/// The outbox: which documents are owed to which billing systems, and what became of them.
@NullMarked
package org.reckoner.ledger.delivery;

import org.jspecify.annotations.NullMarked;
