/// A second opinion: bills computed second by second, as plainly as possible, to compare the real ones with.
///
/// Neither the stories nor [org.reckoner.core.reference.NaiveBill] call the fold, the rater or the price
/// models. They may be slow and must be obvious.
@NullMarked
package org.reckoner.core.reference;

import org.jspecify.annotations.NullMarked;
