@NullMarked
package org.reckoner.collect.novabilling;

import org.jspecify.annotations.NullMarked;
