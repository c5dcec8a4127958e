@NullMarked
package org.reckoner.collect.cloudkitty;

import org.jspecify.annotations.NullMarked;
