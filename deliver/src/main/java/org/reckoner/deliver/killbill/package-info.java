/// Kill Bill (killbill.io), releases 0.22 and 0.24.
@NullMarked
package org.reckoner.deliver.killbill;

import org.jspecify.annotations.NullMarked;
