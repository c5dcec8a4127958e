package org.reckoner.app.config;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.reckoner.prices.yaml.Environment;
import org.reckoner.prices.yaml.YamlNode;

/// One value that an operator set.
///
/// @param value as written, without passwords
/// @param from the file, or the environment variable
public record Setting(String value, String from) {

    private static final Pattern PASSWORD_IN_URL = Pattern.compile("(://[^:/@\\s]*:)[^@\\s]*@");

    /// @param root what the file says
    /// @param environment from which the configuration was read
    static SortedMap<String, Setting> all(String file, Optional<YamlNode.Mapping> root, Environment environment) {
        TreeMap<String, Setting> all = new TreeMap<>();
        root.ifPresent(mapping -> collect("", mapping, file, all));
        environment.used().forEach((key, variable) -> {
            all.keySet().removeIf(below -> below.equals(key) || below.startsWith(key + "."));
            all.put(key, new Setting(withoutPassword(environment.value(variable)), variable));
        });
        return Collections.unmodifiableSortedMap(all);
    }

    private static void collect(String key, YamlNode node, String file, SortedMap<String, Setting> all) {
        if (node instanceof YamlNode.Mapping mapping) {
            mapping.entries()
                    .forEach((name, entry) ->
                            collect(key.isEmpty() ? name : key + "." + name, entry.value(), file, all));
        } else {
            all.put(key, new Setting(withoutPassword(written(node)), file));
        }
    }

    private static String written(YamlNode node) {
        return switch (node) {
            case YamlNode.Text text -> text.text();
            case YamlNode.Nothing nothing -> "";
            case YamlNode.Sequence list ->
                list.items().stream().map(Setting::written).collect(Collectors.joining(", ", "[", "]"));
            case YamlNode.Mapping mapping ->
                mapping.entries().entrySet().stream()
                        .map(entry ->
                                entry.getKey() + ": " + written(entry.getValue().value()))
                        .collect(Collectors.joining(", ", "{", "}"));
        };
    }

    /// The value with stars for a password in a URL.
    public static String withoutPassword(String value) {
        return PASSWORD_IN_URL.matcher(value).replaceAll("$1***@");
    }
}
