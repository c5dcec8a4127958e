package org.reckoner.collect.gnocchi;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.reckoner.collect.measured.Definition;

/// What Gnocchi needs to know of a meter beside what every store does.
///
/// @param resourceType as Gnocchi calls it: `instance_network_interface`
/// @param operations what is computed of the metric, in Gnocchi's notation
/// @param history whether attributes are those of the time of use; else those of now
/// @param filter a search in Gnocchi's notation that resources must fit
record GnocchiMeter(
        Definition definition, String resourceType, String operations, boolean history, Optional<String> filter) {

    static final String RESOURCE_TYPE = "resource-type";
    static final String RE_AGGREGATION = "re-aggregation";
    static final String OPERATIONS = "operations";
    static final String HISTORY = "history";
    static final String FILTER = "filter";

    private static final List<String> KNOWN = List.of(RESOURCE_TYPE, RE_AGGREGATION, OPERATIONS, HISTORY, FILTER);
    private static final Pattern AGGREGATION =
            Pattern.compile("(?:rate:)?(?:mean|sum|last|max|min|std|median|first|count|[1-9]?[0-9]pct)");
    private static final Pattern METRIC = Pattern.compile("[^\\s()\"']+");

    /// @throws IllegalArgumentException if the definition says what Gnocchi does not understand
    static GnocchiMeter of(Definition definition) {
        String meter = definition.meter();
        definition.store().keySet().stream()
                .filter(key -> !KNOWN.contains(key))
                .findFirst()
                .ifPresent(key -> {
                    throw new IllegalArgumentException(
                            "meter %s: Gnocchi has no '%s'; it has %s".formatted(meter, key, String.join(", ", KNOWN)));
                });
        String type = Optional.ofNullable(definition.store().get(RESOURCE_TYPE))
                .orElseThrow(() -> new IllegalArgumentException(
                        "meter %s: '%s' is missing: the type of Gnocchi's resources, such as instance"
                                .formatted(meter, RESOURCE_TYPE)));
        String aggregation = definition.sampling().aggregation();
        String again = definition.store().getOrDefault(RE_AGGREGATION, "max");
        for (String method : List.of(aggregation, again)) {
            if (!AGGREGATION.matcher(method).matches()) {
                throw new IllegalArgumentException(
                        "meter %s: Gnocchi has no aggregation '%s'; it has mean, sum, last, max, min, std, median, first, count and percentiles such as 95pct, each also as rate:mean"
                                .formatted(meter, method));
            }
        }
        if (!METRIC.matcher(definition.metric()).matches()) {
            throw new IllegalArgumentException(
                    "meter %s: '%s' is no name of a metric".formatted(meter, definition.metric()));
        }
        String operations = definition
                .store()
                .getOrDefault(OPERATIONS, "(aggregate RE_AGGREGATION_METHOD (metric METRIC_NAME AGGREGATION_METHOD))")
                .replace("RE_AGGREGATION_METHOD", again)
                .replace("AGGREGATION_METHOD", aggregation)
                .replace("METRIC_NAME", definition.metric());
        return new GnocchiMeter(
                definition,
                type,
                operations,
                flag(meter, definition.store().getOrDefault(HISTORY, "true")),
                Optional.ofNullable(definition.store().get(FILTER)));
    }

    /// The metric as Gnocchi calls it.
    String metric() {
        return definition.metric();
    }

    /// The aggregation of the archive policy that is read.
    String aggregation() {
        return definition.sampling().aggregation();
    }

    private static boolean flag(String meter, String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException(
                        "meter %s: '%s' is true or false, not '%s'".formatted(meter, HISTORY, text));
        };
    }
}
