package org.reckoner.collect.backfill;

import java.time.Instant;
import java.util.Optional;
import org.reckoner.core.meter.Report;

/// A resource as a service's API lists it.
///
/// @param type ours, such as `server`
/// @param id OpenStack's
/// @param report what it is now, in the words of the notifications: since when it exists, and since when it is
///     gone if it is
/// @param changedAt when the service last changed anything of it, if the API says so
/// @param askedAt when the API was asked
public record Found(String type, String id, Report report, Optional<Instant> changedAt, Instant askedAt) {

    /// Since when it is as it is, as well as the API knows: when it went, or was last changed, or at the latest
    /// when the API was asked.
    public Instant since() {
        return report.endedAt().or(() -> changedAt).orElse(askedAt);
    }
}
