/// Price books as loaded: immutable versions.
@NullMarked
package org.reckoner.ledger.price;

import org.jspecify.annotations.NullMarked;
