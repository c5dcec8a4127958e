package org.reckoner.app.novabilling;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A log format as Python's `logging` writes it, as Logback does.
final class LogFormat {

    private static final Pattern FIELD = Pattern.compile("%\\((\\w+)\\)(-?\\d*)([sd])|%%|%");
    private static final Map<String, String> WORDS = Map.of(
            "asctime", "d{yyyy-MM-dd HH:mm:ss.SSS, UTC}",
            "levelname", "level",
            "name", "logger{20}",
            "message", "msg",
            "threadName", "thread",
            "process", "property{PID}");

    private LogFormat() {}

    /// @throws IllegalArgumentException if it has a field that has no counterpart
    static String pattern(String python) {
        Matcher field = FIELD.matcher(python);
        StringBuilder pattern = new StringBuilder();
        int from = 0;
        while (field.find()) {
            pattern.append(literal(python.substring(from, field.start())));
            from = field.end();
            pattern.append(word(field));
        }
        return pattern.append(literal(python.substring(from))).append("%n").toString();
    }

    private static String word(Matcher field) {
        if (field.group().equals("%%")) {
            return "\\%";
        }
        String word = field.group(1) == null ? null : WORDS.get(field.group(1));
        if (word == null) {
            throw new IllegalArgumentException("has '%s', which is not understood; known are %s"
                    .formatted(
                            field.group(),
                            String.join(
                                    ", ",
                                    WORDS.keySet().stream()
                                            .sorted()
                                            .map(name -> "%(" + name + ")s")
                                            .toList())));
        }
        String width = field.group(2);
        // Python pads on the left unless told otherwise, as Logback does.
        return "%" + width + word;
    }

    /// What Logback would take for its own is written with a backslash.
    private static String literal(String text) {
        return text.replaceAll("([\\\\()%])", "\\\\$1");
    }
}
