@NullMarked
package org.reckoner.collect.measured;

import org.jspecify.annotations.NullMarked;
