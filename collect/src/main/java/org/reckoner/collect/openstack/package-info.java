/// Reckoner's own access to OpenStack: which cloud (`clouds.yaml`, `OS_*`), logging in to Keystone, finding the
/// services in its catalogue, and asking them with patience.
@NullMarked
package org.reckoner.collect.openstack;

import org.jspecify.annotations.NullMarked;
