@NullMarked
package org.reckoner.prices;

import org.jspecify.annotations.NullMarked;
