package org.reckoner.collect.cinder;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads what Python prints of a dict from texts to texts: `{'keep': 'yes', "it's": None}`.
final class PythonDict {

    private final String text;
    private int at;

    private PythonDict(String text) {
        this.text = text;
    }

    /// The entries that have a value; nothing if the text is not such a dict.
    static Optional<SortedMap<String, String>> parse(String text) {
        try {
            return Optional.of(new PythonDict(text.strip()).dict());
        } catch (NotADict e) {
            return Optional.empty();
        }
    }

    private SortedMap<String, String> dict() throws NotADict {
        TreeMap<String, String> entries = new TreeMap<>();
        expect('{');
        while (!follows('}')) {
            String key = string();
            expect(':');
            skipSpace();
            if (peek() == '\'' || peek() == '"') {
                entries.put(key, string());
            } else {
                String word = bareWord();
                if (!word.equals("None")) {
                    entries.put(key, word);
                }
            }
            if (!follows('}')) {
                expect(',');
            }
        }
        expect('}');
        if (at != text.length()) {
            throw new NotADict();
        }
        return entries;
    }

    private String string() throws NotADict {
        skipSpace();
        char quote = next();
        if (quote != '\'' && quote != '"') {
            throw new NotADict();
        }
        StringBuilder value = new StringBuilder();
        for (char c = next(); c != quote; c = next()) {
            if (c == '\\') {
                value.appendCodePoint(escaped());
            } else {
                value.append(c);
            }
        }
        return value.toString();
    }

    private int escaped() throws NotADict {
        char c = next();
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            case 'U' -> hex(8);
            case '\\', '\'', '"' -> c;
            default -> throw new NotADict();
        };
    }

    private int hex(int digits) throws NotADict {
        int code = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0) {
                throw new NotADict();
            }
            code = code * 16 + digit;
        }
        boolean keepable = Character.isValidCodePoint(code)
                && code != 0
                && (code < Character.MIN_SURROGATE || code > Character.MAX_SURROGATE);
        return keepable ? code : 0xFFFD;
    }

    /// A number, True, False or None.
    private String bareWord() throws NotADict {
        int from = at;
        while (at < text.length() && ",} ".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(from, at);
        if (!word.matches("True|False|None|-?\\d+(\\.\\d+)?")) {
            throw new NotADict();
        }
        return word;
    }

    private void expect(char wanted) throws NotADict {
        skipSpace();
        if (next() != wanted) {
            throw new NotADict();
        }
    }

    private boolean follows(char wanted) throws NotADict {
        skipSpace();
        return peek() == wanted;
    }

    private void skipSpace() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private char peek() throws NotADict {
        if (at >= text.length()) {
            throw new NotADict();
        }
        return text.charAt(at);
    }

    private char next() throws NotADict {
        char c = peek();
        at++;
        return c;
    }

    private static final class NotADict extends Exception {

        NotADict() {
            super(null, null, false, false);
        }
    }
}
