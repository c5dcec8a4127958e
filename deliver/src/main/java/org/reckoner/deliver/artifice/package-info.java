/// Artifice, the billing system for OpenStack of 2013: its names and rates files come in as a price book, and
/// invoices go out in both of its CSV layouts.
///
/// What Artifice's documents promise holds here, also where its code never did it: the region of a rate
/// decides, and the width of the time slice can be chosen.
@NullMarked
package org.reckoner.deliver.artifice;

import org.jspecify.annotations.NullMarked;
