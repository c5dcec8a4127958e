/// How much: exact ratios, currencies and rounding. No binary floating point.
@NullMarked
package org.reckoner.core.money;

import org.jspecify.annotations.NullMarked;
