/// Notifications kept in files.
@NullMarked
package org.reckoner.collect.recording;

import org.jspecify.annotations.NullMarked;
