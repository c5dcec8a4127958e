/// Keystone's words.
@NullMarked
package org.reckoner.collect.keystone;

import org.jspecify.annotations.NullMarked;
