/// The dialect of nova-billing's Heart, on the ledger. Nothing outside of this folder knows its words.
@NullMarked
package org.reckoner.serve.heart;

import org.jspecify.annotations.NullMarked;
