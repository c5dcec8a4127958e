package org.reckoner.prices;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.reckoner.prices.yaml.Position;
import org.reckoner.prices.yaml.YamlDocument;
import org.reckoner.prices.yaml.YamlNode;

/// The text of a price book, in which single values are changed where they stand. Everything else, comments and order
/// included, stays as its author wrote it.
///
/// What is changed is not judged here: read the new text with [PriceBookFile], and compare the books.
public final class PriceBookText {

    private final String text;

    private PriceBookText(String text) {
        this.text = text;
    }

    /// @param text of a price book without errors
    public static PriceBookText of(String text) {
        return new PriceBookText(text);
    }

    /// A place in the text that cannot be changed alone, as where a value is written over several lines.
    public static final class Uneditable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Uneditable(Position at, String what) {
            super("line %d, column %d: %s cannot be changed here without changing more; change it by hand"
                    .formatted(at.line(), at.column(), what));
        }
    }

    @Override
    public String toString() {
        return text;
    }

    /// What a billing system calls a price.
    public Optional<String> soldAs(String priceId, String backend) {
        return price(priceId).flatMap(price -> mapping(price, "sold-as")).flatMap(soldAs -> word(soldAs, backend));
    }

    /// @throws Uneditable if it cannot be changed alone
    public PriceBookText withSoldAs(String priceId, String backend, String calledThere) {
        YamlNode.Mapping price = needed(priceId);
        Optional<YamlNode.Mapping> before = mapping(price, "sold-as");
        return before.isPresent()
                ? before.get().entries().containsKey(backend)
                        ? withValue(before.get(), backend, quoted(calledThere))
                        : withEntry(before.get(), 0, backend + ": " + quoted(calledThere))
                : withEntry(price, 1, "sold-as: {%s: %s}".formatted(backend, quoted(calledThere)));
    }

    /// @throws Uneditable if it cannot be changed alone
    public PriceBookText withItem(String priceId, String item) {
        return withValue(needed(priceId), "item", quoted(item));
    }

    /// Changes the price for a unit, or the fee.
    ///
    /// @throws Uneditable if it cannot be changed alone
    public PriceBookText withPrice(String priceId, BigDecimal amount) {
        YamlNode.Mapping price = needed(priceId);
        return withValue(mapping(price, "fixed").orElse(price), "price", amount.toPlainString());
    }

    /// The first period that it prices begins no earlier.
    ///
    /// @throws Uneditable if it cannot be changed alone
    public PriceBookText withValidFrom(LocalDate day) {
        YamlNode.Mapping root = root();
        return root.entries().containsKey("valid-from")
                ? withValue(root, "valid-from", day.toString())
                : withEntry(root, 1, "valid-from: " + day);
    }

    /// Adds prices after the last one.
    ///
    /// @param lines of each, as under `prices:`, without indentation; the first begins with `- `
    /// @throws Uneditable if the list is not written in lines, or is not the last thing in the file
    public PriceBookText withPrices(List<String> lines) {
        YamlNode.Entry prices = root().entries().get("prices");
        if (prices == null || !(prices.value() instanceof YamlNode.Sequence list)) {
            throw new Uneditable(root().at(), "the list of prices");
        }
        boolean isLast = root().entries().sequencedKeySet().getLast().equals("prices");
        if (!isLast || list.items().isEmpty() || text.startsWith("[", offset(list.at()))) {
            throw new Uneditable(list.at(), "the list of prices");
        }
        String indent = " ".repeat(list.at().column() - 1);
        StringBuilder longer = new StringBuilder(text);
        if (!text.endsWith("\n")) {
            longer.append('\n');
        }
        lines.forEach(line -> longer.append(line.isEmpty() ? "" : indent + line).append('\n'));
        return new PriceBookText(longer.toString());
    }

    /// A YAML scalar that means exactly this text.
    public static String quoted(String text) {
        return text.matches("[A-Za-z][A-Za-z0-9._-]*") && !text.equalsIgnoreCase("null")
                ? text
                : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}+", " ") + "\"";
    }

    private YamlNode.Mapping root() {
        return YamlDocument.parse("price book", text)
                .root()
                .orElseThrow(() -> new IllegalArgumentException("the text is no price book"));
    }

    private Optional<YamlNode.Mapping> price(String id) {
        YamlNode.Entry prices = root().entries().get("prices");
        return prices != null && prices.value() instanceof YamlNode.Sequence list
                ? list.items().stream()
                        .filter(YamlNode.Mapping.class::isInstance)
                        .map(YamlNode.Mapping.class::cast)
                        .filter(price -> word(price, "id").equals(Optional.of(id)))
                        .findFirst()
                : Optional.empty();
    }

    private YamlNode.Mapping needed(String priceId) {
        return price(priceId)
                .orElseThrow(() -> new IllegalArgumentException("there is no price '%s'".formatted(priceId)));
    }

    private static Optional<YamlNode.Mapping> mapping(YamlNode.Mapping in, String key) {
        YamlNode.Entry entry = in.entries().get(key);
        return entry != null && entry.value() instanceof YamlNode.Mapping mapping
                ? Optional.of(mapping)
                : Optional.empty();
    }

    private static Optional<String> word(YamlNode.Mapping in, String key) {
        YamlNode.Entry entry = in.entries().get(key);
        return entry != null && entry.value() instanceof YamlNode.Text word
                ? Optional.of(word.text())
                : Optional.empty();
    }

    /// Puts an entry before the one that stands at a place in a mapping.
    private PriceBookText withEntry(YamlNode.Mapping mapping, int before, String entry) {
        int at = offset(mapping.at());
        if (text.startsWith("{", at)) {
            return replaced(at + 1, at + 1, entry + (mapping.entries().isEmpty() ? "" : ", "));
        }
        SequencedMap<String, YamlNode.Entry> entries = mapping.entries();
        Position place = entries.sequencedValues().stream()
                .skip(Math.min(before, entries.size() - 1))
                .findFirst()
                .orElseThrow()
                .keyAt();
        return replaced(offset(place), offset(place), entry + "\n" + " ".repeat(place.column() - 1));
    }

    private PriceBookText withValue(YamlNode.Mapping in, String key, String value) {
        YamlNode.Entry entry = in.entries().get(key);
        if (entry == null || !(entry.value() instanceof YamlNode.Text word)) {
            throw new Uneditable(entry == null ? in.at() : entry.value().at(), "'" + key + "'");
        }
        int from = offset(word.at());
        for (String mark : List.of("\"", "'")) {
            String written = mark + word.text() + mark;
            if (text.startsWith(written, from)) {
                return replaced(from, from + written.length(), value);
            }
        }
        if (!text.startsWith(word.text(), from)) {
            throw new Uneditable(word.at(), "'" + key + "'");
        }
        return replaced(from, from + word.text().length(), value);
    }

    private PriceBookText replaced(int from, int to, String by) {
        return new PriceBookText(text.substring(0, from) + by + text.substring(to));
    }

    private int offset(Position at) {
        int start = 0;
        for (int line = 1; line < at.line(); line++) {
            start = text.indexOf('\n', start) + 1;
        }
        return text.offsetByCodePoints(start, at.column() - 1);
    }
}
