package org.reckoner.collect.distil;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.meter.ByName;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;

/// An entry of a meter-mapping file: what is made of the samples of one meter. A meter may have several.
///
/// @param meter in Ceilometer's word
/// @param type the kind of resource as Reckoner writes types: `virtual_machine` for `Virtual Machine`
/// @param service the product that it is sold as; transformers that find their own do not look at it
/// @param resource the resource's own id where `%s` stands
/// @param fields what is known of the resource, from the last sample's metadata
public record Mapping(
        String meter,
        String type,
        Transformer transformer,
        MappedUnit unit,
        String service,
        Template resource,
        List<Field> fields) {

    private static final String CONTAINER = "object_storage_container";
    private static final String HASHED_SERVICE = "o1.standard";
    private static final List<String> OPERATING_SYSTEM =
            List.of("os_distro", "image_meta.os_distro", "image.os_distro");

    public Mapping {
        fields = List.copyOf(fields);
    }

    /// A text with one place for another: `%s - root disk`.
    ///
    /// @param before what stands before the place
    /// @param after what stands after it
    public record Template(String before, String after) {

        static final Template SAME = new Template("", "");

        /// Nothing if there is not exactly one `%s`, or another `%`.
        static Optional<Template> of(String text) {
            int place = text.indexOf("%s");
            if (place < 0 || text.indexOf('%') != place || text.indexOf('%', place + 1) >= 0) {
                return Optional.empty();
            }
            return Optional.of(new Template(text.substring(0, place), text.substring(place + 2)));
        }

        public String with(String text) {
            return this == SAME ? text : before + text + after;
        }
    }

    /// @param name of the attribute that it becomes
    /// @param sources keys of the metadata; the first that is there
    public record Field(String name, List<String> sources, Template template) {
        public Field {
            sources = List.copyOf(sources);
        }
    }

    /// What a window of one resource came to.
    ///
    /// @param type the resource's type, as Reckoner writes types
    /// @param flows by service, in the unit that [MappedUnit#told] says
    public record Measured(
            String type, String resource, SortedMap<String, BigDecimal> flows, SortedMap<String, String> attributes) {}

    /// Makes use of one resource's samples; nothing if they tell of none.
    ///
    /// @param samples as [Transformer#measure] takes them; at least one
    /// @throws Unmeasurable if a sample is not as the transformer needs it, or the use would be negative
    public Optional<Measured> measure(List<Sample> samples, Window window) throws Unmeasurable {
        ByName<BigDecimal> flows = transformer.measure(service, samples, window);
        if (flows.isEmpty()) {
            return Optional.empty();
        }
        for (Map.Entry<String, BigDecimal> each : flows.entrySet()) {
            if (each.getValue().signum() < 0) {
                throw new Unmeasurable("%s comes to %s of %s in the window; expected nothing below zero"
                        .formatted(meter, each.getValue().toPlainString(), each.getKey()));
            }
        }
        ByName<BigDecimal> told = flows.mapped(quantity -> unit.convert(quantity, transformer.result()));
        Sample last = last(samples, window);
        return Optional.of(new Measured(type, id(last, told), told, attributes(last)));
    }

    /// The last sample that does not come after the window.
    private static Sample last(List<Sample> samples, Window window) {
        for (int i = samples.size() - 1; i > 0; i--) {
            if (samples.get(i).time().isBefore(window.to())) {
                return samples.get(i);
            }
        }
        return samples.getFirst();
    }

    /// The ids of object storage containers hold a name that users choose, of any length: Distil hashes them.
    private String id(Sample sample, SortedMap<String, BigDecimal> flows) {
        String id = resource.with(sample.resource());
        return flows.containsKey(HASHED_SERVICE) ? md5(id) : id;
    }

    private ByName<String> attributes(Sample sample) {
        ByName<String> attributes = ByName.of();
        for (Field field : fields) {
            attributes = with(attributes, field.name(), first(sample, field.sources()), field.template());
        }
        if (type.equals(CONTAINER)) {
            int slash = sample.resource().indexOf('/');
            attributes = with(attributes, "name", sample.resource().substring(slash + 1), Template.SAME);
        }
        if (transformer instanceof Uptime) {
            attributes = with(attributes, "flavor", first(sample, Uptime.FLAVOR_KEYS), Template.SAME);
            attributes = with(attributes, "os_distro", first(sample, OPERATING_SYSTEM), Template.SAME);
        }
        return attributes;
    }

    /// With one more, if there is a value and none was known before.
    private static ByName<String> with(
            ByName<String> attributes, String name, @Nullable String value, Template template) {
        return value == null || attributes.containsKey(name) ? attributes : attributes.with(name, template.with(value));
    }

    /// The value of the first key that is there.
    static @Nullable String first(Sample sample, List<String> keys) {
        Map<String, String> metadata = sample.metadata();
        for (int i = 0; i < keys.size(); i++) {
            String value = metadata.get(keys.get(i));
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /// The keys of the metadata that matter to this entry.
    public SortedSet<String> keys() {
        TreeSet<String> keys = new TreeSet<>();
        fields.forEach(field -> keys.addAll(field.sources()));
        switch (transformer) {
            case Uptime uptime -> {
                keys.addAll(Uptime.STATE_KEYS);
                keys.addAll(Uptime.FLAVOR_KEYS);
                keys.addAll(OPERATING_SYSTEM);
            }
            case FromImage image -> {
                keys.addAll(image.imageKeys());
                keys.addAll(image.sizeKeys());
            }
            case StorageMaximum storage -> keys.add(StorageMaximum.TYPE_KEY);
            case Maximum m -> {}
            case NetworkService n -> {}
            case Magnum m -> {}
            case Sum s -> {}
            case Cumulative c -> {}
            case Integral i -> {}
        }
        return keys;
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
