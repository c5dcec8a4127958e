/// Prices back: a price book of what a billing system sells, for a person to review.
@NullMarked
package org.reckoner.deliver.prices;

import org.jspecify.annotations.NullMarked;
