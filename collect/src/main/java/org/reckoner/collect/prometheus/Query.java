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
        String inner = "%s(%s[%s])".formatted(range, definition.metric(), length);
        if (store.containsKey("function")) {
            inner = "%s(%s)"
                    .formatted(known(definition, "function", store.getOrDefault("function", ""), FUNCTIONS), inner);
        }
        List<String> labels = new ArrayList<>(definition.keys().resource());
        labels.add(definition.keys().project());
        labels.addAll(definition.keys().attributes());
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                throw new IllegalArgumentException(
                        "meter %s: '%s' is no label of Prometheus".formatted(definition.meter(), label));
            }
        }
        return "label_join(%s%s(%s) by (%s)%s, \"%s\", \"/\", %s)"
                .formatted(
                        store.containsKey("prefix") ? store.get("prefix") + " " : "",
                        method,
                        inner,
                        String.join(", ", new LinkedHashSet<>(labels)),
                        store.containsKey("suffix") ? " " + store.get("suffix") : "",
                        RESOURCE,
                        definition.keys().resource().stream()
                                .map(label -> '"' + label + '"')
                                .collect(Collectors.joining(", ")));
    }

    private static String known(Definition definition, String what, String word, Set<String> words) {
        if (!words.contains(word)) {
            throw new IllegalArgumentException("meter %s: Prometheus has no %s '%s'; it has %s"
                    .formatted(definition.meter(), what, word, String.join(", ", words)));
        }
        return word;
    }
}
