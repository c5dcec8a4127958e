/// Resource types that the operator declares in configuration, so that a service nobody wrote code for is
/// metered too.
@NullMarked
package org.reckoner.collect.declared;

import org.jspecify.annotations.NullMarked;
