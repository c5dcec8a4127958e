package org.reckoner.core.meter;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The meters that exist, by name. A meter named like a resource type counts the resources themselves.
public record Meters(SortedMap<String, Meter> byName) {

    /// What the bundled sources measure.
    public static final Meters BUILT_IN = of(List.of(
            Meter.level("server", "server"),
            Meter.level("vcpus", "vCPU"),
            Meter.level("memory", "MiB"),
            Meter.level("disk.root", "GiB"),
            Meter.level("disk.ephemeral", "GiB"),
            Meter.level("disk.swap", "MiB"),
            Meter.level("image", "image"),
            Meter.level("image.size", "B"),
            Meter.amount("image.download", "B"),
            Meter.level("volume", "volume"),
            Meter.level("volume.size", "GiB"),
            Meter.level("snapshot", "snapshot"),
            Meter.level("snapshot.size", "GiB"),
            Meter.level("floating_ip", "address"),
            Meter.level("router", "router"),
            Meter.level("network", "network")));

    public Meters {
        byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
    }

    private static Meters of(Collection<Meter> meters) {
        TreeMap<String, Meter> byName = new TreeMap<>();
        meters.forEach(meter -> byName.put(meter.name(), meter));
        return new Meters(byName);
    }

    public Optional<Meter> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// These and more; one of the same name replaces the old one.
    public Meters and(Collection<Meter> more) {
        TreeMap<String, Meter> both = new TreeMap<>(byName);
        more.forEach(meter -> both.put(meter.name(), meter));
        return new Meters(both);
    }
}
