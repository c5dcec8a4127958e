@NullMarked
package org.reckoner.deliver.artifice;

import org.jspecify.annotations.NullMarked;
