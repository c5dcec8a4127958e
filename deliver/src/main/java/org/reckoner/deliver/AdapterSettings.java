package org.reckoner.deliver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/// An adapter's own section of the configuration, handed to it as it is.
///
/// @param backend what the operator calls the billing system
/// @param values by key: a `String`, a `List` or a `Map` of these
/// @param environment where secrets may stand
public record AdapterSettings(String backend, SortedMap<String, Object> values, Map<String, String> environment) {

    public AdapterSettings {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        environment = Map.copyOf(environment);
    }

    public static AdapterSettings of(String backend, Map<String, Object> values) {
        return new AdapterSettings(backend, new TreeMap<>(values), Map.of());
    }

    /// @throws BadAdapter if the value is no text
    public Optional<String> text(String key) {
        Object value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw wrong(key, "a text");
    }

    /// @throws BadAdapter if there is none
    public String required(String key) {
        return text(key).orElseThrow(() -> new BadAdapter("%s: '%s' is missing".formatted(backend, key)));
    }

    /// A text that means something.
    ///
    /// @param expected for people: `a whole number`
    /// @param parse throws RuntimeException on any other text
    /// @throws BadAdapter if it is not what is expected
    public <T> Optional<T> value(String key, String expected, Function<String, T> parse) {
        return text(key).map(text -> {
            try {
                return parse.apply(text);
            } catch (RuntimeException e) {
                throw wrong(key, expected);
            }
        });
    }

    /// One text or a list of texts; empty if the key is absent.
    ///
    /// @throws BadAdapter if it is anything else
    public List<String> texts(String key) {
        return switch (values.get(key)) {
            case null -> List.of();
            case String text -> List.of(text);
            case List<?> list
            when list.stream().allMatch(String.class::isInstance) ->
                list.stream().map(String.class::cast).toList();
            default -> throw wrong(key, "a list of texts");
        };
    }

    /// Texts by key; empty if the key is absent.
    ///
    /// @throws BadAdapter if it is anything else
    public SortedMap<String, String> pairs(String key) {
        TreeMap<String, String> pairs = new TreeMap<>();
        switch (values.get(key)) {
            case null -> {}
            case Map<?, ?> map ->
                map.forEach((name, value) -> {
                    if (!(value instanceof String text)) {
                        throw wrong(key, "texts by key");
                    }
                    pairs.put(String.valueOf(name), text);
                });
            default -> throw wrong(key, "texts by key");
        }
        return pairs;
    }

    /// A secret: from the environment (`RECKONER_DELIVER_<BACKEND>_<KEY>`), or the first line of the file that
    /// `KEY-file` names. It is never taken from the configuration itself.
    ///
    /// @throws BadAdapter if there is none, or the file cannot be read
    public String secret(String key) {
        return optionalSecret(key)
                .orElseThrow(() -> new BadAdapter("%s: no %s is given; set '%s-file', or %s in the environment"
                        .formatted(backend, key, key, variable(backend, key))));
    }

    /// A secret that need not be.
    ///
    /// @throws BadAdapter if its file cannot be read
    public Optional<String> optionalSecret(String key) {
        String fromEnvironment = environment.getOrDefault(variable(backend, key), "");
        return fromEnvironment.isEmpty()
                ? text(key + "-file").map(file -> firstLine(key, Path.of(file)))
                : Optional.of(fromEnvironment);
    }

    private String firstLine(String key, Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            throw new BadAdapter("%s: cannot read the %s from %s".formatted(backend, key, file));
        }
    }

    /// The environment variable of a secret.
    public static String variable(String backend, String key) {
        return "RECKONER_DELIVER_"
                + (backend + "_" + key).replaceAll("[^A-Za-z0-9]+", "_").toUpperCase(Locale.ROOT);
    }

    /// Refuses keys that the adapter does not know.
    ///
    /// @throws BadAdapter naming them
    public void noOthers(String... known) {
        Set<String> others = new TreeSet<>(values.keySet());
        others.removeAll(Set.of(known));
        if (!others.isEmpty()) {
            throw new BadAdapter("%s: unknown settings %s; known are %s"
                    .formatted(backend, String.join(", ", others), String.join(", ", new TreeSet<>(List.of(known)))));
        }
    }

    private BadAdapter wrong(String key, String expected) {
        return new BadAdapter("%s: '%s' is not as expected: %s".formatted(backend, key, expected));
    }
}
