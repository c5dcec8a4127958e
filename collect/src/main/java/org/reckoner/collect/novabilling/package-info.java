/// What nova-billing left behind: its database, and the messages that its listener read.
@NullMarked
package org.reckoner.collect.novabilling;

import org.jspecify.annotations.NullMarked;
