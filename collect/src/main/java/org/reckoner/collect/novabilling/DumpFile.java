package org.reckoner.collect.novabilling;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Reads a dump as `mysqldump` and `mariadb-dump` write it: `CREATE TABLE` and `INSERT INTO … VALUES` count,
/// all else is passed over. A dump that was cut off is found by its last statement, and by the line that the
/// program writes at the end.
final class DumpFile {

    private static final int END = -1;

    private final Path file;
    private final Rows rows;
    private final Reader in;
    private final Map<String, List<String>> columns = new HashMap<>();
    private boolean rough;
    private boolean announced;
    private boolean completed;
    private int statements;
    private int line = 1;
    private int at;

    private DumpFile(Path file, Rows rows, Reader in) throws IOException {
        this.file = file;
        this.rows = rows;
        this.in = in;
        this.at = in.read();
    }

    /// @return whether costs are of the type FLOAT, of which MySQL prints six digits
    static boolean read(Path file, Rows rows) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            DumpFile dump = new DumpFile(file, rows, in);
            dump.statements();
            return dump.rough;
        } catch (CharacterCodingException e) {
            throw new UnreadableDatabase(
                    "%s is neither an SQLite file nor a dump as UTF-8 text. Make the dump with mysqldump --default-character-set=utf8."
                            .formatted(file));
        }
    }

    private UnreadableDatabase wrong(String what) {
        return new UnreadableDatabase("%s, line %d: %s".formatted(file, line, what));
    }

    private UnreadableDatabase truncated() {
        if (statements == 0) {
            return nothing();
        }
        return new UnreadableDatabase(
                "%s ends in the midst of it, at line %d: the dump was cut off. Make it again; nothing was imported."
                        .formatted(file, line));
    }

    private void statements() throws IOException {
        space();
        while (at != END) {
            statement();
            space();
        }
        if (announced && !completed) {
            throw truncated();
        }
        if (statements == 0) {
            throw nothing();
        }
    }

    private UnreadableDatabase nothing() {
        return new UnreadableDatabase(
                "%s is neither an SQLite file nor a dump of mysqldump: no table is made in it".formatted(file));
    }

    private void statement() throws IOException {
        String word = word().toUpperCase(Locale.ROOT);
        switch (word) {
            case "CREATE" -> create();
            case "INSERT", "REPLACE" -> insert();
            default -> rest();
        }
    }

    private void create() throws IOException {
        space();
        if (!word().equalsIgnoreCase("TABLE")) {
            rest();
            return;
        }
        space();
        String table = name();
        if (table.equalsIgnoreCase("IF")) {
            for (String expected : List.of("NOT", "EXISTS")) {
                space();
                if (!word().equalsIgnoreCase(expected)) {
                    throw wrong("expected CREATE TABLE IF NOT EXISTS");
                }
            }
            space();
            table = name();
        }
        table = last(table);
        statements++;
        space();
        if (at != '(') {
            rest();
            return;
        }
        List<String> names = new ArrayList<>();
        for (List<String> item : items()) {
            String first = item.getFirst();
            boolean quoted = first.startsWith("`") || first.startsWith("\"");
            if (quoted || !KEYS.contains(first.toUpperCase(Locale.ROOT))) {
                String column = quoted ? first.substring(1, first.length() - 1) : first;
                names.add(column);
                String type = item.size() > 1 ? item.get(1).toUpperCase(Locale.ROOT) : "";
                rough |= table.equals("segment") && column.equals("cost") && type.startsWith("FLOAT");
            }
        }
        if (columns.put(table, List.copyOf(names)) != null && rows.wants(table)) {
            throw wrong("the table %s is made twice; dump nova-billing's database alone".formatted(table));
        }
        if (rows.wants(table)) {
            rows.table(table, new LinkedHashSet<>(names));
        }
        rest();
    }

    private static final List<String> KEYS =
            List.of("PRIMARY", "KEY", "UNIQUE", "CONSTRAINT", "INDEX", "FOREIGN", "FULLTEXT", "CHECK", "SPATIAL");

    /// What stands between the brackets of a CREATE TABLE, each item as its words.
    private List<List<String>> items() throws IOException {
        next();
        List<List<String>> items = new ArrayList<>();
        List<String> item = new ArrayList<>();
        int depth = 0;
        while (true) {
            space();
            switch (at) {
                case END -> throw truncated();
                case '(' -> {
                    depth++;
                    next();
                }
                case ')' -> {
                    next();
                    if (depth-- == 0) {
                        if (!item.isEmpty()) {
                            items.add(item);
                        }
                        return items;
                    }
                }
                case ',' -> {
                    next();
                    if (depth == 0 && !item.isEmpty()) {
                        items.add(item);
                        item = new ArrayList<>();
                    }
                }
                case '`', '"' -> item.add("`" + quoted((char) at, false) + "`");
                case '\'' -> item.add(quoted('\'', true));
                default -> {
                    String word = word();
                    if (word.isEmpty()) {
                        next();
                    } else {
                        item.add(word);
                    }
                }
            }
        }
    }

    private void insert() throws IOException {
        space();
        String word = word();
        while (!word.equalsIgnoreCase("INTO")) {
            if (word.isEmpty() || at == END) {
                throw wrong("expected INSERT INTO");
            }
            space();
            word = word();
        }
        space();
        String table = last(name());
        space();
        List<String> names = columns.getOrDefault(table, List.of());
        if (at == '(') {
            names = items().stream()
                    .map(item -> item.getFirst().replace("`", ""))
                    .toList();
            space();
        }
        String values = word();
        if (!values.equalsIgnoreCase("VALUES") && !values.equalsIgnoreCase("VALUE")) {
            throw wrong("expected VALUES in the INSERT INTO %s".formatted(table));
        }
        do {
            space();
            row(table, names);
            space();
        } while (comma());
        if (at == END) {
            throw truncated();
        }
        if (at != ';') {
            throw wrong("expected ; or , after a row of %s".formatted(table));
        }
        next();
    }

    private boolean comma() throws IOException {
        if (at != ',') {
            return false;
        }
        next();
        return true;
    }

    private void row(String table, List<String> names) throws IOException {
        if (at == END) {
            throw truncated();
        }
        if (at != '(') {
            throw wrong("expected a row ( … ) of %s".formatted(table));
        }
        next();
        List<Optional<String>> values = new ArrayList<>();
        do {
            space();
            values.add(value());
            space();
        } while (comma());
        if (at == END) {
            throw truncated();
        }
        if (at != ')') {
            throw wrong("expected , or ) within a row of %s".formatted(table));
        }
        next();
        if (!rows.wants(table)) {
            return;
        }
        if (values.size() != names.size()) {
            throw wrong("a row of %s has %d values for %d columns".formatted(table, values.size(), names.size()));
        }
        Map<String, Optional<String>> row = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            row.put(names.get(i), values.get(i));
        }
        rows.row(table, row);
    }

    private Optional<String> value() throws IOException {
        if (at == '\'') {
            return Optional.of(quoted('\'', true));
        }
        StringBuilder text = new StringBuilder();
        while (at != END && at != ',' && at != ')' && at != '\'' && !Character.isWhitespace(at)) {
            text.append((char) at);
            next();
        }
        if (at == '\'' && text.toString().equalsIgnoreCase("_binary")) {
            return Optional.of(quoted('\'', true));
        }
        space();
        if (at == '\'' && text.toString().startsWith("_")) {
            return Optional.of(quoted('\'', true));
        }
        if (text.isEmpty()) {
            throw at == END ? truncated() : wrong("expected a value");
        }
        return text.toString().equalsIgnoreCase("NULL") ? Optional.empty() : Optional.of(text.toString());
    }

    /// @param escapes whether a backslash has a meaning, as it has in texts but not in names
    private String quoted(char quote, boolean escapes) throws IOException {
        next();
        StringBuilder text = new StringBuilder();
        while (true) {
            if (at == END) {
                throw truncated();
            }
            if (at == quote) {
                next();
                if (at != quote) {
                    return text.toString();
                }
                text.append(quote);
            } else if (escapes && at == '\\') {
                next();
                text.append(escaped());
            } else {
                text.append((char) at);
            }
            next();
        }
    }

    private char escaped() {
        return switch (at) {
            case END -> throw truncated();
            case '0' -> '\0';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'Z' -> 26;
            default -> (char) at;
        };
    }

    /// Passes over the rest of a statement.
    private void rest() throws IOException {
        while (at != ';') {
            switch (at) {
                case END -> throw truncated();
                case '\'', '"', '`' -> quoted((char) at, at != '`');
                default -> {
                    if (!comment()) {
                        next();
                    }
                }
            }
        }
        next();
    }

    /// A name, quoted or not, with that of its database in front if it is there.
    private String name() throws IOException {
        StringBuilder name = new StringBuilder();
        while (true) {
            name.append(at == '`' || at == '"' ? quoted((char) at, false) : word());
            if (at != '.') {
                break;
            }
            name.append('.');
            next();
        }
        if (name.isEmpty()) {
            throw wrong("expected a name");
        }
        return name.toString();
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private String word() throws IOException {
        StringBuilder word = new StringBuilder();
        while (at != END && (Character.isLetterOrDigit(at) || at == '_' || at == '$' || at == '@' || at == '!')) {
            word.append((char) at);
            next();
        }
        if (word.isEmpty() && at != END && at != '`' && at != '"' && at != '(' && at != ';' && at != ',' && at != ')') {
            word.append((char) at);
            next();
        }
        return word.toString();
    }

    /// Passes over white space and comments.
    private void space() throws IOException {
        while (at != END && (Character.isWhitespace(at) || comment())) {
            if (at != END && Character.isWhitespace(at)) {
                next();
            }
        }
    }

    /// Passes over a comment, if one begins here. mysqldump says in comments who it is and that it is done;
    /// what stands in `/*! … */` is for servers and matters to nobody here.
    private boolean comment() throws IOException {
        if (at == '#') {
            remark();
            return true;
        }
        if (at == '-' && peek() == '-') {
            remark();
            return true;
        }
        if (at == '/' && peek() == '*') {
            next();
            next();
            int before = 0;
            while (!(before == '*' && at == '/')) {
                if (at == END) {
                    throw truncated();
                }
                before = at;
                next();
            }
            next();
            return true;
        }
        return false;
    }

    private void remark() throws IOException {
        StringBuilder text = new StringBuilder();
        while (at != END && at != '\n') {
            text.append((char) at);
            next();
        }
        String remark = text.toString();
        announced |= remark.startsWith("-- MySQL dump") || remark.startsWith("-- MariaDB dump");
        completed |= remark.startsWith("-- Dump completed");
    }

    private int peek() throws IOException {
        in.mark(1);
        int next = in.read();
        in.reset();
        return next;
    }

    private void next() throws IOException {
        if (at == '\n') {
            line++;
        }
        at = in.read();
    }
}
