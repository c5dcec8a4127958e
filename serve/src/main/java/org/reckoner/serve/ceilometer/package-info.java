/// What Ceilometer's HTTP publisher posts to: samples and events.
@NullMarked
package org.reckoner.serve.ceilometer;

import org.jspecify.annotations.NullMarked;
