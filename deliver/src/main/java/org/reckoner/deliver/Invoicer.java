package org.reckoner.deliver;

import java.util.List;
import org.reckoner.core.time.BillingPeriod;

/// A billing system that makes invoices of its own of what is delivered to it, and does not say on them which
/// documents they were made of. An adapter may implement it beside [BillingSystem]; then reconciliation tells
/// it what was delivered, and asks it instead of [BillingSystem#documents(BillingPeriod)].
public interface Invoicer {

    /// Every document of a billing period that came from Reckoner: those that are not invoiced yet, and those
    /// whose invoices are found by what was delivered.
    ///
    /// @throws Undelivered if they cannot be read now
    List<Receipt> documents(BillingPeriod period, Past past) throws Undelivered;

    /// What was delivered before.
    @FunctionalInterface
    interface Past {
        /// What the billing system confirmed of a project, about the time of the period, the oldest first.
        /// Documents of other periods are among them: they may be on the same invoices.
        List<Delivered> of(String project);
    }
}
