/// Nova's words: servers, from unversioned and versioned notifications.
@NullMarked
package org.reckoner.collect.nova;

import org.jspecify.annotations.NullMarked;
