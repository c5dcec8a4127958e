package org.reckoner.collect.cloudkitty;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.reckoner.collect.measured.Combination;
import org.reckoner.collect.measured.Conversion;
import org.reckoner.collect.measured.Definition;
import org.reckoner.collect.measured.Mutation;
import org.reckoner.collect.measured.Skip;
import org.reckoner.core.money.Ratio;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/// Reads CloudKitty's `metrics.yml` as it is (CloudKitty's documentation, "Metrics collection"). Every key is
/// understood or refused, with the file, the metric and the key; numbers are taken exactly as written.
public final class MetricsFile {

    /// Which collector the file is for: what `extra_args` may say depends on it.
    public enum Collector {
        GNOCCHI,
        PROMETHEUS,
        /// Whichever it was: what it asked is of no concern where CloudKitty itself is asked what it rated.
        ANY
    }

    private static final Set<String> KEYS = new TreeSet<>(List.of(
            "unit",
            "alt_name",
            "description",
            "factor",
            "offset",
            "mutate",
            "mutate_map",
            "groupby",
            "metadata",
            "skip_datapoints_expression",
            "extra_args"));

    /// What of `extra_args` goes to the store under another name.
    private static final Map<String, String> GNOCCHI = Map.of(
            "resource_type", "resource-type",
            "re_aggregation_method", "re-aggregation",
            "custom_query", "operations",
            "use_all_resource_revisions", "history");

    private static final Map<String, String> PROMETHEUS = Map.of(
            "query_function", "function",
            "range_function", "range-function",
            "query_prefix", "prefix",
            "query_suffix", "suffix");

    /// Which resource it is, in the words of exporters, the best first.
    private static final List<String> RESOURCE_LABELS = List.of("id", "resource_id", "uuid", "resource");

    /// Gnocchi's word for a type and ours, where they differ.
    private static final Map<String, String> TYPES = Map.of("instance", "server");

