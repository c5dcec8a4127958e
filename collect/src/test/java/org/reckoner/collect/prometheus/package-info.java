@NullMarked
package org.reckoner.collect.prometheus;

import org.jspecify.annotations.NullMarked;
