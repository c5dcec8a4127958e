@NullMarked
package org.reckoner.collect;

import org.jspecify.annotations.NullMarked;
