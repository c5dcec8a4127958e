/// nova-billing's own files, for those who come from it.
@NullMarked
package org.reckoner.app.novabilling;

import org.jspecify.annotations.NullMarked;
