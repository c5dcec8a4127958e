package org.reckoner.collect.oslo;

import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NumericNode;

/// JSON as notifications need it: numbers exact, one whole document, what is wrong said without quoting it.
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // Python writes them. Whoever reads a number looks first whether it is one.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private Json() {}

    public static JsonNode read(byte[] text) throws Refusal {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw notJson(e);
        }
    }

    public static JsonNode read(String text) throws Refusal {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw notJson(e);
        }
    }

    public static String write(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    /// Whether it is a number, and not one of the things that only look like one, such as NaN.
    public static boolean isNumber(JsonNode node) {
        return node instanceof NumericNode number && !number.isNaN();
    }

    /// The kind of a value in words for people.
    public static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case BOOLEAN -> "true or false";
            case MISSING -> "empty";
            case NULL -> "null";
            case NUMBER -> "a number";
            case OBJECT -> "an object";
            case STRING -> "a text";
            default -> "something else";
        };
    }

    private static Refusal notJson(JacksonException e) {
        TokenStreamLocation location = e.getLocation();
        long offset = location == null ? -1 : Math.max(location.getByteOffset(), location.getCharOffset());
        String where = offset < 0 ? "" : ": it cannot be read from offset %d on".formatted(offset);
        return new Refusal("the message is not JSON" + where + "; expected one whole JSON object");
    }
}
