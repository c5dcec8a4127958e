@org.jspecify.annotations.NullMarked
package org.reckoner.serve.ceilometer;
