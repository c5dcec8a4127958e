package org.reckoner.collect.oslo;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/// A look into a JSON object that believes nothing: what is not there, not of the right kind or not possible
/// is refused with the field's name, what was found and what was expected.
///
/// OpenStack writes "not set" as null, as an empty text or by leaving the field out; all three read as nothing.
public final class Payload {

    /// Before OpenStack was.
    private static final Instant EARLIEST = Instant.parse("2010-01-01T00:00:00Z");

    private static final int LONGEST_ID = 255;

    private final JsonNode node;
    private final String path;
    private final Instant latest;

    private Payload(JsonNode node, String path, Instant latest) {
        this.node = node;
        this.path = path;
        this.latest = latest;
    }

    /// @param path how messages for people name the object; empty for the message itself
    /// @param latest the latest moment that can be believed
    public static Payload of(JsonNode node, String path, Instant latest) throws Refusal {
        if (!node.isObject()) {
            throw new Refusal("%s is %s; expected an object".formatted(path, Json.kind(node)));
        }
        return new Payload(node, path, latest);
    }

    /// Whether the field is there at all, even if it is null or empty.
    public boolean has(String name) {
        return node.has(name);
    }

    /// The object in a field.
    public Payload object(String name) throws Refusal {
        return optionalObject(name).orElseThrow(() -> new Refusal(called(name) + " is missing; expected an object"));
    }

    public Optional<Payload> optionalObject(String name) throws Refusal {
        JsonNode found = told(name);
        return found == null ? Optional.empty() : Optional.of(of(found, called(name), latest));
    }

    /// The object that a pointer leads to, such as `/volume_attachment/0/volume`; nothing if it leads nowhere.
    public Optional<JsonNode> at(JsonPointer pointer) {
        JsonNode found = node.at(pointer);
        return found.isMissingNode() || isUnset(found) ? Optional.empty() : Optional.of(found);
    }

    /// A text that identifies something.
    public String id(String name, String expected) throws Refusal {
        JsonNode found = told(name);
        if (found == null) {
            throw missing(name, expected);
        }
        return asId(found, name, expected);
    }

    private String asId(JsonNode found, String name, String expected) throws Refusal {
        return id(text(found, name, expected), called(name), expected);
    }

    /// A word that identifies something.
    ///
    /// @param called how messages for people name the field
    public static String id(String word, String called, String expected) throws Refusal {
        if (word.length() > LONGEST_ID) {
            throw new Refusal("%s is %d characters long; expected at most %d, %s"
                    .formatted(called, word.length(), LONGEST_ID, expected));
        }
        return word;
    }

    /// The project that owns: the first of the fields that is there. Nothing if it is there and says that
    /// nobody does, as of networks and images that are the cloud's own.
    ///
    /// @throws Refusal if none of the fields is there
    public Optional<String> owner(String... names) throws Refusal {
        for (String name : names) {
            JsonNode found = told(name);
            if (found != null) {
                return Optional.of(asId(found, name, "the id of the project that owns it"));
            }
        }
        for (String name : names) {
            if (node.has(name)) {
                return Optional.empty();
            }
        }
        throw missing(names[0], "the id of the project that owns it");
    }

    public Optional<String> optionalText(String name) throws Refusal {
        JsonNode found = told(name);
        return found == null ? Optional.empty() : Optional.of(text(found, name, "a text"));
    }

    /// A quantity as a whole number, or as the text of one.
    ///
    /// @param unit in words: `MiB`
    /// @param most more than this is not believed
    public BigDecimal quantity(String name, String unit, long most) throws Refusal {
        return optionalQuantity(name, unit, most).orElseThrow(() -> missing(name, "a whole number, in " + unit));
    }

    public Optional<BigDecimal> optionalQuantity(String name, String unit, long most) throws Refusal {
        JsonNode found = told(name);
        return found == null ? Optional.empty() : Optional.of(quantity(found, called(name), unit, most));
    }

    /// @param called how messages for people name the field
    public static BigDecimal quantity(JsonNode found, String called, String unit, long most) throws Refusal {
        String expected = "expected a whole number from 0 to %d, in %s".formatted(most, unit);
        Optional<BigDecimal> whole = wholeNumber(found);
        if (whole.isEmpty()) {
            throw new Refusal("%s is %s; %s".formatted(called, shown(found), expected));
        }
        BigDecimal number = whole.get();
        if (number.signum() < 0 || number.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw new Refusal("%s is %s; %s".formatted(called, shown(found), expected));
        }
        return number;
    }

    /// A moment; nothing if not set.
    public Optional<Instant> time(String name) throws Refusal {
        JsonNode found = told(name);
        return found == null ? Optional.empty() : Optional.of(time(found, called(name)));
    }

