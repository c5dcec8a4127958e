/// Distil's way to make usage out of Ceilometer's samples: its meter mappings and transformers, exact and
/// without its known faults; with them where the operator asks for its own results.
@NullMarked
package org.reckoner.collect.distil;

import org.jspecify.annotations.NullMarked;
