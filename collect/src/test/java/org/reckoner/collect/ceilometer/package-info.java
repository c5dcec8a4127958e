@org.jspecify.annotations.NullMarked
package org.reckoner.collect.ceilometer;
