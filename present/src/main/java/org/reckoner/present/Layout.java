package org.reckoner.present;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/// Lines of text whose cells stand in columns, with titles and rules between them.
final class Layout {

    private static final String GAP = "  ";
    private static final int LEAST_WIDTH = 8;

    private final List<Column> columns;
    private final List<Line> lines = new ArrayList<>();

    Layout(List<Column> columns) {
        this.columns = columns;
    }

    private sealed interface Line {
        record Header() implements Line {}

        record Cells(List<String> cells) implements Line {}

        record Title(String text) implements Line {}

        record Rule() implements Line {}
    }

    /// The names of the columns and a rule under them.
    void header() {
        lines.add(new Line.Header());
        rule();
    }

    void cells(List<String> cells) {
        lines.add(new Line.Cells(cells.stream().map(Text::printable).toList()));
    }

    /// Text that stands across the columns; shortened only by the width of the whole.
    void title(String text) {
        lines.add(new Line.Title(Text.printable(text)));
    }

    void rule() {
        lines.add(new Line.Rule());
    }

    String toText(int width) {
        int[] fractions = fractions();
        int[] widths = widths(fractions);
        shrink(widths, width);
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            String written = switch (line) {
                case Line.Header() -> join(widths, this::headerCell);
                case Line.Cells(List<String> cells) ->
                    join(widths, (i, w) -> cell(cells.get(i), columns.get(i).kind(), w, fractions[i]));
                case Line.Title(String title) -> Text.cutEnd(title, width);
                case Line.Rule() -> join(widths, (i, w) -> "-".repeat(w));
            };
            text.append(written.stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private interface CellText {
        String of(int column, int width);
    }

    private String join(int[] widths, CellText cell) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            cells.add(cell.of(i, widths[i]));
        }
        return String.join(GAP, cells);
    }

    private String headerCell(int column, int width) {
        String header = Text.cutEnd(columns.get(column).header(), width);
        return columns.get(column).kind() == Column.Kind.NUMBER ? padLeft(header, width) : padRight(header, width);
    }

    private static String cell(String cell, Column.Kind kind, int width, int fraction) {
        return switch (kind) {
            case TEXT -> padRight(Text.cutEnd(cell, width), width);
            case ID -> padRight(Text.cutMiddle(cell, width), width);
            case NUMBER -> padLeft(aligned(cell, fraction), width);
        };
    }

    /// Numbers stand point under point: those with fewer places are filled up on the right.
    private static String aligned(String cell, int fraction) {
        return isNumber(cell) ? cell + " ".repeat(fraction - fraction(cell)) : cell;
    }

    private int[] fractions() {
        int[] fractions = new int[columns.size()];
        for (Line line : lines) {
            if (line instanceof Line.Cells(List<String> cells)) {
                for (int i = 0; i < fractions.length; i++) {
                    if (isNumber(cells.get(i))) {
                        fractions[i] = Math.max(fractions[i], fraction(cells.get(i)));
                    }
                }
            }
        }
        return fractions;
    }

    private int[] widths(int[] fractions) {
        int[] widths =
                columns.stream().mapToInt(column -> Text.width(column.header())).toArray();
        for (Line line : lines) {
            if (line instanceof Line.Cells(List<String> cells)) {
                for (int i = 0; i < widths.length; i++) {
                    boolean number = columns.get(i).kind() == Column.Kind.NUMBER;
                    String cell = number ? aligned(cells.get(i), fractions[i]) : cells.get(i);
                    widths[i] = Math.max(widths[i], Text.width(cell));
                }
            }
        }
        return widths;
    }

    /// Takes columns away from the widest cells that may be shortened, until the whole fits or all are at
    /// their least.
    private void shrink(int[] widths, int limit) {
        List<Integer> shrinkable = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            if (columns.get(i).kind() != Column.Kind.NUMBER) {
                shrinkable.add(i);
            }
        }
        long over = Arrays.stream(widths).asLongStream().sum() + (long) GAP.length() * (widths.length - 1) - limit;
        while (over > 0 && !shrinkable.isEmpty()) {
            int widest = Collections.max(shrinkable, Comparator.comparingInt(i -> widths[i]));
            if (widths[widest] <= LEAST_WIDTH) {
                return;
            }
            widths[widest]--;
            over--;
        }
    }

    private static boolean isNumber(String cell) {
        return !cell.isEmpty() && Character.isDigit(cell.charAt(cell.length() - 1)) && Json.isNumber(cell);
    }

    /// The point and what follows it.
    private static int fraction(String number) {
        int point = number.indexOf('.');
        return point < 0 ? 0 : number.length() - point;
    }

    private static String padRight(String text, int width) {
        return text + " ".repeat(Math.max(0, width - Text.width(text)));
    }

    private static String padLeft(String text, int width) {
        return " ".repeat(Math.max(0, width - Text.width(text))) + text;
    }
}