    private static final Pattern FRACTION = Pattern.compile("-?[0-9]+\\s*/\\s*[1-9][0-9]*");
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]{1,2})?");
    private static final String DEFAULT_AGGREGATION = "max";
    private static final String USUAL_GRANULARITY = "3600";

    private final String file;
    private final Collector collector;
    private final String scopeKey;
    private final boolean mayBeEmpty;
    private final List<String> problems = new ArrayList<>();

    private MetricsFile(String file, Collector collector, String scopeKey, boolean mayBeEmpty) {
        this.file = file;
        this.collector = collector;
        this.scopeKey = scopeKey;
        this.mayBeEmpty = mayBeEmpty;
    }

    /// @param scopeKey the attribute that says who pays, CloudKitty's `scope_key`: usually `project_id`
    /// @param mayBeEmpty as in [Definition]
    /// @throws BadMetrics if the file cannot be read or says something that is not understood; with all problems
    public static List<Definition> read(Path path, Collector collector, String scopeKey, boolean mayBeEmpty) {
        try {
            return parse(path.toString(), Files.readString(path), collector, scopeKey, mayBeEmpty);
        } catch (NoSuchFileException e) {
            throw new BadMetrics("cannot read %s: it is not there".formatted(path));
        } catch (IOException e) {
            throw new BadMetrics("cannot read %s: %s".formatted(path, e.getMessage()));
        }
    }

    /// @param file what problems call the text
    public static List<Definition> parse(
            String file, String text, Collector collector, String scopeKey, boolean mayBeEmpty) {
        MetricsFile reading = new MetricsFile(file, collector, scopeKey, mayBeEmpty);
        List<Definition> definitions = reading.definitions(yaml(file, text));
        if (!reading.problems.isEmpty()) {
            throw new BadMetrics(String.join("\n", reading.problems));
        }
        return definitions;
    }

    private static Object yaml(String file, String text) {
        try {
            Object parsed = new Load(LoadSettings.builder()
                            .setLabel(file)
                            .setSchema(new FailsafeSchema())
                            .build())
                    .loadFromString(text);
            return parsed == null ? Map.of() : parsed;
        } catch (MarkedYamlEngineException e) {
            throw new BadMetrics("%s%s is not YAML: %s"
                    .formatted(file, e.getProblemMark().map(MetricsFile::place).orElse(""), e.getProblem()));
        } catch (YamlEngineException e) {
            throw new BadMetrics("%s is not YAML: %s".formatted(file, e.getMessage()));
        }
    }

    private static String place(Mark mark) {
        return ":%d:%d".formatted(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private List<Definition> definitions(Object root) {
        Map<String, Object> top = mapping("the file", root);
        top.keySet().stream()
                .filter(key -> !key.equals("metrics"))
                .forEach(key -> problem("", "unknown key '%s'; expected 'metrics' and nothing else".formatted(key)));
        Object metrics = top.get("metrics");
        if (metrics == null) {
            problem("", "'metrics' is missing");
            return List.of();
        }
        Map<String, Definition> byMeter = new LinkedHashMap<>();
        mapping("metrics", metrics).forEach((metric, said) -> {
            List<?> several = said instanceof List<?> list ? list : List.of(said);
            for (Object one : several) {
                definition(metric, mapping(metric, one)).ifPresent(definition -> {
                    if (byMeter.putIfAbsent(definition.meter(), definition) != null) {
                        problem(
                                metric,
                                "there are two metrics named '%s'; give one another alt_name"
                                        .formatted(definition.meter()));
                    }
                });
            }
        });
        return List.copyOf(byMeter.values());
    }

    private Optional<Definition> definition(String metric, Map<String, Object> said) {
        int before = problems.size();
        said.keySet().stream()
                .filter(key -> !KEYS.contains(key))
                .forEach(key ->
                        problem(metric, "unknown key '%s'; known are %s".formatted(key, String.join(", ", KEYS))));
        String meter = text(metric, said, "alt_name").orElse(metric);
        Optional<String> unit = text(metric, said, "unit");
        if (unit.isEmpty()) {
            problem(metric, "'unit' is missing");
        }
        text(metric, said, "description");
        Ratio factor = value(metric, said, "factor", "a number or a fraction such as 1/1048576", MetricsFile::number)
                .orElse(Ratio.of(1));
        Ratio offset = value(metric, said, "offset", "a number or a fraction", MetricsFile::number)
                .orElse(Ratio.ZERO);
        Mutation mutation = value(
                        metric, said, "mutate", "NONE, NUMBOOL, NOTNUMBOOL, FLOOR, CEIL or MAP", Mutation::parse)
                .orElse(Mutation.NONE);
        SortedMap<Ratio, Ratio> table = table(metric, said);
        List<String> groupBy = texts(metric, said, "groupby");
        List<String> metadata = texts(metric, said, "metadata");
        metadata.stream()
                .filter(groupBy::contains)
                .forEach(key -> problem(
                        metric, "'%s' is in groupby and in metadata; expected it in one of them".formatted(key)));
        Optional<Skip> skip = skip(metric, said);
        Extra extra = extra(metric, said);
        Set<String> attributes = new LinkedHashSet<>(groupBy);
        attributes.addAll(metadata);
        if (problems.size() > before) {
            return Optional.empty();
        }
        try {
            List<String> resource = resource(extra, groupBy);
            return Optional.of(new Definition(
                    meter,
                    metric,
                    type(meter, extra),
                    unit.orElseThrow(),
                    Definition.Kind.AMOUNT,
                    new Conversion(factor, offset, mutation, table),
                    new Definition.Sampling(extra.aggregation, extra.granularity, Combination.of(extra.aggregation)),
                    Definition.Keys.of(resource, scopeKey, new ArrayList<>(attributes)),
                    skip,
                    mayBeEmpty,
                    extra.store));
        } catch (IllegalArgumentException e) {
            problem(metric, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /// What `extra_args` says, in our words.
    private record Extra(
            String aggregation,
            Optional<Duration> granularity,
            Optional<String> resourceKey,
            SortedMap<String, String> store) {}

    private Extra extra(String metric, Map<String, Object> said) {
        Map<String, Object> args =
                said.containsKey("extra_args") ? mapping(metric + ", extra_args", said.get("extra_args")) : Map.of();
        boolean gnocchi = collector == Collector.GNOCCHI || collector == Collector.ANY;
        Map<String, String> words = new TreeMap<>(gnocchi ? GNOCCHI : PROMETHEUS);
        if (collector == Collector.ANY) {
            words.putAll(PROMETHEUS);
        }
        Set<String> known = new TreeSet<>(words.keySet());
        known.add("aggregation_method");
        if (gnocchi) {
            known.addAll(List.of("resource_key", "force_granularity"));
        }
        args.keySet().stream()
                .filter(key -> !known.contains(key))
                .forEach(key -> problem(
                        metric, "unknown key 'extra_args, %s'; known are %s".formatted(key, String.join(", ", known))));
        TreeMap<String, String> store = new TreeMap<>();
        words.forEach((theirs, ours) -> text(metric, args, theirs).ifPresent(value -> store.put(ours, value)));
        store.computeIfPresent("history", (key, value) -> value.toLowerCase(java.util.Locale.ROOT));
        if (collector == Collector.GNOCCHI && !store.containsKey("resource-type")) {
            problem(metric, "'extra_args, resource_type' is missing");
        }
        Optional<Duration> granularity = gnocchi
                ? value(
                                metric,
                                args.containsKey("force_granularity")
                                        ? args
                                        : Map.of("force_granularity", USUAL_GRANULARITY),
                                "force_granularity",
                                "whole seconds, 0 for the period",
                                text -> Duration.ofSeconds(Integer.parseUnsignedInt(text)))
                        .filter(length -> !length.isZero())
                : Optional.empty();
        return new Extra(
                text(metric, args, "aggregation_method").orElse(DEFAULT_AGGREGATION),
                granularity,
                text(metric, args, "resource_key"),
                store);
    }

    /// Gnocchi's resources have an id. What Prometheus counts is named by a label that says so, else by all labels
    /// together.
    private List<String> resource(Extra extra, List<String> groupBy) {
        if (collector == Collector.GNOCCHI || extra.store.containsKey("resource-type")) {
            return List.of(extra.resourceKey.orElse("id"));
        }
        return RESOURCE_LABELS.stream()
                .filter(groupBy::contains)
                .findFirst()
                .map(List::of)
                .orElseGet(() -> {
                    List<String> labels = groupBy.stream()
                            .filter(key -> !key.equals(scopeKey))
                            .toList();
                    return labels.isEmpty() ? List.of(scopeKey) : labels;
                });
    }

    private static String type(String meter, Extra extra) {
        String type = extra.store.getOrDefault("resource-type", meter);
        return TYPES.getOrDefault(type, type);
    }

    private Optional<Skip> skip(String metric, Map<String, Object> said) {
        Optional<String> expression = text(metric, said, "skip_datapoints_expression")
                .map(String::strip)
                .filter(text -> !text.equals("False"));
        if (expression.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Skip.parse(expression.get()));
        } catch (IllegalArgumentException e) {
            problem(metric, "'skip_datapoints_expression': " + e.getMessage());
            return Optional.empty();
        }
    }

    private SortedMap<Ratio, Ratio> table(String metric, Map<String, Object> said) {
        TreeMap<Ratio, Ratio> table = new TreeMap<>();
        if (said.containsKey("mutate_map")) {
            mapping(metric + ", mutate_map", said.get("mutate_map")).forEach((from, to) -> {
                try {
                    table.put(number(from), number(String.valueOf(to)));
                } catch (IllegalArgumentException e) {
                    problem(metric, "'mutate_map' has %s: %s; expected numbers".formatted(from, to));
                }
            });
        }
        return table;
    }

    private static Ratio number(String text) {
        if (FRACTION.matcher(text).matches()) {
            return Ratio.parse(text.replaceAll("\\s", ""));
        }
        if (!DECIMAL.matcher(text).matches()) {
            throw new IllegalArgumentException(text);
        }
        return Ratio.parse(text);
    }

    private List<String> texts(String metric, Map<String, Object> said, String key) {
        return switch (said.get(key)) {
            case null -> List.of();
            case List<?> list
            when list.stream().allMatch(String.class::isInstance) ->
                list.stream().map(String::valueOf).toList();
            case Map<?, ?> renamed -> {
                problem(
                        metric,
                        "'%s' is a mapping; expected a list of attributes. Attributes under other names are not supported"
                                .formatted(key));
                yield List.of();
            }
            default -> {
                problem(metric, "'%s' is no list of attributes".formatted(key));
                yield List.of();
            }
        };
    }

    private <T> Optional<T> value(
            String metric, Map<String, Object> said, String key, String expected, Function<String, T> parse) {
        return text(metric, said, key).flatMap(text -> {
            try {
                return Optional.of(parse.apply(text));
            } catch (IllegalArgumentException e) {
                problem(metric, "'%s' is '%s'; expected %s".formatted(key, text, expected));
                return Optional.empty();
            }
        });
    }

    private Optional<String> text(String metric, Map<String, Object> said, String key) {
        @Nullable Object value = said.get(key);
        if (value == null || value instanceof String text && text.isBlank()) {
            return Optional.empty();
        }
        if (!(value instanceof String text)) {
            problem(metric, "'%s' is a list or a mapping; expected one value".formatted(key));
            return Optional.empty();
        }
        return Optional.of(text);
    }

    private Map<String, Object> mapping(String where, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            problem(where, "expected a mapping of keys and values");
            return Map.of();
        }
        Map<String, Object> named = new LinkedHashMap<>();
        map.forEach((key, one) -> {
            if (one != null) {
                named.put(String.valueOf(key), one);
            }
        });
        return named;
    }

    private void problem(String metric, String what) {
        problems.add(
                metric.isEmpty() ? "%s: %s".formatted(file, what) : "%s: metric %s: %s".formatted(file, metric, what));
    }
}
