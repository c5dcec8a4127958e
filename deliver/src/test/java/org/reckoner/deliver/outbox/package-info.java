@NullMarked
package org.reckoner.deliver.outbox;

import org.jspecify.annotations.NullMarked;
