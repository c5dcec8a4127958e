package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Samples from the file or the request in which they come to the bill.
@Timeout(120)
class SamplesTest {

    private static final String HOUR = "2026-11-21T10:";
    private static final String NOW = "2026-11-21T13:00:00Z";

    @TempDir
    private Path folder = Path.of(".");

    private Path ledger = Path.of("ledger.db");

    @BeforeEach
    void configure() throws IOException {
        ledger = folder.resolve("ledger.db");
        Files.writeString(folder.resolve("meter_mappings.yml"), """
                - meter: instance
                  type: Virtual Machine
                  transformer: uptime
                  unit: second
                  metadata:
                    name: {sources: [display_name]}
                - {meter: volume.size, type: Volume, service: b1.standard, unit: gigabyte}
                - {meter: traffic.outbound, type: Network Traffic, transformer: sum, unit: byte, service: n1.out}
                """);
        configure("");
        Files.writeString(folder.resolve("prices.yaml"), """
                price-book: standard
                currency: EUR
                meters:
                  c1.small: {kind: amount, unit: s}
                  c1.large: {kind: amount, unit: s}
                  b1.standard: {kind: amount, unit: B.s}
                  n1.out: {kind: amount, unit: B}
                free: [server, vcpus, memory, disk.root, disk.ephemeral, disk.swap, image, image.size, image.download,
                       volume, volume.size, snapshot, snapshot.size, floating_ip, router, network]
                prices:
                  - {id: small, item: Small server, meter: c1.small, per: h, price: 0.50}
                  - {id: large, item: Large server, meter: c1.large, per: h, price: 2.00}
                  - {id: disk, item: Block storage, meter: b1.standard, per: GiB.h, price: 0.10}
                  - {id: out, item: Traffic, meter: n1.out, per: GiB, price: 1.00}
                """);
    }

    private void configure(String more) throws IOException {
        Files.writeString(
                folder.resolve("reckoner.yaml"),
                "samples:\n  mapping: %s\n%s".formatted(folder.resolve("meter_mappings.yml"), more));
    }

    private Cli reckoner(String... arguments) {
        return reckonerAt(NOW, arguments);
    }

