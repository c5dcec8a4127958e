package org.reckoner.prices.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A part of a YAML document, with its place.
public sealed interface YamlNode {

    Position at();

    /// What it is, in words for its author.
    String describe();

    /// A scalar: the text as written, whatever YAML would make of it.
    record Text(Position at, String text) implements YamlNode {

        private static final int SHOWN = 60;

        @Override
        public String describe() {
            return "'" + (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…") + "'";
        }
    }

    /// A key without a value, or `null`.
    record Nothing(Position at) implements YamlNode {
        @Override
        public String describe() {
            return "empty";
        }
    }

    record Sequence(Position at, List<YamlNode> items) implements YamlNode {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String describe() {
            return "a list";
        }
    }

    /// @param entries by key, in the order of the file
    record Mapping(Position at, SequencedMap<String, Entry> entries) implements YamlNode {
        public Mapping {
            entries = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
        }

        @Override
        public String describe() {
            return "a mapping";
        }
    }

    /// @param keyAt where the key stands
    record Entry(Position keyAt, YamlNode value) {}
}
