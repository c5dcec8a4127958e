package org.reckoner.present;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Trees of maps, lists and values as JSON text (RFC 8259), indented by two, in the order of the maps.
final class Json {

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?");

    private Json() {}

    static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    /// What a table's cell is as a JSON value.
    static @Nullable Object value(Column.Kind kind, String cell) {
        if (cell.isEmpty()) {
            return null;
        }
        return kind == Column.Kind.NUMBER && isNumber(cell) ? new BigDecimal(cell) : cell;
    }

    /// @param tree maps with text keys, lists, text, whole and decimal numbers, booleans and null
    /// @throws IllegalArgumentException if there is anything else in it
    static String write(@Nullable Object tree) {
        StringBuilder json = new StringBuilder();
        write(tree, "\n", json);
        return json.append('\n').toString();
    }

    private static void write(@Nullable Object tree, String indent, StringBuilder json) {
        switch (tree) {
            case null -> json.append("null");
            case String text -> text(text, json);
            case BigDecimal number -> json.append(number.toPlainString());
            case Long number -> json.append(number);
            case Integer number -> json.append(number);
            case Boolean truth -> json.append(truth);
            case Map<?, ?> map -> map(map, indent, json);
            case List<?> list -> list(list, indent, json);
            default -> throw new IllegalArgumentException("not a JSON value: " + tree.getClass());
        }
    }

    private static void map(Map<?, ?> map, String indent, StringBuilder json) {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            json.append(separator).append(indent).append("  ");
            text(String.valueOf(entry.getKey()), json);
            json.append(": ");
            write(entry.getValue(), indent + "  ", json);
            separator = ",";
        }
        json.append(map.isEmpty() ? "{}" : indent + "}");
    }

    private static void list(List<?> list, String indent, StringBuilder json) {
        String separator = "[";
        for (Object item : list) {
            json.append(separator).append(indent).append("  ");
            write(item, indent + "  ", json);
            separator = ",";
        }
        json.append(list.isEmpty() ? "[]" : indent + "]");
    }

    /// Escapes what JSON demands, and what would break a terminal, a script or UTF-8; the rest stays readable.
    private static void text(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029 || isLone(text, i)) {
                        json.append("\\u");
                        String hex = Integer.toHexString(c);
                        json.append("0".repeat(4 - hex.length())).append(hex);
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }

    /// A surrogate without its other half, which UTF-8 cannot carry.
    private static boolean isLone(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
