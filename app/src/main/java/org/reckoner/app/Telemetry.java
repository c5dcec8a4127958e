package org.reckoner.app;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.reckoner.app.config.SampleSettings;
import org.reckoner.collect.ceilometer.Ceilometer;
import org.reckoner.collect.distil.MappingFile;
import org.reckoner.collect.distil.Mappings;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.ledger.Ledger;

/// What is configured under `samples`, read and checked.
///
/// @param settings as configured
/// @param mappings what is made of which meter
public record Telemetry(SampleSettings settings, Mappings mappings) {

    /// @param volumeTypes the name of a volume type by its name or id
    /// @throws org.reckoner.collect.distil.BadMapping if a mapping says something that is not known
    public static Telemetry of(SampleSettings settings, Function<String, Optional<String>> volumeTypes) {
        return new Telemetry(
                settings,
                MappingFile.read(
                        settings.mapping(),
                        settings.transformers(),
                        new MappingFile.Options(volumeTypes, settings.legacy())));
    }

    /// Which samples are wanted.
    public Ceilometer wanted() {
        return new Ceilometer(mappings.meters(), mappings.keys(), settings.trusted());
    }

    /// The names of volume types by their names and ids, as Cinder's messages and back-fill told them.
    static Function<String, Optional<String>> volumeTypes(Ledger ledger) {
        Map<String, String> names = new TreeMap<>();
        List<ResourceId> types = ledger.resources().all(Optional.empty(), Optional.of("volume_type"));
        ledger.observations()
                .told(types)
                .forEach((resource, told) -> told.stream()
                        .sorted(Observation.ORDER)
                        .map(observation -> observation.report().attributes().get("name"))
                        .filter(name -> name != null && !name.isBlank())
                        .forEach(name -> {
                            names.put(resource.id(), name);
                            names.put(name, name);
                        }));
        return type -> Optional.ofNullable(names.get(type));
    }
}
