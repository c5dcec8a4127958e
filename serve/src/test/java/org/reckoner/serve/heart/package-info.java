@NullMarked
package org.reckoner.serve.heart;

import org.jspecify.annotations.NullMarked;
