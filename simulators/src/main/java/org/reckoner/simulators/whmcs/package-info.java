/// WHMCS, as its API reference describes it and its clients report it.
@NullMarked
package org.reckoner.simulators.whmcs;

import org.jspecify.annotations.NullMarked;
