package org.reckoner.collect.distil;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.meter.Meters;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads Distil's files as they are: `meter_mappings.yml` with `transformer.yaml` beside it, or the one
/// configuration file of before, with `collection.meter_mappings` as a list or by meter,
/// and `collection.metadata_def` by type.
///
/// Whatever is not known is refused when the file is read, all of it at once: a transformer that does not exist
/// is found at the start, and not at the end of a month.
public final class MappingFile {

    private static final Set<String> ENTRY_KEYS =
            Set.of("meter", "type", "transformer", "unit", "service", "res_id_template", "metadata", "transform_info");
    private static final Set<String> FIELD_KEYS = Set.of("sources", "template");
    private static final List<String> TRANSFORMERS = List.of(
            "uptime", "max", "storagemax", "sum", "fromimage", "networkservice", "magnum", "cumulative", "integrate");

    /// What transformers were called in the generations before.
    private static final Map<String, String> OLD_NAMES = Map.ofEntries(
            Map.entry("InstanceUptime", "uptime"),
            Map.entry("GaugeMax", "max"),
            Map.entry("StorageMax", "storagemax"),
            Map.entry("GaugeSum", "sum"),
            Map.entry("FromImage", "fromimage"),
            Map.entry("GaugeNetworkService", "networkservice"),
            Map.entry("Magnum", "magnum"),
            Map.entry("MagnumTransformer", "magnum"),
            Map.entry("CumulativeRange", "cumulative"),
            Map.entry("CumulativeTotal", "cumulative"));

    private static final String NUMBERED_UPTIME = "Uptime";

    /// How the files are to be understood.
    ///
    /// @param volumeTypes the name of a volume type by its name or id
    /// @param legacy whether transformers are to have Distil's faults
    public record Options(Function<String, Optional<String>> volumeTypes, boolean legacy) {}

    private final Path file;
    private final Options options;
    private final List<String> problems = new ArrayList<>();
    private Set<String> tracked = new HashSet<>(Uptime.USUALLY_TRACKED);
    private FromImage fromImage;
    private Map<String, Object> metadataByType = Map.of();

    private MappingFile(Path file, Options options) {
        this.file = file;
        this.options = options;
        this.fromImage = FromImage.USUAL;
    }

    /// @param mappings the file with the meters
    /// @param transformers the file that configures transformers, if it is another
    /// @throws BadMapping if a file cannot be read or says anything that is not known, listing all of it
    public static Mappings read(Path mappings, Optional<Path> transformers, Options options) {
        MappingFile reading = new MappingFile(mappings, options);
        Object root = load(mappings);
        if (root instanceof Map<?, ?> map && map.get("transformers") != null) {
            reading.transformers(mappings, "transformers, ", map.get("transformers"));
        }
        transformers.ifPresent(path -> {
            Object found = load(path);
            Object inner =
                    found instanceof Map<?, ?> map && map.get("transformers") != null ? map.get("transformers") : found;
            reading.transformers(path, "", inner);
        });
        List<Mapping> entries = reading.entries(root);
        if (!reading.problems.isEmpty()) {
            throw new BadMapping("the meter mappings are refused:\n" + String.join("\n", reading.problems));
        }
        return Mappings.of(entries);
    }

    private static Object load(Path path) {
        try {
            Object found = new Load(
                            LoadSettings.builder().setLabel(path.toString()).build())
                    .loadFromString(Files.readString(path));
            return found == null ? Map.of() : found;
        } catch (NoSuchFileException e) {
            throw new BadMapping("cannot read %s: it is not there".formatted(path));
        } catch (IOException e) {
            throw new BadMapping("cannot read %s: %s".formatted(path, e.getMessage()));
        } catch (MarkedYamlEngineException e) {
            String place = e.getProblemMark()
                    .map(mark -> ":%d:%d".formatted(mark.getLine() + 1, mark.getColumn() + 1))
                    .orElse("");
            throw new BadMapping("%s%s is not YAML: %s".formatted(path, place, e.getProblem()));
        } catch (YamlEngineException e) {
            throw new BadMapping("%s is not YAML: %s".formatted(path, e.getMessage()));
        }
    }

    private void problem(String where, String what) {
        problems.add("%s: %s: %s".formatted(file, where, what));
    }

