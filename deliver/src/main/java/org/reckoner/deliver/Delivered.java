package org.reckoner.deliver;

import java.time.Instant;

/// A document that a billing system has confirmed.
///
/// @param remoteId what the billing system called it then
/// @param confirmed when it was seen there, by Reckoner's clock
public record Delivered(Outgoing document, String remoteId, Instant confirmed) {}
