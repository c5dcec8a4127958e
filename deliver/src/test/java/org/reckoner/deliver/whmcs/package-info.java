@NullMarked
package org.reckoner.deliver.whmcs;

import org.jspecify.annotations.NullMarked;
