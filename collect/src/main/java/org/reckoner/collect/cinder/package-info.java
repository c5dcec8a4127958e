/// Cinder's words: volumes, snapshots and volume types.
@NullMarked
package org.reckoner.collect.cinder;

import org.jspecify.annotations.NullMarked;
