package org.reckoner.deliver.artifice;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.reckoner.core.meter.Meter;
import org.reckoner.core.meter.Meters;

/// What one of Ceilometer's names means here.
///
/// @param meter the one that measures the same
/// @param flavor the servers that it is limited to, if it stands for a flavor
record CeilometerMeter(Meter meter, Optional<String> flavor) {

    private static final String INSTANCE_OF = "instance:";

    private static final Map<String, Meter> KNOWN = Map.ofEntries(
            builtIn("instance", "server"),
            builtIn("state", "server"),
            builtIn("vcpus", "vcpus"),
            builtIn("memory", "memory"),
            builtIn("disk.root.size", "disk.root"),
            builtIn("disk.ephemeral.size", "disk.ephemeral"),
            builtIn("volume", "volume"),
            builtIn("volume.size", "volume.size"),
            builtIn("snapshot", "snapshot"),
            builtIn("snapshot.size", "snapshot.size"),
            builtIn("volume.snapshot.size", "snapshot.size"),
            builtIn("image", "image"),
            builtIn("image.size", "image.size"),
            builtIn("image.download", "image.download"),
            builtIn("image.serve", "image.download"),
            builtIn("ip.floating", "floating_ip"),
            builtIn("router", "router"),
            builtIn("network", "network"),
            declared(Meter.level("storage.objects", "object")),
            declared(Meter.level("storage.objects.size", "B")),
            declared(Meter.level("storage.objects.containers", "container")),
            declared(Meter.amount("storage.objects.incoming.bytes", "B")),
            declared(Meter.amount("storage.objects.outgoing.bytes", "B")),
            declared(Meter.amount("network.incoming.bytes", "B")),
            declared(Meter.amount("network.outgoing.bytes", "B")),
            declared(Meter.amount("disk.read.bytes", "B")),
            declared(Meter.amount("disk.write.bytes", "B")));

    /// By name; a name that Ceilometer does not have is told by its unit: time means a flavor, bytes something
    /// that a source of the operator's measures.
    static Optional<CeilometerMeter> of(String name, Measure measure) {
        Meter known = KNOWN.get(name);
        if (known != null) {
            return Optional.of(new CeilometerMeter(known, Optional.empty()));
        }
        if (name.startsWith(INSTANCE_OF)) {
            return Optional.of(flavor(name.substring(INSTANCE_OF.length())));
        }
        if (measure.unit().isPresent()) {
            String own = name.toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9._-]+", "-")
                    .replaceAll("^[^a-z0-9]+", "");
            return own.isEmpty() || Meters.BUILT_IN.find(own).isPresent()
                    ? Optional.empty()
                    : Optional.of(new CeilometerMeter(
                            measure.time().isPresent() ? Meter.level(own, "B") : Meter.amount(own, "B"),
                            Optional.empty()));
        }
        return measure.isUnderstood() ? Optional.of(flavor(name)) : Optional.empty();
    }

    boolean isDeclared() {
        return Meters.BUILT_IN.find(meter.name()).isEmpty();
    }

    private static CeilometerMeter flavor(String name) {
        return new CeilometerMeter(Meters.BUILT_IN.find("server").orElseThrow(), Optional.of(name));
    }

    private static Map.Entry<String, Meter> builtIn(String ceilometer, String meter) {
        return Map.entry(ceilometer, Meters.BUILT_IN.find(meter).orElseThrow());
    }

    private static Map.Entry<String, Meter> declared(Meter meter) {
        return Map.entry(meter.name(), meter);
    }
}
