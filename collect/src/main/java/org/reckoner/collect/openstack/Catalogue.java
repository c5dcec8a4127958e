package org.reckoner.collect.openstack;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Where the services are, as Keystone's catalogue says.
record Catalogue(List<Entry> entries) {

    Catalogue {
        entries = List.copyOf(entries);
    }

    /// One address of one service.
    record Entry(String type, String region, String kind, String url) {}

    static Catalogue of(JsonNode catalogue) {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode service : catalogue) {
            for (JsonNode endpoint : service.path("endpoints")) {
                String region = endpoint.path("region_id")
                        .asString(endpoint.path("region").asString(""));
                entries.add(new Entry(
                        service.path("type").asString(""),
                        region,
                        endpoint.path("interface").asString(""),
                        endpoint.path("url").asString("")));
            }
        }
        return new Catalogue(entries);
    }

    boolean has(Cloud cloud, Service service) {
        return service.types().stream()
                .anyMatch(type -> cloud.overrides().containsKey(type)
                        || entries.stream().anyMatch(entry -> entry.type().equals(type)));
    }

    /// The address of a service.
    ///
    /// @throws BadCloud if it is not in the catalogue; the message says what is
    URI find(Cloud cloud, Service service) {
        for (String type : service.types()) {
            URI override = cloud.overrides().get(type);
            if (override != null) {
                return override;
            }
        }
        List<Entry> ofService = service.types().stream()
                .flatMap(type -> entries.stream().filter(entry -> entry.type().equals(type)))
                .toList();
        if (ofService.isEmpty()) {
            throw new BadCloud("the catalogue of cloud %s has no %s (type %s); it has %s"
                    .formatted(
                            cloud.name(),
                            service.title(),
                            String.join(" or ", service.types()),
                            listed(entries.stream().map(Entry::type))));
        }
        List<Entry> ofInterface = ofService.stream()
                .filter(entry -> entry.kind().equals(cloud.endpoints().inCatalogue()))
                .toList();
        if (ofInterface.isEmpty()) {
            throw new BadCloud("the catalogue of cloud %s has no %s address of %s; it has %s. Set 'interface'"
                    .formatted(
                            cloud.name(),
                            cloud.endpoints().inCatalogue(),
                            service.title(),
                            listed(ofService.stream().map(Entry::kind))));
        }
        List<Entry> ofRegion = ofInterface.stream()
                .filter(entry ->
                        cloud.region().isEmpty() || cloud.region().get().equals(entry.region()))
                .toList();
        if (ofRegion.isEmpty()) {
            throw new BadCloud("the catalogue of cloud %s has no %s in region %s; it is in %s"
                    .formatted(
                            cloud.name(),
                            service.title(),
                            cloud.region().orElse("?"),
                            listed(ofInterface.stream().map(Entry::region))));
        }
        return uri(cloud, service, ofRegion.getFirst().url());
    }

    private static URI uri(Cloud cloud, Service service, String url) {
        try {
            return CloudsFile.http(url);
        } catch (IllegalArgumentException e) {
            throw new BadCloud("the catalogue of cloud %s gives '%s' as the address of %s, which is no http address"
                    .formatted(cloud.name(), url, service.title()));
        }
    }

    private static String listed(Stream<String> words) {
        String all =
                words.collect(Collectors.toCollection(TreeSet::new)).stream().collect(Collectors.joining(", "));
        return all.isEmpty() ? "nothing" : all;
    }
}
