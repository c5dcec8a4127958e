package org.reckoner.deliver;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.reckoner.core.time.BillingPeriod;

/// A billing system that documents are delivered to: all that it takes to make an adapter for one.
///
/// The outbox calls [#create(Outgoing)] when nothing was sent before, and [#find(Outgoing)] first whenever an
/// earlier attempt may have arrived: its answer was lost, or the process was killed. So an adapter need not guard
/// against duplicates itself, but it must keep the document's reference where it finds it again. Both are called
/// from several threads at once.
///
/// An adapter in a jar of its own has a public constructor with [AdapterSettings] as its only parameter.
public interface BillingSystem extends AutoCloseable {

    /// The document in the billing system that carries this one's reference.
    ///
    /// @throws Undelivered if it cannot be asked now; never because there is none
    Optional<Receipt> find(Outgoing document) throws Undelivered;

    /// Saves a document.
    ///
    /// @throws Undelivered.Refused if the billing system will not take it, however often it is sent
    /// @throws Undelivered.Throttled if it was not looked at, because too much was sent
    /// @throws Undelivered.Unavailable on any other failure, also when it is not known whether it was saved
    Receipt create(Outgoing document) throws Undelivered;

    /// Every document of a billing period that came from Reckoner, for reconciliation.
    ///
    /// @throws Undelivered if they cannot be read now
    List<Receipt> documents(BillingPeriod period) throws Undelivered;

    /// The price that the billing system itself has for an item in a region; nothing if it has none.
    ///
    /// @throws Undelivered if it cannot be asked now
    default Optional<BigDecimal> cost(String region, String item) throws Undelivered {
        return Optional.empty();
    }

    /// Gives up connections. Nothing is called after it.
    @Override
    default void close() {}
}
