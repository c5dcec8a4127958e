package org.reckoner.core.meter;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Names of things that messages mention by id only: Cinder says the uuid of a volume type, prices say its
/// name.
///
/// @param names by dimension, then by id: `volume_type` → (`bd786358-…` → `fast-ssd`)
public record References(Map<String, Map<String, String>> names) {

    public static final References NONE = new References(Map.of());

    /// The attributes with names for ids where known; the id itself moves to the dimension `…_id`.
    public SortedMap<String, String> named(SortedMap<String, String> attributes) {
        TreeMap<String, String> named = new TreeMap<>(attributes);
        names.forEach((dimension, byId) -> {
            String id = attributes.get(dimension);
            if (id != null && byId.containsKey(id)) {
                named.put(dimension, byId.get(id));
                named.put(dimension + "_id", id);
            }
        });
        return named;
    }
}