    public Instant requiredTime(String name, String expected) throws Refusal {
        return time(name).orElseThrow(() -> missing(name, expected));
    }

    /// @param called how messages for people name the field
    public Instant time(JsonNode found, String called) throws Refusal {
        Optional<Instant> parsed = found.isString() ? Timestamps.parse(found.stringValue()) : Optional.empty();
        Instant time = parsed.orElseThrow(() -> new Refusal(
                "%s is %s; expected a time such as 2026-11-21T10:09:26.966925".formatted(called, shown(found))));
        if (time.isBefore(EARLIEST)) {
            throw new Refusal("%s is %s; expected a time after %s".formatted(called, shown(found), EARLIEST));
        }
        if (time.isAfter(latest)) {
            throw new Refusal(
                    "%s is %s, ahead of the clock here by more than the limit; expected a time up to %s; check the clocks"
                            .formatted(called, shown(found), latest));
        }
        return time;
    }

    /// The text in a field that may hold something else; nothing if it does.
    public Optional<String> textOf(String name) {
        JsonNode found = told(name);
        return found != null && found.isString() ? Optional.of(clean(found.stringValue())) : Optional.empty();
    }

    /// Texts by key, without secrets: an object, or a list of `{"key": …, "value": …}`; nothing if the field
    /// is not there.
    public Optional<SortedMap<String, String>> pairs(String name) throws Refusal {
        JsonNode found = told(name);
        if (found == null) {
            return Optional.empty();
        }
        TreeMap<String, String> pairs = new TreeMap<>();
        if (found.isObject()) {
            found.properties().forEach(entry -> put(pairs, entry.getKey(), entry.getValue()));
        } else if (found.isArray()) {
            for (JsonNode pair : found) {
                if (!pair.path("key").isString()) {
                    throw new Refusal("%s has an entry without a key; expected {\"key\": …, \"value\": …}"
                            .formatted(called(name)));
                }
                put(pairs, pair.get("key").stringValue(), pair.path("value"));
            }
        } else {
            throw new Refusal(
                    "%s is %s; expected an object, or a list of keys and values".formatted(called(name), shown(found)));
        }
        return Optional.of(Redaction.texts(pairs));
    }

    private static void put(TreeMap<String, String> pairs, String key, JsonNode value) {
        if (!value.isNull() && !value.isMissingNode()) {
            pairs.put(clean(key), word(value));
        }
    }

    /// The value as a word for an attribute: a text as it is, anything else as JSON writes it.
    public static String word(JsonNode value) {
        return clean(value.isString() ? value.stringValue() : Json.write(value));
    }

    /// Whether the field says true, as a JSON boolean or in Python's words.
    public boolean isTrue(String name) {
        JsonNode found = node.path(name);
        return found.isBoolean() ? found.booleanValue() : found.isString() && "True".equals(found.stringValue());
    }

    private @Nullable JsonNode told(String name) {
        JsonNode found = node.get(name);
        return found == null || isUnset(found) ? null : found;
    }

    private static boolean isUnset(JsonNode found) {
        return found.isNull() || found.isString() && found.stringValue().isBlank();
    }

    private String text(JsonNode found, String name, String expected) throws Refusal {
        if (!found.isString()) {
            throw new Refusal("%s is %s; expected a text: %s".formatted(called(name), shown(found), expected));
        }
        return clean(found.stringValue());
    }

    private Refusal missing(String name, String expected) {
        return new Refusal("%s is missing; expected %s".formatted(called(name), expected));
    }

    private String called(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static Optional<BigDecimal> wholeNumber(JsonNode found) {
        if (Json.isNumber(found)) {
            return exact(found.decimalValue());
        }
        if (found.isString() && found.stringValue().matches("-?\\d{1,20}")) {
            return Optional.of(new BigDecimal(found.stringValue()));
        }
        return Optional.empty();
    }

    /// Guards against numbers such as 1e999999999, which would be written out in full.
    private static Optional<BigDecimal> exact(BigDecimal number) {
        if ((long) number.precision() - number.scale() > 40) {
            return Optional.empty();
        }
        BigDecimal plain = number.stripTrailingZeros();
        return plain.scale() > 0 ? Optional.empty() : Optional.of(plain.setScale(0));
    }

    private static String shown(JsonNode found) {
        if (found.isObject() || found.isArray()) {
            return Json.kind(found);
        }
        String text = Redaction.text(found.toString());
        return text.length() > 60 ? text.substring(0, 57) + "…" : text;
    }

    /// Without what no database can keep: the null character, and halves of surrogate pairs.
    private static String clean(String text) {
        boolean clean = text.chars().noneMatch(c -> c == 0 || Character.isSurrogate((char) c));
        if (clean) {
            return text;
        }
        StringBuilder kept = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(kept::appendCodePoint);
        return kept.toString();
    }
}
