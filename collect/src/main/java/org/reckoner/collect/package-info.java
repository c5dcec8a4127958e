/// What OpenStack says: messages in, readings out. [Notifications] is the one entry; each package below is
/// named after the outside system whose words it alone knows.
@NullMarked
package org.reckoner.collect;

import org.jspecify.annotations.NullMarked;
