package org.reckoner.present;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Rows under columns: one model for a text table, CSV and JSON.
///
/// Cells are text; an empty cell is a value that is not there.
///
/// @param footer rows below a second rule, such as totals; only in text tables
public record Table(List<Column> columns, List<List<String>> rows, List<List<String>> footer) {

    /// No limit to how wide a text table may be.
    public static final int ANY_WIDTH = Integer.MAX_VALUE;

    /// @throws IllegalArgumentException if a row has another number of cells than there are columns
    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        footer = footer.stream().map(List::copyOf).toList();
        for (List<String> row : Stream.concat(rows.stream(), footer.stream()).toList()) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "a row has %d cells for %d columns: %s".formatted(row.size(), columns.size(), row));
            }
        }
    }

    public static Table of(List<Column> columns, List<List<String>> rows) {
        return new Table(columns, rows, List.of());
    }

    public Table withFooter(String... cells) {
        List<List<String>> more = new ArrayList<>(footer);
        more.add(List.of(cells));
        return new Table(columns, rows, more);
    }

    /// Columns as wide as their content, a rule under the header, no boxes; ends with a line break. Where
    /// that is wider than allowed, the widest texts and ids are shortened with `…`, numbers never.
    ///
    /// @param width in terminal columns
    public String toText(int width) {
        Layout layout = new Layout(columns);
        layout.header();
        rows.forEach(layout::cells);
        if (!footer.isEmpty()) {
            layout.rule();
            footer.forEach(layout::cells);
        }
        return layout.toText(width);
    }

    public String toText() {
        return toText(ANY_WIDTH);
    }

    /// RFC 4180 with a header line, and `\n` as line break. Values are written as they are, also those that a
    /// spreadsheet would take for a formula.
    public String toCsv() {
        return Stream.concat(Stream.of(columns.stream().map(Column::name).toList()), rows.stream())
                .map(row -> row.stream().map(Table::quoted).collect(Collectors.joining(",", "", "\n")))
                .collect(Collectors.joining());
    }

    /// An array of an object for each row, indented; what is not there is null.
    public String toJson() {
        return Json.write(rows.stream().map(this::object).toList());
    }

    private Map<String, Object> object(List<String> row) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < row.size(); i++) {
            object.put(columns.get(i).name(), Json.value(columns.get(i).kind(), row.get(i)));
        }
        return object;
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
