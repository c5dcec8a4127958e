@NullMarked
package org.reckoner.simulators.whmcs;

import org.jspecify.annotations.NullMarked;
