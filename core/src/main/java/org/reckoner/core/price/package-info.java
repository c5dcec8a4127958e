/// What it costs: price books, prices, the models that turn quantity into money, and their conditions.
@NullMarked
package org.reckoner.core.price;

import org.jspecify.annotations.NullMarked;
