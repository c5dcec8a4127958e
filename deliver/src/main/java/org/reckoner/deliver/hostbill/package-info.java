/// HostBill: what accounts used becomes metered usage of their HostBill accounts.
@NullMarked
package org.reckoner.deliver.hostbill;

import org.jspecify.annotations.NullMarked;
