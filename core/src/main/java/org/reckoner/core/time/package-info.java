/// When: windows, billing periods and time slices. All instants are UTC.
@NullMarked
package org.reckoner.core.time;

import org.jspecify.annotations.NullMarked;
