@NullMarked
package org.reckoner.prices.yaml;

import org.jspecify.annotations.NullMarked;
