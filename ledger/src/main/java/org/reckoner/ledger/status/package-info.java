/// How far the ledger is, and what is missing.
@NullMarked
package org.reckoner.ledger.status;

import org.jspecify.annotations.NullMarked;
