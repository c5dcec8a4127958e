package org.reckoner.collect.backfill;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.reckoner.core.meter.Report;

/// What an API tells of a resource's past.
///
/// @param what the service's own word, such as `stop`
/// @param at when it was done
/// @param report what held from then on
/// @param changed what else it changed, without the API saying to what: names of levels and attributes; one
///     that ends with a dot stands for all that begin with it
public record Past(String what, Instant at, Report report, SortedSet<String> changed) {

    public Past {
        changed = Collections.unmodifiableSortedSet(new TreeSet<>(changed));
    }

    public Past(String what, Instant at, Report report) {
        this(what, at, report, new TreeSet<>());
    }

    /// Whether it changed a level or attribute of this name.
    boolean changed(String name) {
        return changed.contains(name)
                || changed.stream().anyMatch(prefix -> prefix.endsWith(".") && name.startsWith(prefix));
    }
}
