package org.reckoner.collect.oslo;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Event types by shape: `*` stands for any run of characters, as in `octavia.loadbalancer.*`.
public final class EventPattern {

    private final String text;
    private final Pattern regex;

    private EventPattern(String text) {
        this.text = text;
        this.regex = Pattern.compile(
                Arrays.stream(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }

    /// @throws IllegalArgumentException if the pattern is blank
    public static EventPattern of(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("a pattern of event types is blank; expected one such as 'share.*'");
        }
        return new EventPattern(text);
    }

    public boolean matches(String eventType) {
        return regex.matcher(eventType).matches();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EventPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
