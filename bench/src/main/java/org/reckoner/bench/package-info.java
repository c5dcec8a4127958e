/// Measures the packaged server from outside, beside the algorithm of nova-billing's server.
@NullMarked
package org.reckoner.bench;

import org.jspecify.annotations.NullMarked;
