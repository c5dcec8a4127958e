@NullMarked
package org.reckoner.deliver.kit;

import org.jspecify.annotations.NullMarked;
