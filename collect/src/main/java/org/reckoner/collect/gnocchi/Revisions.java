package org.reckoner.collect.gnocchi;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.reckoner.core.time.Window;

/// What resources were like in the course of time, as their history in Gnocchi says.
final class Revisions {

    private final Map<String, List<Revision>> byResource = new HashMap<>();

    /// Most resources share what they are like with many others, which is kept once.
    private final Map<Map<String, String>, Map<String, String>> distinct = new HashMap<>();

    /// @param time from when to when it held
    record Revision(Window time, Map<String, String> values) {}

    void add(String resource, Instant from, Optional<Instant> to, Map<String, String> values) {
        Instant end = to.filter(until -> !until.isBefore(from)).orElse(to.isPresent() ? from : Window.FOREVER);
        Map<String, String> shared = distinct.computeIfAbsent(Map.copyOf(values), same -> same);
        byResource.computeIfAbsent(resource, id -> new ArrayList<>(1)).add(new Revision(new Window(from, end), shared));
    }

    /// What held for the longest part of a window; of two that held equally long the later. A window before all of
    /// the history is taken to have been as the history begins, one after it as it ends.
    ///
    /// @return nothing if the history does not know the resource
    Optional<Map<String, String>> in(String resource, Window window) {
        List<Revision> history = byResource.getOrDefault(resource, List.of());
        if (history.isEmpty()) {
            return Optional.empty();
        }
        Comparator<Revision> byTime = Comparator.comparing(Revision::time);
        return history.stream()
                .filter(revision -> revision.time().overlaps(window))
                .max(Comparator.comparing((Revision revision) -> share(revision, window))
                        .thenComparing(byTime))
                .or(() -> history.stream()
                        .filter(revision -> !revision.time().from().isBefore(window.to()))
                        .min(byTime))
                .or(() -> history.stream().max(byTime))
                .map(Revision::values);
    }

    private static Duration share(Revision revision, Window window) {
        return revision.time()
                .intersect(window)
                .map(part -> Duration.between(part.from(), part.to()))
                .orElse(Duration.ZERO);
    }
}
