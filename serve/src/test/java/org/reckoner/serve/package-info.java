@NullMarked
package org.reckoner.serve;

import org.jspecify.annotations.NullMarked;
