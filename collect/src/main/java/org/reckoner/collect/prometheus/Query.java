package org.reckoner.collect.prometheus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.reckoner.collect.measured.Definition;

/// A meter in PromQL, put together as CloudKitty does, but for all projects at once:
/// `PREFIX METHOD(FUNCTION(METHOD_over_time(METRIC[3599999ms]))) by (LABELS) SUFFIX`, and that by the resource.
///
/// Until Prometheus 3 a range includes both of its ends, so that of an hour a sample on the full hour would count in
/// two of them; hence the millisecond less. What looks at differences, as `increase`, needs both ends.
final class Query {

    private static final Set<String> AGGREGATIONS = words("avg count max min stddev stdvar sum");
    private static final Set<String> FUNCTIONS = words("abs ceil exp floor ln log2 log10 round sqrt");
    private static final Set<String> RANGES = words("changes delta deriv idelta increase irange irate rate");

    /// What Prometheus puts the series of an answer in order by is their first label, so this one makes those of one
    /// resource follow each other: uppercase comes first.
    static final String RESOURCE = "A_resource";

    private static final Set<String> KNOWN = words("function range-function prefix suffix");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Pattern NAME_IN_UTF_8 =
            Pattern.compile("[\\p{L}_:][\\p{L}\\p{N}_:]*([./-][\\p{L}\\p{N}_:]+)+");

    private Query() {}

    private static Set<String> words(String words) {
        return new LinkedHashSet<>(List.of(words.split(" ")));
    }

    /// @param granularity how long each value is for
    /// @throws IllegalArgumentException if the definition says what Prometheus does not understand
    static String of(Definition definition, Duration granularity) {
        SortedMap<String, String> store = definition.store();
        store.keySet().stream().filter(key -> !KNOWN.contains(key)).findFirst().ifPresent(key -> {
            throw new IllegalArgumentException("meter %s: Prometheus has no '%s'; it has %s"
                    .formatted(definition.meter(), key, String.join(", ", KNOWN)));
        });
        String method = known(definition, "aggregation", definition.sampling().aggregation(), AGGREGATIONS);
        String range = Optional.ofNullable(store.get("range-function"))
                .map(function -> known(definition, "range-function", function, RANGES))
                .orElse(method + "_over_time");
        String length =
                store.containsKey("range-function") ? granularity.toSeconds() + "s" : granularity.toMillis() - 1 + "ms";
        String inner = "%s(%s[%s])".formatted(range, selector(definition.metric()), length);
        if (store.containsKey("function")) {
            inner = "%s(%s)"
                    .formatted(known(definition, "function", store.getOrDefault("function", ""), FUNCTIONS), inner);
        }
        List<String> labels = new ArrayList<>(definition.keys().resource());
        labels.add(definition.keys().project());
        labels.addAll(definition.keys().attributes());
        return "label_join(%s%s(%s) by (%s)%s, \"%s\", \"/\", %s)"
                .formatted(
                        store.containsKey("prefix") ? store.get("prefix") + " " : "",
                        method,
                        inner,
                        labels.stream().distinct().map(Query::label).collect(Collectors.joining(", ")),
                        store.containsKey("suffix") ? " " + store.get("suffix") : "",
                        RESOURCE,
                        definition.keys().resource().stream().map(Query::quoted).collect(Collectors.joining(", ")));
    }

    /// A metric by its name, or whatever of PromQL stands for one. A name that only Prometheus 3 can have, as
    /// OpenTelemetry's `http.server.duration`, is written as one of its labels.
    private static String selector(String metric) {
        return NAME_IN_UTF_8.matcher(metric).matches() ? "{%s}".formatted(quoted(metric)) : metric;
    }

    /// A label that only Prometheus 3 can have is written in quotes.
    private static String label(String label) {
        return LABEL.matcher(label).matches() ? label : quoted(label);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private static String known(Definition definition, String what, String word, Set<String> words) {
        if (!words.contains(word)) {
            throw new IllegalArgumentException("meter %s: Prometheus has no %s '%s'; it has %s"
                    .formatted(definition.meter(), what, word, String.join(", ", words)));
        }
        return word;
    }
}
