/// Configuration, wiring and the command line: the only room that knows all others.
@NullMarked
package org.reckoner.app;

import org.jspecify.annotations.NullMarked;
