/// Usage that a store of measures knows, whichever store it is: what is measured as data, the windows in which it is
/// collected, and what a measure tells the ledger. Pure; asking the stores is in the packages named after them.
@NullMarked
package org.reckoner.collect.measured;

import org.jspecify.annotations.NullMarked;
