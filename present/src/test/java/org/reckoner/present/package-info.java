/// Tests of how things look, on records made by the real rater.
@NullMarked
package org.reckoner.present;

import org.jspecify.annotations.NullMarked;
