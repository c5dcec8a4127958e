/// Neutron's words: floating IPs, routers and networks.
@NullMarked
package org.reckoner.collect.neutron;

import org.jspecify.annotations.NullMarked;
