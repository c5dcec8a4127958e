@NullMarked
package org.reckoner.deliver.concertim;

import org.jspecify.annotations.NullMarked;
