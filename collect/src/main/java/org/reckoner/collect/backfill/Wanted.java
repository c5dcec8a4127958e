package org.reckoner.collect.backfill;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What of a cloud is to be listed.
///
/// @param allProjects whether the credentials may see what others own; else they see their own project only
/// @param project only what it owns, by id
/// @param since of what is gone, only what went after this
/// @param maxClockSkew how far ahead of the clock here a service's times may be
/// @param projectNames by id, as far as they are known
public record Wanted(
        boolean allProjects,
        Optional<String> project,
        Instant since,
        Duration maxClockSkew,
        SortedMap<String, String> projectNames) {

    public Wanted {
        projectNames = Collections.unmodifiableSortedMap(new TreeMap<>(projectNames));
    }

    public Optional<String> nameOf(String projectId) {
        return Optional.ofNullable(projectNames.get(projectId)).filter(name -> !name.isBlank());
    }
}
