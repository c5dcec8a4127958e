package org.reckoner.collect.openstack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A collection of a service that is read page by page.
///
/// @param path below the service's root
/// @param key under which the answer holds the list; every element has an `id`
/// @param query without page size and marker
/// @param microversion at most this one; none for the service's oldest
public record Listing(Service service, String path, String key, List<Parameter> query, Optional<String> microversion) {

    public record Parameter(String name, String value) {}

    public Listing {
        query = List.copyOf(query);
    }

    public static Listing of(Service service, String path, String key) {
        return new Listing(service, path, key, List.of(), Optional.empty());
    }

    public Listing with(String name, String value) {
        List<Parameter> more = new ArrayList<>(query);
        more.add(new Parameter(name, value));
        return new Listing(service, path, key, more, microversion);
    }

    /// With the parameter, if there is a value for it.
    public Listing with(String name, Optional<String> value) {
        return value.map(given -> with(name, given)).orElse(this);
    }

    public Listing atMost(String newest) {
        return new Listing(service, path, key, query, Optional.of(newest));
    }
}
