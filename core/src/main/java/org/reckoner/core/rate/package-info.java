/// Quantity becomes money: the rater, its charges and how each is explained.
@NullMarked
package org.reckoner.core.rate;

import org.jspecify.annotations.NullMarked;
