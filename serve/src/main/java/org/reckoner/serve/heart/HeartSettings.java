package org.reckoner.serve.heart;

import java.util.Currency;

/// What an operator decides about the Heart.
///
/// @param legacy bills and answers as nova-billing did as shipped, with its mistakes
/// @param currency of the price book that tariffs are written to; nova-billing had none
/// @param region that the resources of events are of; an event does not say
public record HeartSettings(boolean legacy, Currency currency, String region) {

    /// The documented meaning, in euro, in the region that OpenStack names by default.
    public static final HeartSettings USUAL = new HeartSettings(false, Currency.getInstance("EUR"), "RegionOne");

    public HeartSettings withLegacy(boolean other) {
        return new HeartSettings(other, currency, region);
    }
}
