/// Who pays.
@NullMarked
package org.reckoner.ledger.account;

import org.jspecify.annotations.NullMarked;
