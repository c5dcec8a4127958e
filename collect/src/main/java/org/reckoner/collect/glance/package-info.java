/// Glance's words: images.
@NullMarked
package org.reckoner.collect.glance;

import org.jspecify.annotations.NullMarked;
