/// The commands of reckoner, one class each.
@NullMarked
package org.reckoner.app.cli;

import org.jspecify.annotations.NullMarked;
