package org.reckoner.collect.distil;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// All entries of a mapping file.
///
/// @param entries in the order of the file
/// @param byMeter the same, by what they are made of
public record Mappings(List<Mapping> entries, SortedMap<String, List<Mapping>> byMeter) {

    static Mappings of(List<Mapping> entries) {
        TreeMap<String, List<Mapping>> byMeter = new TreeMap<>();
        entries.forEach(entry -> byMeter.computeIfAbsent(entry.meter(), meter -> new ArrayList<>())
                .add(entry));
        return new Mappings(List.copyOf(entries), Collections.unmodifiableSortedMap(byMeter));
    }

    /// The meters that something is made of.
    public SortedSet<String> meters() {
        return new TreeSet<>(byMeter.keySet());
    }

    /// The keys of the metadata that matter; nothing else of it is kept.
    public SortedSet<String> keys() {
        TreeSet<String> keys = new TreeSet<>();
        entries.forEach(entry -> keys.addAll(entry.keys()));
        return keys;
    }

    /// What is made of a meter, in the order of the file.
    public List<Mapping> of(String meter) {
        return byMeter.getOrDefault(meter, List.of());
    }

    /// The services that entries name, and in which unit they are told. A price book declares them as meters.
    /// Flavors are not among them.
    public SortedMap<String, String> services() {
        TreeMap<String, String> services = new TreeMap<>();
        for (Mapping entry : entries) {
            String unit = entry.unit().told(entry.transformer().result());
            switch (entry.transformer()) {
                case Uptime uptime -> {}
                case FromImage image -> services.put(image.service(), unit);
                default -> services.put(entry.service(), unit);
            }
        }
        return services;
    }
}
