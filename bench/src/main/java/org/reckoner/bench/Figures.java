package org.reckoner.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What was measured, each beside what the reference needs for the same, as a table.
final class Figures {

    private static final double MILLION = 1e6;
    private static final double BILLION = 1e9;

    private final List<Row> rows = new ArrayList<>();
    private final Map<String, Figure> references = new HashMap<>();

    /// @param text for people
    /// @param cost in seconds, of CPU or on the clock, so that two can be compared
    private record Figure(String text, double cost) {}

    private record Row(
            Cloud cloud,
            String what,
            Figure figure,
            @Nullable String reference) {}

    private static Figure bill(Cloud cloud, Effort effort) {
        double cpu = seconds(effort.cpu());
        return new Figure(
                text(
                        "%.2f CPU s, %.2f s, %.1f MB, %.2f CPU µs a resource",
                        cpu, seconds(effort.wall()), effort.bytes() / MILLION, cpu * MILLION / cloud.resources()),
                cpu);
    }

    private static Figure latency(long[] sorted) {
        double median = sorted[sorted.length / 2] / MILLION;
        return new Figure(
                text(
                        "p50 %.2f ms, p99 %.2f ms, worst %.2f ms",
                        median,
                        sorted[(int) Math.ceil(sorted.length * 0.99) - 1] / MILLION,
                        sorted[sorted.length - 1] / MILLION),
                median / 1e3);
    }

    private static Figure perSecond(String unit, long count, Effort effort) {
        double each = seconds(effort.wall()) / count;
        String cpu = effort.cpu().isZero() ? "" : text(", %.0f CPU µs each", seconds(effort.cpu()) * MILLION / count);
        return new Figure(text("%,.0f %s", 1 / each, unit) + cpu, each);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / BILLION;
    }

    private static String text(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }

    void bill(Cloud cloud, String what, Effort effort, @Nullable String reference) {
        note(new Row(cloud, what, bill(cloud, effort), reference));
    }

    void latency(Cloud cloud, String what, long[] sorted, @Nullable String reference) {
        note(new Row(cloud, what, latency(sorted), reference));
    }

    void perSecond(Cloud cloud, String what, String unit, long count, Effort effort, @Nullable String reference) {
        note(new Row(cloud, what, perSecond(unit, count, effort), reference));
    }

    /// What comes next is the reference's.
    Reference of(Cloud cloud) {
        return new Reference(cloud);
    }

    /// Figures of the reference, under names to compare with.
    final class Reference {
        private final Cloud cloud;

        private Reference(Cloud cloud) {
            this.cloud = cloud;
        }

        void bill(String name, Effort effort) {
            put(name, Figures.bill(cloud, effort));
        }

        void latency(String name, long[] sorted) {
            put(name, Figures.latency(sorted));
        }

        void perSecond(String name, long count, Effort effort) {
            put(name, Figures.perSecond("events/s", count, effort));
        }

        private void put(String name, Figure figure) {
            references.put(cloud + name, figure);
            note(new Row(cloud, "reference: " + name, figure, null));
        }
    }

    private void note(Row row) {
        rows.add(row);
        System.err.println("  " + row.what() + ": " + row.figure().text());
    }

    /// Markdown.
    String table() {
        StringBuilder table = new StringBuilder(
                "| cloud | what | measured | times faster than the reference |\n| --- | --- | --- | --- |\n");
        for (Row row : rows) {
            Figure reference = references.get(row.cloud() + row.reference());
            table.append("| %s | %s | %s | %s |%n"
                    .formatted(
                            row.cloud(),
                            row.what(),
                            row.figure().text(),
                            reference == null ? "" : ratio(reference, row.figure())));
        }
        return table.toString();
    }

    /// CPU time is told in hundredths of a second, and nothing is less than that.
    private static String ratio(Figure reference, Figure figure) {
        return text("%.1f", reference.cost() / Math.max(figure.cost(), 1e-6));
    }
}
