package org.reckoner.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.reckoner.collect.oslo.Rule;
import org.reckoner.collect.oslo.Service;

/// The tables of the reference documentation say what the code does. After a change of the rules, run
/// `./mvnw -pl collect test -Dtest=ReferenceTest -Dreckoner.docs=write` to write them anew.
class ReferenceTest {

    private static final Path PAGE =
            Path.of(System.getProperty("basedir", "."), "..", "docs", "reference", "notifications.md");

    @Test
    void the_table_of_rules_is_the_code() throws IOException {
        mustHold("rules", rules());
    }

    @Test
    void the_table_of_recorded_event_types_is_what_the_code_makes_of_them() throws IOException {
        mustHold("recorded", recorded());
    }

    private static String rules() {
        StringBuilder table =
                new StringBuilder("| service | event types | what is made of them |\n| --- | --- | --- |\n");
        for (Service service : Notifications.BUILT_IN) {
            for (Rule rule : service.rules()) {
                table.append("| %s | `%s`%s | %s%s |\n"
                        .formatted(
                                service.name(),
                                rule.events(),
                                rule.condition().map(when -> ", " + when).orElse(""),
                                rule.ignores() ? "ignored: " : "",
                                rule.summary()));
            }
        }
        return table.toString();
    }

    private static String recorded() {
        TreeMap<String, List<Reading>> byType = new TreeMap<>();
        for (byte[] body : Recorded.all()) {
            String eventType = Altered.inner(body).get("event_type").stringValue();
            byType.computeIfAbsent(eventType, none -> new ArrayList<>())
                    .add(Recorded.reader().read(body));
        }
        StringBuilder table =
                new StringBuilder("| event type | recorded | what is made of it |\n| --- | ---: | --- |\n");
        byType.forEach((eventType, readings) -> {
            TreeSet<String> made = new TreeSet<>();
            readings.forEach(reading -> made.add(made(reading)));
            table.append("| `%s` | %d | %s |\n".formatted(eventType, readings.size(), String.join("; ", made)));
        });
        return table.toString();
    }

    private static String made(Reading reading) {
        return switch (reading) {
            case Reading.Observed(var observation) ->
                "`" + observation.resource().type() + "`"
                        + (observation.report().endedAt().isPresent() ? ", which has ended" : "");
            case Reading.Ignored(var eventType, var why) -> "ignored: " + why;
            case Reading.Commanded commanded -> throw new AssertionError(commanded);
            case Reading.Sampled sampled -> throw new AssertionError(sampled);
            case Reading.Several several -> throw new AssertionError(several);
            case Reading.Refused refused -> throw new AssertionError(refused);
        };
    }

    private static void mustHold(String name, String table) throws IOException {
        String begin = "<!-- begin " + name + " -->\n";
        String end = "<!-- end " + name + " -->";
        String page = Files.readString(PAGE);
        int from = page.indexOf(begin) + begin.length();
        int to = page.indexOf(end);
        assertThat(to).as("%s has a table %s", PAGE, name).isGreaterThan(from - 1);
        if ("write".equals(System.getProperty("reckoner.docs"))) {
            Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
        } else {
            assertThat(page.substring(from, to))
                    .as("the table %s of %s; write it anew with -Dreckoner.docs=write", name, PAGE)
                    .isEqualTo(table);
        }
    }
}
