package org.reckoner.prices.yaml;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Environment variables that go before what a document says: with the prefix `RECKONER`, the key `port` in the
/// mapping `serve` is `RECKONER_SERVE_PORT`. A value that begins with `[` or `{` is a list or a mapping, written
/// as YAML; any other is text.
public final class Environment {

    private final String prefix;
    private final Map<String, String> variables;
    private final TreeMap<String, String> used = new TreeMap<>();

    public Environment(String prefix, Map<String, String> variables) {
        this.prefix = prefix;
        this.variables = Map.copyOf(variables);
    }

    /// Says nothing of any document.
    public static Environment none() {
        return new Environment("", Map.of());
    }

    /// What documents were told from here so far: the variables by the keys that they stand for, as
    /// `serve.port`.
    public SortedMap<String, String> used() {
        return Collections.unmodifiableSortedMap(used);
    }

    public String value(String variable) {
        return variables.getOrDefault(variable, "");
    }

    /// @param path of the mapping, joined by dots; empty for the document itself
    Optional<YamlNode> node(String path, String key) {
        String variable = variable(path, key);
        String value = variables.getOrDefault(variable, "");
        if (value.isBlank()) {
            return isAnySetBelow(variable)
                    ? Optional.of(new YamlNode.Mapping(Position.ENVIRONMENT, new TreeMap<>()))
                    : Optional.empty();
        }
        used.put(path.isEmpty() ? key : path + "." + key, variable);
        return Optional.of(parsed(value.strip()));
    }

    private boolean isAnySetBelow(String variable) {
        return variables.entrySet().stream()
                .anyMatch(entry -> entry.getKey().startsWith(variable + "_")
                        && !entry.getValue().isBlank());
    }

    private static YamlNode parsed(String value) {
        YamlNode text = new YamlNode.Text(Position.ENVIRONMENT, value);
        return value.startsWith("[") || value.startsWith("{")
                ? YamlDocument.parse("environment", "value: " + value)
                        .root()
                        .map(root -> root.entries().get("value"))
                        .map(YamlNode.Entry::value)
                        .orElse(text)
                : text;
    }

    private String variable(String path, String key) {
        String name = path.isEmpty() ? key : path + "_" + key;
        return prefix + "_" + name.replaceAll("[^A-Za-z0-9]+", "_").toUpperCase(Locale.ROOT);
    }
}
