/// A simulator of HostBill's admin API, as far as metered billing needs it.
@NullMarked
package org.reckoner.simulators.hostbill;

import org.jspecify.annotations.NullMarked;
