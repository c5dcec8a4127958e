@NullMarked
package org.reckoner.simulators.http;

import org.jspecify.annotations.NullMarked;
