package org.reckoner.prices.yaml;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A mapping that is being read, key by key.
///
/// Whatever is not as expected becomes a problem and is then as good as absent, so that reading goes on and
/// the author sees everything at once. Every key that is asked for is known; [#noOthers()] at the end reports
/// the rest.
public final class YamlFields {

    private final YamlNode.Mapping mapping;
    private final String path;
    private final Problems problems;
    private final Environment environment;
    private final Set<String> known;

    YamlFields(YamlNode.Mapping mapping, String path, Problems problems, Environment environment) {
        this(mapping, path, problems, environment, new TreeSet<>());
    }

    private YamlFields(
            YamlNode.Mapping mapping, String path, Problems problems, Environment environment, Set<String> known) {
        this.mapping = mapping;
        this.path = path;
        this.problems = problems;
        this.environment = environment;
        this.known = known;
    }

    /// The same mapping under a name that its author knows, such as `price 'vcpu'`.
    public YamlFields called(String name) {
        return new YamlFields(mapping, name, problems, environment, known);
    }

    /// What problems call this mapping; empty for the document itself.
    public String path() {
        return path;
    }

    public Position at() {
        return mapping.at();
    }

    /// Where a key's value stands; where the mapping begins if the key is absent.
    public Position at(String key) {
        YamlNode node = found(key);
        return node == null ? mapping.at() : node.at();
    }

    public boolean has(String key) {
        return node(key) != null;
    }

    /// All keys, in the order of the file; asking makes them known.
    public SequencedCollection<String> keys() {
        known.addAll(mapping.entries().keySet());
        return List.copyOf(mapping.entries().keySet());
    }

    /// The text of a key if it is one; nothing, and no problem, if it is anything else.
    public Optional<String> plain(String key) {
        return node(key) instanceof YamlNode.Text text ? Optional.of(text.text()) : Optional.empty();
    }

    /// As [#plain(String)], of a key in a mapping inside this one.
    public Optional<String> plain(String key, String inner) {
        return node(key) instanceof YamlNode.Mapping mapping
                        && mapping.entries().get(inner) instanceof YamlNode.Entry entry
                        && entry.value() instanceof YamlNode.Text text
                ? Optional.of(text.text())
                : Optional.empty();
    }

    /// Whether the key's value is `[]`.
    public boolean isEmptyList(String key) {
        return node(key) instanceof YamlNode.Sequence list && list.items().isEmpty();
    }

    /// Whether anything in the whole document is wrong so far.
    public boolean hasErrors() {
        return problems.hasErrors();
    }

    /// Reports every one of the keys that is absent.
    public void mustHave(String... keys) {
        for (String key : keys) {
            if (!has(key)) {
                error(at(), "'" + key + "' is missing");
            }
        }
    }

    /// The keys that nobody asked for, in the order of the file.
    public List<String> unasked() {
        return mapping.entries().keySet().stream()
                .filter(key -> !known.contains(key))
                .toList();
    }

