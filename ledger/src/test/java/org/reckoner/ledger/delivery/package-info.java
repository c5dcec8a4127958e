@NullMarked
package org.reckoner.ledger.delivery;

import org.jspecify.annotations.NullMarked;
