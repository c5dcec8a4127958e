package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Answers of Ceilometer's old API as Distil's own tests keep them, and the bill that Distil makes of them: hours
/// rounded up for each resource, and each resource's line to the cent. The figures are those of runs of Distil.
@Timeout(120)
class DistilBillTest {

    @TempDir
    private Path folder = Path.of(".");

    @BeforeEach
    void configure() throws IOException {
        Files.writeString(folder.resolve("reckoner.yaml"), """
                samples:
                  mapping: %s
                  legacy: true
                """.formatted(folder.resolve("meter_mappings.yml")));
        Files.writeString(folder.resolve("meter_mappings.yml"), """
                - meter: instance
                  type: Virtual Machine
                  transformer: uptime
                  unit: second
                  metadata:
                    name: {sources: [display_name]}
                - {meter: image.size, type: Image, service: b1.standard, transformer: max, unit: byte}
                """);
        Files.writeString(folder.resolve("prices.yaml"), """
                price-book: distil
                currency: NZD
                meters:
                  c1.c1r1: {kind: amount, unit: s}
                  b1.standard: {kind: amount, unit: B.s}
                prices:
                  - {id: c1.c1r1, item: c1.c1r1, meter: c1.c1r1, per: h, package: {size: 1, price: 0.048}, group-by: [resource]}
                  - {id: b1.standard, item: b1.standard, meter: b1.standard, per: GiB.h, price: 0.0005, group-by: [resource]}
                """);
        Files.createDirectory(folder.resolve("data"));
    }

    private Cli reckoner(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--config",
                folder.resolve("reckoner.yaml").toString(),
                "--now",
                "2014-03-19T00:00:00Z",
                "--format",
                "csv"));
        all.addAll(List.of(arguments));
        return Cli.on(folder.resolve("ledger.db"), all.toArray(String[]::new));
    }

    /// As the API listed it: a volume in floating point, times without a zone, with a fraction or without.
    private static String sample(String meter, String resource, String time, String volume, String metadata) {
        return """
                {
                   "counter_name": "%1$s",
                   "user_id": "5fbff7d5c307476fb3db36f3ffbcca07",
                   "resource_id": "%2$s",
                   "timestamp": "2014-03-18T%3$s",
                   "message_id": "%1$s-%2$s-%3$s",
                   "source": "openstack",
                   "counter_unit": "x",
                   "counter_volume": %4$s,
                   "project_id": "cd3deadd3d5a4f11802d03928195f4ef",
                   "resource_metadata": {%5$s},
                   "counter_type": "gauge"
                  }""".formatted(meter, resource, time, volume, metadata);
    }

    private static String server(String resource, String time, String state) {
        return sample(
                "instance",
                resource,
                time,
                "1.0",
                "\"state\": \"%s\", \"instance_type\": \"c1.c1r1\", \"display_name\": \"web\", \"ramdisk_id\": \"None\""
                        .formatted(state));
    }

    private static String image(String resource, String bytes) {
        return sample("image.size", resource, "10:20:30.123456", bytes, "\"is_public\": \"False\"");
    }

    /// A file with one answer, by the URL that was asked.
    private void answer(String meter, String resource, String... samples) throws IOException {
        String url = "http://localhost:8777/v2/meters/%s?q.field=resource_id&q.value=%s".formatted(meter, resource);
        Files.writeString(
                folder.resolve("data").resolve("map_fixture_%s_%s.json".formatted(meter, resource)),
                "{\n \"%s\": [\n%s\n ]\n}".formatted(url, String.join(",\n", samples)));
    }

    /// What was charged on each line, as `s3601 0.10`.
    private List<String> charged() {
        for (String[] command : new String[][] {
            {"ingest", folder.resolve("data").toString()},
            {"samples", "run"},
            {"watermarks", "set", "ceilometer/*", "2014-03-19T00:00:00Z"},
            {"prices", "load", folder.resolve("prices.yaml").toString()}
        }) {
            Cli done = reckoner(command);
            assertThat(done.exit()).as(done.err()).isZero();
        }
        List<String> bill =
                reckoner("bill", "--period", "2014-03").out().lines().toList();
        List<String> columns = List.of(bill.getFirst().split(","));
        return bill.stream()
                .skip(1)
                .map(line -> line.split(","))
                .map(fields -> fields[columns.indexOf("group")] + " " + fields[columns.indexOf("amount")])
                .toList();
    }

    @Test
    void a_started_hour_of_a_server_is_billed_whole_once_for_all_its_seconds() throws IOException {
        answer("instance", "s1", server("s1", "10:00:00", "active"), server("s1", "10:00:01", "deleted"));
        answer("instance", "s3599", server("s3599", "10:00:00", "active"), server("s3599", "10:59:59", "deleted"));
        answer("instance", "s3600", server("s3600", "10:00:00", "active"), server("s3600", "11:00:00", "deleted"));
        answer(
                "instance",
                "s3601",
                server("s3601", "10:00:00", "active"),
                server("s3601", "11:00:00", "active"),
                server("s3601", "11:00:01", "deleted"));
        answer(
                "instance",
                "s7201",
                server("s7201", "09:30:00", "active"),
                server("s7201", "09:55:00", "active"),
                server("s7201", "10:30:00", "active"),
                server("s7201", "10:55:00", "active"),
                server("s7201", "11:30:01", "deleted"));

        assertThat(charged()).containsExactly("s1 0.05", "s3599 0.05", "s3600 0.05", "s3601 0.10", "s7201 0.14");
    }

    @Test
    void each_resource_is_rounded_to_the_cent_by_itself() throws IOException {
        answer("image.size", "i720", image("i720", "773094113280.0"));
        answer("image.size", "i10a", image("i10a", "10737418240.0"));
        answer("image.size", "i10b", image("i10b", "10737418240.0"));

        assertThat(charged()).containsExactly("i10a 0.00", "i10b 0.00", "i720 0.36");
    }

    @Test
    void resources_and_the_index_of_the_answers_are_of_no_concern() throws IOException {
        answer("image.size", "i720", image("i720", "773094113280.0"));
        String resource = """
                {"user_id": "u", "links": [{"href": "http://localhost:8777/v2/resources/i720", "rel": "self"}],
                 "resource_id": "i720", "project_id": "p", "metadata": {"name": "image"},
                 "last_sample_timestamp": "2014-03-18T23:51:05.527721"}""";
        Path data = folder.resolve("data");
        Files.writeString(data.resolve("resources.json"), "[" + resource + "]");
        Files.writeString(
                data.resolve("map_fixture_0.json"), "{\"http://localhost:8777/v2/resources/i720\": " + resource + "}");
        Files.writeString(
                data.resolve("index.json"), "{\"http://localhost:8777/v2/resources/i720\": \"map_fixture_0.json\"}");

        assertThat(reckoner("ingest", data.toString()).exit()).isZero();

        assertThat(reckoner("dead-letters", "list").out().lines()).hasSize(1);
    }
}
