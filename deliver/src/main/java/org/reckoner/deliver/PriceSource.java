package org.reckoner.deliver;

import java.util.List;

/// A billing system whose prices can be read. An adapter may implement it beside [BillingSystem]; then
/// `reckoner prices sync` makes a price book of them.
public interface PriceSource {

    /// All that the billing system sells. Half a list is never answered: what is missing in it would look as if it
    /// were not sold any more.
    ///
    /// @throws Undelivered if not all of it can be read now
    PriceList prices() throws Undelivered;

    /// What a billing system sells.
    ///
    /// @param offers in the billing system's own order
    /// @param unexpressed what of it is no offer, and why, for people: one sentence each, that names the product
    record PriceList(List<Offer> offers, List<String> unexpressed) {

        public PriceList {
            offers = List.copyOf(offers);
            unexpressed = List.copyOf(unexpressed);
        }
    }
}
