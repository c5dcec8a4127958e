package org.reckoner.collect.openstack;

import java.net.URI;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A cloud and how to get into it: what an entry of `clouds.yaml` says, or the `OS_*` environment.
///
/// @param name as the operator calls it
/// @param authUrl Keystone's address, with `/v3` at its end
/// @param region which of the cloud's regions; none if the cloud has but one
/// @param endpoints which of a service's addresses to use
/// @param authority a file of certificates to trust, instead of those that Java trusts
/// @param verify whether to insist on a certificate that can be trusted
/// @param overrides addresses to use instead of the catalogue's, by service type
public record Cloud(
        String name,
        URI authUrl,
        Credentials credentials,
        Optional<String> region,
        Interface endpoints,
        Optional<Path> authority,
        boolean verify,
        SortedMap<String, URI> overrides) {

    /// For whom a service's address is meant. The name is what the catalogue calls it.
    public enum Interface {
        PUBLIC,
        INTERNAL,
        ADMIN;

        String inCatalogue() {
            return switch (this) {
                case PUBLIC -> "public";
                case INTERNAL -> "internal";
                case ADMIN -> "admin";
            };
        }
    }

    /// The same cloud, another of its regions.
    public Cloud in(String otherRegion) {
        return new Cloud(name, authUrl, credentials, Optional.of(otherRegion), endpoints, authority, verify, overrides);
    }

    public Cloud {
        overrides = Collections.unmodifiableSortedMap(new TreeMap<>(overrides));
    }
}
