package org.reckoner.core.meter;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// What a telemetry service read of a resource at a moment, before anything is made of it.
///
/// Not an observation: a single reading says nothing that can be billed. All readings of a window together are
/// made into one [Report#measured].
///
/// @param id the permanent id that the service gave this reading
/// @param meter what was read, in the service's word: `volume.size`
/// @param kind how its volumes relate to each other
/// @param resource the service's id of the thing
/// @param project whose it was at that moment, if told
/// @param source who read it, such as `openstack`
/// @param time when it was read
/// @param volume how much, exactly as told; nothing if the service said so
/// @param metadata what else was told of the resource at that moment, nested keys joined by a dot
public record Sample(
        String id,
        String meter,
        Kind kind,
        String resource,
        Optional<String> project,
        String source,
        Instant time,
        Optional<BigDecimal> volume,
        Map<String, String> metadata) {

    /// How the volumes of a meter relate to each other.
    public enum Kind {
        /// Each is what there is now: a size.
        GAUGE,
        /// Each is what came since the one before: bytes of a request.
        DELTA,
        /// Each is all that came since the count began; it may begin anew.
        CUMULATIVE
    }

    /// @throws IllegalArgumentException if the meter or the resource has no name
    public Sample {
        if (meter.isBlank() || resource.isBlank()) {
            throw new IllegalArgumentException(
                    "a sample has a meter and a resource: '%s', '%s'".formatted(meter, resource));
        }
        metadata = Map.copyOf(metadata);
    }
}