    /// Reports every key that nobody asked for.
    public void noOthers() {
        mapping.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                String near = Nearest.hint(key, known);
                String hint = near.isEmpty() ? "; known are " + String.join(", ", known) : near;
                error(entry.keyAt(), "unknown key '" + key + "'" + hint);
            }
        });
    }

    /// The text as written.
    public Optional<String> text(String key) {
        return scalar(key, "text").map(YamlNode.Text::text);
    }

    /// A decimal number, exactly as written.
    public Optional<BigDecimal> number(String key) {
        return value(key, "a decimal number such as 0.012", Decimals::parse);
    }

    public Optional<Integer> whole(String key) {
        return value(key, "a whole number", Integer::valueOf);
    }

    public Optional<Boolean> flag(String key) {
        return value(key, "true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        });
    }

    /// Text that means something.
    ///
    /// @param expected what the text should be, for the problem: `a date such as 2026-01-01`
    /// @param parse throws IllegalArgumentException or DateTimeException on any other text
    public <T> Optional<T> value(String key, String expected, Function<String, T> parse) {
        return scalar(key, expected).flatMap(text -> {
            try {
                return Optional.of(parse.apply(text.text()));
            } catch (IllegalArgumentException | DateTimeException e) {
                error(text.at(), "'%s' is %s; expected %s".formatted(key, text.describe(), expected));
                return Optional.empty();
            }
        });
    }

    /// One text or a list of texts, each with its place.
    public List<YamlNode.Text> texts(String key) {
        List<YamlNode.Text> texts = new ArrayList<>();
        switch (node(key)) {
            case null -> {}
            case YamlNode.Text text -> texts.add(text);
            case YamlNode.Sequence list -> {
                for (YamlNode item : list.items()) {
                    if (item instanceof YamlNode.Text text) {
                        texts.add(text);
                    } else {
                        unexpected("an item of '" + key + "'", item, "text");
                    }
                }
            }
            case YamlNode other -> unexpected("'" + key + "'", other, "a list such as [one, two]");
        }
        return texts;
    }

    /// A mapping inside this one.
    public Optional<YamlFields> fields(String key) {
        return switch (node(key)) {
            case null -> Optional.empty();
            case YamlNode.Mapping inner -> Optional.of(new YamlFields(inner, below(key), problems, environment));
            case YamlNode other -> {
                unexpected("'" + key + "'", other, "a mapping such as {key: value}");
                yield Optional.empty();
            }
        };
    }

    /// A mapping as it stands, for somebody else to read: texts, and lists and mappings of them. What is empty is
    /// left out.
    public SortedMap<String, Object> asWritten(String key) {
        TreeMap<String, Object> values = new TreeMap<>();
        switch (node(key)) {
            case null -> {}
            case YamlNode.Mapping inner -> values.putAll(asWritten(inner));
            case YamlNode other -> unexpected("'" + key + "'", other, "a mapping such as {key: value}");
        }
        return values;
    }

    private static TreeMap<String, Object> asWritten(YamlNode.Mapping mapping) {
        TreeMap<String, Object> values = new TreeMap<>();
        mapping.entries()
                .forEach((name, entry) -> asWritten(entry.value()).ifPresent(value -> values.put(name, value)));
        return values;
    }

    private static Optional<Object> asWritten(YamlNode node) {
        return switch (node) {
            case YamlNode.Nothing nothing -> Optional.empty();
            case YamlNode.Text text -> Optional.of(text.text());
            case YamlNode.Sequence list ->
                Optional.of(list.items().stream()
                        .flatMap(item -> asWritten(item).stream())
                        .toList());
            case YamlNode.Mapping mapping -> Optional.of(asWritten(mapping));
        };
    }

    /// A list of mappings inside this one.
    public List<YamlFields> list(String key) {
        List<YamlFields> list = new ArrayList<>();
        switch (node(key)) {
            case null -> {}
            case YamlNode.Sequence sequence -> {
                int number = 0;
                for (YamlNode item : sequence.items()) {
                    number++;
                    if (item instanceof YamlNode.Mapping inner) {
                        list.add(new YamlFields(inner, below(key) + " " + number, problems, environment));
                    } else {
                        unexpected("item %d of '%s'".formatted(number, key), item, "a mapping such as {key: value}");
                    }
                }
            }
            case YamlNode other -> unexpected("'" + key + "'", other, "a list");
        }
        return list;
    }

    /// Reports a problem with the value of a key.
    public void error(String key, String message) {
        error(at(key), message);
    }

    public void error(Position at, String message) {
        problems.error(at, path, message);
    }

    /// Warns of the value of a key.
    public void warning(String key, String message) {
        problems.warning(at(key), path, message);
    }

    private Optional<YamlNode.Text> scalar(String key, String expected) {
        return switch (node(key)) {
            case null -> Optional.empty();
            case YamlNode.Text text -> Optional.of(text);
            case YamlNode other -> {
                unexpected("'" + key + "'", other, expected);
                yield Optional.empty();
            }
        };
    }

    private @Nullable YamlNode node(String key) {
        known.add(key);
        return found(key);
    }

    /// What the environment says of a mapping is said of its keys, and leaves the file's other keys as they are.
    private @Nullable YamlNode found(String key) {
        YamlNode.Entry entry = mapping.entries().get(key);
        YamlNode written = entry == null ? null : entry.value();
        return environment
                .node(path.replace(", ", "."), key)
                .filter(told -> written == null
                        || !(told instanceof YamlNode.Mapping inner
                                && inner.entries().isEmpty()))
                .orElse(written);
    }

    private void unexpected(String what, YamlNode found, String expected) {
        error(found.at(), "%s is %s; expected %s".formatted(what, found.describe(), expected));
    }

    private String below(String key) {
        return path.isEmpty() ? key : path + ", " + key;
    }
}
