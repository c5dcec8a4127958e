package org.reckoner.deliver.artifice;

import java.util.ArrayList;
import java.util.List;
import org.reckoner.prices.yaml.Position;
import org.reckoner.prices.yaml.Problems;

/// The rows of a file whose cells are parted by `|`. Blanks around cells and blank lines do not count.
final class Rows {

    private Rows() {}

    record Cell(Position at, String text) {}

    /// @param line counted from 1
    record Row(int line, List<Cell> cells) {

        Row {
            cells = List.copyOf(cells);
        }

        String text(int cell) {
            return cells.get(cell).text();
        }

        Position at(int cell) {
            return cells.get(cell).at();
        }

        @Override
        public String toString() {
            return String.join(" | ", cells.stream().map(Cell::text).toList());
        }
    }

    /// The rows that have as many cells as there are columns; any other is a problem, and so is a file of none.
    ///
    /// @param columns what each cell means, as problems say it
    static List<Row> read(String text, Problems problems, String... columns) {
        List<Row> rows = new ArrayList<>();
        String expected = "'" + String.join(" | ", columns) + "'";
        boolean empty = true;
        int line = 0;
        for (String written : text.split("\\R", -1)) {
            line++;
            if (written.isBlank()) {
                continue;
            }
            empty = false;
            Row row = row(line, written);
            if (row.cells().size() == columns.length) {
                rows.add(row);
            } else {
                problems.error(
                        new Position(line, 1),
                        "",
                        "%d cells; expected %d: %s".formatted(row.cells().size(), columns.length, expected));
            }
        }
        if (empty) {
            problems.error(new Position(1, 1), "", "the file is empty; expected lines of " + expected);
        }
        return rows;
    }

    private static Row row(int line, String written) {
        List<Cell> cells = new ArrayList<>();
        int start = 0;
        for (String cell : written.split("\\|", -1)) {
            int indent =
                    cell.isBlank() ? 0 : cell.length() - cell.stripLeading().length();
            int column = written.codePointCount(0, start + indent) + 1;
            cells.add(new Cell(new Position(line, column), unquoted(cell.strip())));
            start += cell.length() + 1;
        }
        return new Row(line, cells);
    }

    private static String unquoted(String cell) {
        boolean quoted = cell.length() > 1 && cell.startsWith("\"") && cell.endsWith("\"");
        return quoted ? cell.substring(1, cell.length() - 1).replace("\"\"", "\"") : cell;
    }
}
