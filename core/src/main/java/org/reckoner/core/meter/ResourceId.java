package org.reckoner.core.meter;

import java.util.Comparator;

/// What is paid for, by name: a region, a type such as `server` or `volume`, and OpenStack's id of the thing.
public record ResourceId(String region, String type, String id) implements Comparable<ResourceId> {

    private static final Comparator<ResourceId> ORDER = Comparator.comparing(ResourceId::region)
            .thenComparing(ResourceId::type)
            .thenComparing(ResourceId::id);

    /// @throws IllegalArgumentException if a part is blank
    public ResourceId {
        if (region.isBlank() || type.isBlank() || id.isBlank()) {
            throw new IllegalArgumentException(
                    "a resource has a region, a type and an id: '%s', '%s', '%s'".formatted(region, type, id));
        }
    }

    @Override
    public int compareTo(ResourceId other) {
        return ORDER.compare(this, other);
    }

    /// As `RegionOne/server/d671041c-…`.
    @Override
    public String toString() {
        return region + "/" + type + "/" + id;
    }
}
