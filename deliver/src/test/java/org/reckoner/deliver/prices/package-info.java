@NullMarked
package org.reckoner.deliver.prices;

import org.jspecify.annotations.NullMarked;
