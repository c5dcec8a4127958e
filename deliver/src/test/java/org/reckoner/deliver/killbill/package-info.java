@NullMarked
package org.reckoner.deliver.killbill;

import org.jspecify.annotations.NullMarked;
