/// Compares what Reckoner issued with what a billing system has, both ways.
@NullMarked
package org.reckoner.deliver.reconcile;

import org.jspecify.annotations.NullMarked;
