/// Bills computed, invoices issued and voided, and the proof that they hold.
@NullMarked
package org.reckoner.ledger.invoice;

import org.jspecify.annotations.NullMarked;
