@NullMarked
package org.reckoner.deliver.hostbill;

import org.jspecify.annotations.NullMarked;
