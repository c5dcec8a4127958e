/// Where invoices go. A billing system is one class, here or in a jar of the operator's: a [BillingSystem]. The
/// outbox, reconciliation and the conformance tests are the same for all.
@NullMarked
package org.reckoner.deliver;

import org.jspecify.annotations.NullMarked;