    private void transformers(Path path, String where, Object found) {
        if (!(found instanceof Map<?, ?> map)) {
            problems.add("%s: %sexpected a mapping of transformers to what they need".formatted(path, where));
            return;
        }
        map.forEach((key, value) -> {
            String name = String.valueOf(key);
            Map<String, Object> settings = named(value);
            switch (name) {
                case "uptime" -> {
                    only(path, where + name, settings, Set.of("tracked_states"));
                    tracked =
                            new HashSet<>(texts(path, where + name, settings, "tracked_states", List.copyOf(tracked)));
                }
                case "fromimage", "from_image" -> {
                    only(path, where + name, settings, Set.of("service", "md_keys", "none_values", "size_keys"));
                    fromImage = new FromImage(
                            service(String.valueOf(settings.getOrDefault("service", fromImage.service()))),
                            texts(path, where + name, settings, "md_keys", fromImage.imageKeys()),
                            texts(path, where + name, settings, "none_values", fromImage.noImage()),
                            texts(path, where + name, settings, "size_keys", fromImage.sizeKeys()),
                            options.legacy());
                }
                default ->
                    problems.add("%s: %sunknown transformer '%s'; those with settings are uptime and fromimage"
                            .formatted(path, where, name));
            }
        });
    }

    private void only(Path path, String where, Map<String, Object> settings, Set<String> known) {
        settings.keySet().stream()
                .filter(key -> !known.contains(key))
                .forEach(key -> problems.add(
                        "%s: %s: unknown key '%s'; known are %s".formatted(path, where, key, sorted(known))));
    }

    private List<String> texts(
            Path path, String where, Map<String, Object> settings, String key, List<String> otherwise) {
        Object found = settings.get(key);
        if (found == null) {
            return otherwise;
        }
        if (!(found instanceof List<?> list)) {
            problems.add("%s: %s: '%s' is '%s'; expected a list".formatted(path, where, key, found));
            return otherwise;
        }
        return list.stream().map(String::valueOf).toList();
    }

    private List<Mapping> entries(Object root) {
        Object found = root;
        if (root instanceof Map<?, ?> map) {
            Object inner = named(map.get("collection")).get("meter_mappings");
            metadataByType = named(named(map.get("collection")).get("metadata_def"));
            found = inner != null ? inner : map.get("meter_mappings") != null ? map.get("meter_mappings") : root;
        }
        List<Mapping> entries = new ArrayList<>();
        switch (found) {
            case List<?> list -> {
                int number = 0;
                for (Object item : list) {
                    number++;
                    Map<String, Object> keys = named(item);
                    String meter = keys.get("meter") == null ? "" : " (" + keys.get("meter") + ")";
                    entry("entry " + number + meter, item, keys).ifPresent(entries::add);
                }
            }
            case Map<?, ?> byMeter ->
                byMeter.forEach((meter, value) -> {
                    Map<String, Object> keys = new LinkedHashMap<>(named(value));
                    keys.putIfAbsent("meter", meter);
                    entry("entry " + meter, value, keys).ifPresent(entries::add);
                });
            default -> problem("the file", "expected a list of meters, or collection.meter_mappings in a mapping");
        }
        if (entries.isEmpty() && problems.isEmpty()) {
            problem("the file", "it maps no meter; expected at least one entry");
        }
        return entries;
    }

    private Optional<Mapping> entry(String where, Object item, Map<String, Object> keys) {
        int before = problems.size();
        if (!(item instanceof Map<?, ?>)) {
            problem(where, "expected a mapping with meter, type, transformer and unit, not '%s'".formatted(item));
            return Optional.empty();
        }
        keys.keySet().stream()
                .filter(key -> !ENTRY_KEYS.contains(key))
                .forEach(key -> problem(where, "unknown key '%s'; known are %s".formatted(key, sorted(ENTRY_KEYS))));
        String meter = text(where, keys, "meter").orElse("");
        String type = text(where, keys, "type").orElse("");
        Optional<Transformer> transformer = transformer(where, keys);
        Optional<MappedUnit> unit = unit(where, keys, transformer);
        String service = service(
                keys.get("service") == null
                        ? meter
                        : text(where, keys, "service").orElse(meter));
        Mapping.Template resource = template(where, keys, "res_id_template");
        List<Mapping.Field> fields =
                keys.containsKey("metadata") ? fields(where, keys.get("metadata")) : fieldsOfType(where, type, keys);
        if (problems.size() > before || transformer.isEmpty() || unit.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Mapping(meter, reckonersType(type), transformer.get(), unit.get(), service, resource, fields));
    }

    /// `Floating IP` is `floating_ip`, as everywhere in Reckoner.
    private static String reckonersType(String type) {
        return type.strip().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    }

    private Optional<String> text(String where, Map<String, Object> keys, String key) {
        Object found = keys.get(key);
        if (found == null || found.toString().isBlank()) {
            problem(where, "'%s' is missing".formatted(key));
            return Optional.empty();
        }
        if (found instanceof Map || found instanceof List) {
            problem(where, "'%s' is not a plain value".formatted(key));
            return Optional.empty();
        }
        return Optional.of(found.toString());
    }

    /// A meter of Reckoner's own has a kind and a unit already, and cannot be told otherwise: what is called like
    /// it gets another name.
    private static String service(String name) {
        return Meters.BUILT_IN.find(name).isPresent() ? "ceilometer." + name : name;
    }

