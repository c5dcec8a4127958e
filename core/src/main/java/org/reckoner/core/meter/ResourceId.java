package org.reckoner.core.meter;

/// What is paid for, by name: a region, a type such as `server` or `volume`, and OpenStack's id of the thing.
public record ResourceId(String region, String type, String id) implements Comparable<ResourceId> {

    /// @throws IllegalArgumentException if a part is blank
    public ResourceId {
        if (region.isBlank() || type.isBlank() || id.isBlank()) {
            throw new IllegalArgumentException(
                    "a resource has a region, a type and an id: '%s', '%s', '%s'".formatted(region, type, id));
        }
    }

    @Override
    public int compareTo(ResourceId other) {
        int byRegion = region.compareTo(other.region);
        int byType = byRegion != 0 ? byRegion : type.compareTo(other.type);
        return byType != 0 ? byType : id.compareTo(other.id);
    }

    /// As `RegionOne/server/d671041c-…`.
    @Override
    public String toString() {
        return region + "/" + type + "/" + id;
    }
}
