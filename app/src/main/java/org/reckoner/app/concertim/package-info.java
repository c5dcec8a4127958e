/// Concertim: its questions about money answered out of the ledger and Kill Bill, and its pages told what things cost.
@NullMarked
package org.reckoner.app.concertim;

import org.jspecify.annotations.NullMarked;