    /// Without one, volumes are integrated over time.
    private Optional<Transformer> transformer(String where, Map<String, Object> keys) {
        if (keys.get("transformer") == null) {
            return Optional.of(new Integral());
        }
        return text(where, keys, "transformer").flatMap(name -> {
            if (name.equals(NUMBERED_UPTIME)) {
                return Optional.of(new Uptime(tracked, true, options.legacy()));
            }
            Optional<Transformer> known = transformer(OLD_NAMES.getOrDefault(name, name));
            if (known.isEmpty()) {
                problem(
                        where,
                        "unknown transformer '%s'; known are %s".formatted(name, String.join(", ", TRANSFORMERS)));
            }
            return known;
        });
    }

    private Optional<Transformer> transformer(String name) {
        boolean legacy = options.legacy();
        return Optional.ofNullable(
                switch (name) {
                    case "uptime" -> new Uptime(tracked, false, legacy);
                    case "max" -> new Maximum(legacy);
                    case "storagemax" -> new StorageMaximum(options.volumeTypes(), legacy);
                    case "sum" -> new Sum();
                    case "fromimage" ->
                        new FromImage(
                                fromImage.service(),
                                fromImage.imageKeys(),
                                fromImage.noImage(),
                                fromImage.sizeKeys(),
                                legacy);
                    case "networkservice" -> new NetworkService(legacy);
                    case "magnum" -> new Magnum(legacy);
                    case "cumulative" -> new Cumulative(legacy);
                    case "integrate" -> new Integral();
                    default -> null;
                });
    }

    private Optional<MappedUnit> unit(String where, Map<String, Object> keys, Optional<Transformer> transformer) {
        Optional<String> word = text(where, keys, "unit");
        Optional<MappedUnit> unit = word.flatMap(MappedUnit::of);
        if (word.isPresent() && unit.isEmpty()) {
            problem(where, "unknown unit '%s'; known are second, hour, byte and gigabyte".formatted(word.get()));
        }
        if (unit.isPresent()
                && transformer.isPresent()
                && !unit.get().fits(transformer.get().result())) {
            problem(
                    where,
                    transformer.get() instanceof Uptime
                            ? "uptime is told in seconds; expected unit second, not " + word.orElse("")
                            : "what is held is told in hour, byte or gigabyte; expected one of them, not second");
            return Optional.empty();
        }
        return unit;
    }

    private Mapping.Template template(String where, Map<String, Object> keys, String key) {
        if (keys.get(key) == null) {
            return Mapping.Template.SAME;
        }
        String text = text(where, keys, key).orElse("%s");
        Optional<Mapping.Template> template = Mapping.Template.of(text);
        if (template.isEmpty()) {
            problem(where, "'%s' is '%s'; expected a text with one %%s in it".formatted(key, text));
        }
        return template.orElse(Mapping.Template.SAME);
    }

    /// In the file of 2014 metadata is said once for a type; templates are for entries with `transform_info`.
    private List<Mapping.Field> fieldsOfType(String where, String type, Map<String, Object> keys) {
        boolean templates = "true".equalsIgnoreCase(String.valueOf(keys.get("transform_info")));
        return fields(where, metadataByType.get(type)).stream()
                .map(field ->
                        templates ? field : new Mapping.Field(field.name(), field.sources(), Mapping.Template.SAME))
                .toList();
    }

    private List<Mapping.Field> fields(String where, @Nullable Object metadata) {
        List<Mapping.Field> fields = new ArrayList<>();
        if (metadata != null && !(metadata instanceof Map<?, ?>)) {
            problem(where, "'metadata' is '%s'; expected a mapping of fields to their sources".formatted(metadata));
        }
        named(metadata).forEach((name, value) -> {
            String place = where + ", metadata, " + name;
            Map<String, Object> keys = named(value);
            keys.keySet().stream()
                    .filter(key -> !FIELD_KEYS.contains(key))
                    .forEach(
                            key -> problem(place, "unknown key '%s'; known are %s".formatted(key, sorted(FIELD_KEYS))));
            if (keys.get("sources") instanceof List<?> sources && !sources.isEmpty()) {
                fields.add(new Mapping.Field(
                        name.strip().replaceAll("\\s+", "_"),
                        sources.stream().map(String::valueOf).toList(),
                        template(place, keys, "template")));
            } else {
                problem(place, "'sources' is missing; expected a list of keys of the samples' metadata");
            }
        });
        return fields;
    }

    /// A mapping by text; what is none is empty.
    private static Map<String, Object> named(@Nullable Object value) {
        Map<String, Object> named = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> {
                if (inner != null) {
                    named.put(String.valueOf(key), inner);
                }
            });
        }
        return named;
    }

    private static String sorted(Set<String> words) {
        Map<String, String> sorted = new TreeMap<>();
        words.forEach(word -> sorted.put(word, word));
        return String.join(", ", sorted.keySet());
    }
}
