@NullMarked
package org.reckoner.simulators.hostbill;

import org.jspecify.annotations.NullMarked;
