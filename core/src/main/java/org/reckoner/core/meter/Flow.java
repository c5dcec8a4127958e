package org.reckoner.core.meter;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;

/// A quantity that flowed at one moment: bytes sent, a request, an event counted once.
///
/// @param at the second in which it flowed
/// @param attributes of the resource at that moment, with what the observation itself told
public record Flow(
        Instant at,
        Optional<String> owner,
        String meter,
        BigDecimal quantity,
        SortedMap<String, String> attributes,
        ObservationId evidence) {}
