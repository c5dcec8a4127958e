/// Who changed what, when and why.
@NullMarked
package org.reckoner.ledger.audit;

import org.jspecify.annotations.NullMarked;
