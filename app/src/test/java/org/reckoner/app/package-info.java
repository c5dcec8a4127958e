@NullMarked
package org.reckoner.app;

import org.jspecify.annotations.NullMarked;
