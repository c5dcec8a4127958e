@NullMarked
package org.reckoner.collect.gnocchi;

import org.jspecify.annotations.NullMarked;
