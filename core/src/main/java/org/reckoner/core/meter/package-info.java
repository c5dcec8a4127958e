/// What was used: observations fold into timelines, timelines into segments, segments into usage.
@NullMarked
package org.reckoner.core.meter;

import org.jspecify.annotations.NullMarked;
