/// The way out: what the ledger owes to billing systems is delivered, each document once.
@NullMarked
package org.reckoner.deliver.outbox;

import org.jspecify.annotations.NullMarked;
