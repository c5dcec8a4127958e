/// The web server below every simulator, and how it misbehaves on demand.
@NullMarked
package org.reckoner.simulators.http;

import org.jspecify.annotations.NullMarked;
