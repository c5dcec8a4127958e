/// Price books as text files: read with every problem at its line, compared, and explained to editors.
@NullMarked
package org.reckoner.prices;

import org.jspecify.annotations.NullMarked;
