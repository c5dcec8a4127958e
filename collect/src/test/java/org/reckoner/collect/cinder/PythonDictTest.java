package org.reckoner.collect.cinder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PythonDictTest {

    @Test
    void what_python_prints_is_read() {
        assertThat(PythonDict.parse("{'keep': 'yes'}")).contains(new TreeMap<>(Map.of("keep", "yes")));
        assertThat(PythonDict.parse("{}")).contains(new TreeMap<>());
        assertThat(PythonDict.parse("{\"it's\": 'a \"b\"', 'n': 5, 't': True, 'none': None}"))
                .contains(new TreeMap<>(Map.of("it's", "a \"b\"", "n", "5", "t", "True")));
        assertThat(PythonDict.parse("{'a': 'it\\'s \\\\ \\n \\x41 \\u20ac \\U0001f600'}"))
                .contains(new TreeMap<>(Map.of("a", "it's \\ \n A € 😀")));
    }

    @Test
    void what_no_database_can_keep_is_replaced() {
        assertThat(PythonDict.parse("{'a': '\\x00\\ud800'}")).contains(new TreeMap<>(Map.of("a", "\ufffd\ufffd")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{'a'",
                "{'a': 'b'",
                "{'a': 'b",
                "{'a': b}",
                "{'a': 'b'} x",
                "{'a' 'b'}",
                "['a']",
                "{'a': '\\q'}",
                "{'a': '\\x4'}",
                "{'a': 'b' 'c': 'd'}",
                "{a: 'b'}"
            })
    void anything_else_is_not(String text) {
        assertThat(PythonDict.parse(text)).isEmpty();
    }
}
