/// What was observed, billed and delivered, kept for good. SQL lives here and nowhere else.
@NullMarked
package org.reckoner.ledger;

import org.jspecify.annotations.NullMarked;
