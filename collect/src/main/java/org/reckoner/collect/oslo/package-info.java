/// What the notifications of all services have in common: oslo.messaging's envelope, its times, typed looks
/// into a payload, and the rules by which a service says what it makes of which event.
@NullMarked
package org.reckoner.collect.oslo;

import org.jspecify.annotations.NullMarked;
