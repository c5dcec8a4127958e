/// Heat's words: stacks, and what is in them.
@NullMarked
package org.reckoner.collect.heat;

import org.jspecify.annotations.NullMarked;