    private Cli reckonerAt(String now, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("--config", folder.resolve("reckoner.yaml").toString(), "--now", now, "--format", "csv"));
        all.addAll(List.of(arguments));
        return Cli.on(ledger, all.toArray(String[]::new));
    }

    private static String sample(String id, String meter, String type, String volume, String time, String metadata) {
        return """
                {"source": "openstack", "counter_name": "%s", "counter_type": "%s", "counter_unit": "x",
                 "counter_volume": %s, "user_id": "u", "project_id": "acme", "resource_id": "%s-1",
                 "timestamp": "%s", "message_id": "%s", "resource_metadata": {%s}}""".formatted(meter, type, volume, meter, time, id, metadata);
    }

    private static String server(String id, String minute, String state, String flavor) {
        return sample(
                id,
                "instance",
                "gauge",
                "1",
                HOUR + minute + ":00",
                "\"status\": \"%s\", \"instance_type\": \"%s\", \"display_name\": \"web\"".formatted(state, flavor));
    }

    private static String volume(String id, String minute, int size) {
        return sample(id, "volume.size", "gauge", Integer.toString(size), HOUR + minute + ":00", "");
    }

    /// A server that is off for ten minutes and then larger, a volume that grows, and traffic.
    private static final List<String> ALL = List.of(
            server("s-1", "00", "active", "c1.small"),
            server("s-2", "20", "shelved", "c1.small"),
            server("s-3", "30", "active", "c1.large"),
            volume("v-1", "00", 10),
            volume("v-2", "45", 20),
            sample("t-1", "traffic.outbound", "delta", "1073741824", HOUR + "15:00", ""),
            sample("t-2", "traffic.outbound", "delta", "536870912", HOUR + "40:00", ""),
            sample("n-1", "volume.size", "gauge", "20", "2026-11-21T12:30:00", ""));

    private void ingest(String... samples) throws IOException {
        Path file = Files.writeString(folder.resolve("samples.json"), "[" + String.join(",", samples) + "]");
        assertThat(reckoner("ingest", file.toString()).exit()).isZero();
    }

    private String bill() {
        reckoner("prices", "load", folder.resolve("prices.yaml").toString());
        Cli bill = reckoner("bill", "--period", "2026-11", "--account", "acme");
        assertThat(bill.exit()).as(bill.err()).isZero();
        return bill.out();
    }

    @Test
    void samples_of_a_file_become_a_bill() throws IOException {
        ingest(ALL.toArray(String[]::new));

        Cli run = reckoner("samples", "run");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out().lines())
                .containsExactly(
                        "from,to,meter,resources,told,nobody pays,refused",
                        "2026-11-21T10:00:00Z,2026-11-21T11:00:00Z,instance,1,1,0,0",
                        "2026-11-21T10:00:00Z,2026-11-21T11:00:00Z,traffic.outbound,1,1,0,0",
                        "2026-11-21T10:00:00Z,2026-11-21T11:00:00Z,volume.size,1,1,0,0");
        // 1200 s small, 1800 s large; 10 GiB for 2700 s and 20 GiB for 900 s; 1.5 GiB.
        assertThat(bill()).contains("0.17").contains("1.00").contains("1.25").contains("1.50");
    }

    @Test
    void nothing_is_told_twice_and_a_late_sample_changes_what_was_told() throws IOException {
        ingest(ALL.toArray(String[]::new));
        reckoner("samples", "run");

        assertThat(reckoner("samples", "run").out().lines()).hasSize(1);
        assertThat(reckoner("samples", "run", "--all").out()).doesNotContain(",1,1,0,0");
        ingest(ALL.toArray(String[]::new));
        assertThat(reckoner("samples", "run").out().lines()).hasSize(1);

        ingest(volume("v-3", "30", 40));
        assertThat(reckoner("samples", "run").out()).contains("volume.size,1,1,0,0");
        // 10 GiB for 1800 s, 40 for 900 s, 20 for 900 s: 20 GiB h.
        assertThat(bill()).contains("2.00");
    }

    @Test
    void a_dry_run_shows_what_would_be_told_and_keeps_nothing() throws IOException {
        ingest(ALL.toArray(String[]::new));

        assertThat(reckoner("samples", "run", "--dry-run").out())
                .contains("acme,virtual_machine,instance-1,c1.large,1800")
                .contains("acme,virtual_machine,instance-1,c1.small,1200")
                .contains("acme,network_traffic,traffic.outbound-1,n1.out,1610612736");
        assertThat(reckoner("resources", "list").out().lines()).hasSize(1);
    }

    @Test
    void what_is_read_once_an_hour_is_used_without_gaps() throws IOException {
        Files.writeString(folder.resolve("meter_mappings.yml"), """
                - {meter: instance, type: Virtual Machine, transformer: uptime, unit: second}
                - {meter: bytes, type: Network Traffic, service: n1.out, transformer: cumulative, unit: byte}
                """);
        for (int hour = 7; hour <= 11; hour++) {
            String time = "2026-11-21T%02d:00:5%d".formatted(hour, hour % 3);
            ingest(
                    sample(
                            "s-" + hour,
                            "instance",
                            "gauge",
                            "1",
                            time,
                            "\"status\": \"active\", \"instance_type\": \"c1.small\""),
                    sample("b-" + hour, "bytes", "cumulative", Integer.toString(hour * 100), time, ""));
        }

        List<String> told =
                reckoner("samples", "run", "--dry-run").out().lines().toList();

        // At 7 nobody knows what was before the first sample.
        assertThat(told.stream().filter(line -> line.contains("c1.small")).map(SamplesTest::quantity))
                .containsExactly("3549", "3600", "3600", "3600", "3600");
        assertThat(told.stream().filter(line -> line.contains("n1.out")).map(SamplesTest::quantity))
                .containsExactly("100", "100", "100", "100");
    }

    private static String quantity(String line) {
        return line.substring(line.lastIndexOf(',') + 1);
    }

    @Test
    void watermarks_reach_as_far_as_samples_came_and_no_further() throws IOException {
        ingest(ALL.toArray(String[]::new));
        reckoner("samples", "run");

        assertThat(reckoner("watermarks").out())
                .contains("ceilometer/instance,RegionOne,2026-11-21T12:00:00Z")
                .contains("ceilometer/traffic.outbound,RegionOne,2026-11-21T12:00:00Z");
    }

    @Test
    void a_ceilometer_that_fell_silent_holds_up_the_month_and_status_says_what_to_do() throws IOException {
        ingest(ALL.toArray(String[]::new));
        reckoner("samples", "run");

        Cli status = reckonerAt("2026-12-02T00:00:00Z", "status", "--period", "2026-11");

        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.err())
                .contains(
                        "the samples of RegionOne (ceilometer/instance and 2 more) do not reach the end of 2026-11; use"
                                + " was made of them until 2026-11-21T12:00:00Z, and the newest is of 2026-11-21T12:30:00Z")
                .contains("silent since then. If it is gone for good: reckoner watermarks remove 'ceilometer/*'");
    }

    @Test
    void samples_of_which_no_use_was_made_yet_are_not_called_silent() throws IOException {
        ingest(ALL.toArray(String[]::new));
        reckoner("samples", "run");
        Path file = Files.writeString(
                folder.resolve("samples.json"),
                "[%s]".formatted(sample("n-2", "volume.size", "gauge", "20", "2026-12-01T00:30:00Z", "")));
        assertThat(reckonerAt("2026-12-02T00:00:00Z", "ingest", file.toString()).exit())
                .isZero();

        Cli status = reckonerAt("2026-12-02T00:00:00Z", "status", "--period", "2026-11");

        assertThat(status.err()).contains("See: reckoner samples run").doesNotContain("silent");
    }

    @Test
    void a_ceilometer_that_is_gone_for_good_is_forgotten_until_it_tells_something() throws IOException {
        ingest(ALL.toArray(String[]::new));
        reckoner("samples", "run");

        Cli removed = reckoner("watermarks", "remove", "ceilometer/*", "--because", "taken out of service");

        assertThat(removed.exit()).as(removed.err()).isZero();
        reckoner("samples", "run");
        assertThat(reckoner("watermarks").out()).doesNotContain("ceilometer/");
        ingest(volume("v-4", "50", 40));
        reckoner("samples", "run");
        assertThat(reckoner("watermarks").out()).contains("ceilometer/instance", "ceilometer/volume.size");
    }

    @Test
    void what_is_known_of_all_meters_of_a_silent_ceilometer_is_said_at_once() throws IOException {
        ingest(ALL.toArray(String[]::new));
        reckoner("samples", "run");

        reckonerAt("2026-12-02T00:00:00Z", "watermarks", "set", "ceilometer/*", "2026-12-01T00:00:00Z");

        assertThat(reckonerAt("2026-12-02T00:00:00Z", "status", "--period", "2026-11")
                        .err())
                .doesNotContain("ceilometer/");
    }

    @Test
    void what_begins_like_no_source_is_not_removed() {
        Cli refused = reckoner("watermarks", "remove", "ceilometer/*", "--because", "taken out of service");

        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("no source of RegionOne begins with 'ceilometer/'");
    }

    @Test
    void as_legacy_a_server_that_was_off_pays_as_with_distil() throws IOException {
        configure("  legacy: true\n");
        ingest(ALL.toArray(String[]::new));

        assertThat(reckoner("samples", "run", "--dry-run").out())
                .contains("c1.large,2400")
                .contains("c1.small,1200");
    }

    @Test
    void projects_may_be_left_out() throws IOException {
        configure("  ignore-projects: [acme]\n");
        ingest(ALL.toArray(String[]::new));

        assertThat(reckoner("samples", "run").out()).contains("instance,1,0,1,0");
    }

    @Test
    void samples_that_no_use_can_be_made_of_hold_up_no_other() throws IOException {
        ingest(volume("v-1", "00", -5), server("s-1", "00", "active", "c1.small"));

        Cli run = reckoner("samples", "run");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("volume.size of volume.size-1").contains("nothing below zero");
        assertThat(run.out()).contains("instance,1,1,0,0").contains("volume.size,1,0,0,1");
        assertThat(reckoner("dead-letters", "list").out()).contains("sample of volume.size");
    }

    @Test
    void a_mapping_that_says_something_unknown_is_refused_before_anything_is_done() throws IOException {
        Files.writeString(
                folder.resolve("meter_mappings.yml"),
                "- {meter: volume.size, type: Volume, transformer: maximum, unit: gigabyte}\n");

        String file = Files.writeString(folder.resolve("samples.json"), "[]").toString();

        for (String[] command :
                new String[][] {{"samples", "run"}, {"ingest", file}, {"serve", "--no-authentication", "--port", "0"}
                }) {
            Cli refused = reckoner(command);
            assertThat(refused.exit()).isEqualTo(2);
            assertThat(refused.err()).contains("entry 1 (volume.size): unknown transformer 'maximum'");
        }
    }

    @Test
    void samples_posted_as_ceilometer_publishes_them_become_a_bill() throws Exception {
        Path password = Files.writeString(folder.resolve("publisher.password"), "hush\n");
        configure("  publisher: {user: ceilometer, password-file: %s}\n".formatted(password));
        Path log = folder.resolve("log");
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "--enable-native-access=ALL-UNNAMED",
                        Main.class.getName(),
                        "--config",
                        folder.resolve("reckoner.yaml").toString(),
                        "--ledger",
                        "jdbc:sqlite:" + ledger,
                        "--now",
                        NOW,
                        "serve",
                        "--no-authentication",
                        "--port",
                        "0")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI address = URI.create("http://127.0.0.1:" + port(log) + "/ceilometer");
            String good = String.join(",", ALL);
            HttpResponse<String> first = post(client, address, "[" + good + "]");
            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(first.body()).isEqualTo("{\"added\":8,\"known\":0,\"ignored\":0,\"refused\":0}");
            assertThat(post(client, address, "[" + good + "]").body()).contains("\"added\":0,\"known\":8");
            assertThat(post(client, address, "[" + volume("bad", "50", 1).replace(": 1,", ": NaN,") + "]")
                            .body())
                    .contains("\"refused\":1");
            assertThat(post(client, address, "nothing").statusCode()).isEqualTo(400);
        } finally {
            server.destroy();
            server.waitFor();
        }

        assertThat(reckoner("samples", "run").exit()).isZero();
        assertThat(bill()).contains("0.17").contains("1.00").contains("1.25").contains("1.50");
        assertThat(reckoner("dead-letters", "list").out()).contains("counter_volume is NaN");
    }

    private static HttpResponse<String> post(HttpClient client, URI address, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/json")
                        .header(
                                "Authorization",
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString("ceilometer:hush"
                                                        .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static int port(Path log) throws Exception {
        Instant until = Instant.now().plusSeconds(60);
        while (Instant.now().isBefore(until)) {
            String said = Files.exists(log) ? Files.readString(log) : "";
            var found =
                    java.util.regex.Pattern.compile("http://127.0.0.1:(\\d+)").matcher(said);
            if (found.find()) {
                return Integer.parseInt(found.group(1));
            }
            Thread.sleep(50);
        }
        throw new AssertionError(Files.readString(log));
    }
}
