package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.collect.gnocchi.GnocchiServer;
import org.reckoner.collect.measured.SmallServer;
import org.reckoner.collect.openstack.RecordedCloud;

/// `reckoner collect`, on a store that answers as Gnocchi does.
@Timeout(120)
class CollectTest {

    private static final String METRIC = "network.outgoing.bytes";
    private static final String TEN_TO_ELEVEN = "2026-11-21T12:00:00Z";

    @TempDir
    private Path folder = Path.of(".");

    private final GnocchiServer gnocchi = new GnocchiServer();

    @BeforeEach
    void configure() throws IOException {
        configure("");
    }

    private void configure(String more) throws IOException {
        Files.writeString(folder.resolve("reckoner.yaml"), """
                measure:
                  since: 2026-11-21T10:00:00Z
                  gnocchi:
                    url: %s
                    user: admin
                    meters:
                      network.out:
                        metric: network.outgoing.bytes
                        unit: GB
                        factor: 1/1000000000
                        aggregation: rate:sum
                        resource-type: instance_network_interface
                        type: port
                        history: false
                        attributes: [instance_id]
                        %s
                """.formatted(gnocchi.root(), more));
        Files.writeString(folder.resolve("prices.yaml"), """
                price-book: standard
                currency: EUR
                valid-from: 2026-01-01
                meters:
                  network.out: {kind: amount, unit: GB}
                prices:
                  - {id: out, item: Traffic out, meter: network.out, per: GB, price: 0.05}
                """);
    }

    @AfterEach
    void stop() {
        gnocchi.close();
    }

    private Cli at(String now, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("--config", folder.resolve("reckoner.yaml").toString(), "--now", now));
        all.addAll(List.of(arguments));
        return Cli.on(folder.resolve("ledger.db"), all.toArray(String[]::new));
    }

    private Cli collect(String now, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--format", "csv", "collect", "gnocchi"));
        all.addAll(List.of(arguments));
        return at(now, all.toArray(String[]::new));
    }

    private void measured(String port, String project, String... values) {
        gnocchi.group(
                METRIC,
                "{\"id\": \"%s\", \"project_id\": \"%s\", \"instance_id\": \"vm\"}".formatted(port, project),
                values);
    }

    private static String value(int hour, String bytes) {
        return "[\"2026-11-21T%d:00:00+00:00\", 3600.0, %s]".formatted(hour, bytes);
    }

    private static String row(Cli cli) {
        return cli.out().lines().skip(1).findFirst().orElse("");
    }

    @Test
    void what_gnocchi_measured_is_billed() {
        measured("p1", "acme", value(10, "3000000000.0"));
        measured("p2", "globex", value(10, "1000000000.0"));

        Cli cli = collect(TEN_TO_ELEVEN);

        assertThat(cli.err()).isEmpty();
        assertThat(cli.exit()).isZero();
        assertThat(row(cli))
                .isEqualTo(
                        "gnocchi,network.out,2026-11-21T10:00:00Z,2026-11-21T11:00:00Z,2,2,0,0,0,2026-11-21T11:00:00Z");
        at(TEN_TO_ELEVEN, "prices", "load", folder.resolve("prices.yaml").toString());
        assertThat(at(TEN_TO_ELEVEN, "--format", "csv", "bill").out()).contains("0.15", "0.05");
    }

    @Test
    void running_it_again_adds_nothing() {
        measured("p1", "acme", value(10, "3e9"));
        collect(TEN_TO_ELEVEN);

        assertThat(row(collect(TEN_TO_ELEVEN))).contains(",1,0,0,0,0,");
    }

    @Test
    void a_window_of_which_the_store_says_otherwise_is_told_again() {
        measured("p1", "acme", value(10, "3e9"));
        collect(TEN_TO_ELEVEN);
        gnocchi.clear(METRIC);
        measured("p1", "acme", value(10, "4e9"), value(11, "1e9"));

        assertThat(row(collect("2026-11-21T13:00:00Z")))
                .isEqualTo(
                        "gnocchi,network.out,2026-11-21T10:00:00Z,2026-11-21T12:00:00Z,2,1,1,0,0,2026-11-21T12:00:00Z");
        at(TEN_TO_ELEVEN, "prices", "load", folder.resolve("prices.yaml").toString());
        assertThat(at("2026-11-21T13:00:00Z", "--format", "csv", "bill").out()).contains("0.25");
    }

    @Test
    void a_dry_run_keeps_nothing() {
        measured("p1", "acme", value(10, "3e9"));

        Cli cli = collect(TEN_TO_ELEVEN, "--dry-run");

        assertThat(row(cli)).isEqualTo("network.out,port,p1,2026-11-21T10:00:00Z,acme,3,instance_id=vm");
        assertThat(at(TEN_TO_ELEVEN, "--format", "csv", "watermarks", "list")
                        .out()
                        .lines())
                .hasSize(1);
    }

    @Test
    void an_answer_without_any_measure_moves_no_watermark() {
        gnocchi.clear(METRIC);

        Cli cli = collect(TEN_TO_ELEVEN);

        assertThat(cli.exit()).isEqualTo(1);
        assertThat(cli.err()).contains("gnocchi/network.out: gnocchi has no measure at all for 2026-11-21T10:00:00Z");
        assertThat(row(cli)).endsWith(",unknown");
        assertThat(at(TEN_TO_ELEVEN, "--format", "csv", "watermarks", "list").out())
                .contains("gnocchi/network.out,RegionOne,unknown");
    }

    @Test
    void an_unknown_metric_moves_no_watermark() {
        Cli cli = collect(TEN_TO_ELEVEN);

        assertThat(cli.exit()).isEqualTo(1);
        assertThat(cli.err()).contains("gnocchi has no metric 'network.outgoing.bytes'");
    }

    @Test
    void status_says_of_a_meter_that_is_stuck_since_when_and_why_until_it_is_not() {
        gnocchi.clear(METRIC);
        collect(TEN_TO_ELEVEN);
        collect("2026-11-21T12:05:00Z");

        assertThat(at("2026-11-21T12:06:00Z", "status").err())
                .contains(
                        "gnocchi/network.out in RegionOne is stuck since 2026-11-21T12:00:00Z; tries since then: 2, the next at"
                                + " 2026-11-21T12:15:00Z. gnocchi has no measure at all for 2026-11-21T10:00:00Z");
        measured("p1", "acme", value(10, "3e9"));
        collect("2026-11-21T12:10:00Z");
        assertThat(at("2026-11-21T12:11:00Z", "status").err()).doesNotContain("stuck");
    }

    @Test
    void the_watermark_that_a_person_sets_frees_a_meter_that_was_stuck() {
        gnocchi.clear(METRIC);
        collect(TEN_TO_ELEVEN);

        at(TEN_TO_ELEVEN, "watermarks", "set", "gnocchi/network.out", "2026-11-21T11:00:00Z");

        assertThat(at(TEN_TO_ELEVEN, "status").err()).doesNotContain("stuck");
    }

    @Test
    void what_may_be_empty_is_believed() throws IOException {
        configure("may-be-empty: true");
        gnocchi.clear(METRIC);

        Cli cli = collect(TEN_TO_ELEVEN);

        assertThat(cli.exit()).isZero();
        assertThat(row(cli)).endsWith(",2026-11-21T11:00:00Z");
    }

    @Test
    void a_failing_store_moves_no_watermark_and_is_named() {
        measured("p1", "acme", value(10, "3e9"));
        gnocchi.next(GnocchiServer.refusal(403, "{\"title\": \"Forbidden\"}"));

        Cli cli = collect(TEN_TO_ELEVEN);

        assertThat(cli.exit()).isEqualTo(1);
        assertThat(cli.err()).contains("answered 403 when asked for meter network.out");
        assertThat(row(cli)).endsWith(",0,0,0,0,0,unknown");
        assertThat(row(collect(TEN_TO_ELEVEN))).endsWith(",1,1,0,0,0,2026-11-21T11:00:00Z");
    }

    @Test
    void what_cannot_be_believed_is_a_dead_letter_and_holds_up_nothing() {
        measured("p1", "acme", value(10, "-3e9"));
        measured("p2", "acme", value(10, "1e9"));

        Cli cli = collect(TEN_TO_ELEVEN);

        assertThat(cli.exit()).isEqualTo(1);
        assertThat(row(cli)).endsWith(",1,1,0,1,0,2026-11-21T11:00:00Z");
        assertThat(at(TEN_TO_ELEVEN, "--format", "csv", "dead-letters", "list").out())
                .contains("gnocchi/network.out", "negative");
    }

    @Test
    void a_period_is_not_invoiced_before_what_is_measured_is_complete() {
        measured("p1", "acme", value(10, "3e9"));
        collect(TEN_TO_ELEVEN);
        at(TEN_TO_ELEVEN, "prices", "load", folder.resolve("prices.yaml").toString());

        Cli issued = at("2026-12-02T00:00:00Z", "invoices", "issue", "--period", "2026-11");

        assertThat(issued.exit()).isNotZero();
        assertThat(issued.err() + issued.out()).contains("gnocchi/network.out");
    }

    @Test
    void old_windows_are_looked_at_again_when_asked() {
        measured("p1", "acme", value(10, "3e9"));
        collect(TEN_TO_ELEVEN);
        gnocchi.clear(METRIC);
        measured("p1", "acme", value(10, "7e9"));

        Cli cli = collect("2026-11-21T12:30:00Z", "--since", "2026-11-21T10:00:00Z", "--until", "2026-11-21T11:00:00Z");

        assertThat(cli.exit()).isZero();
        assertThat(row(cli)).contains("2026-11-21T11:00:00Z,1,0,1,0,0,");
    }

    @Test
    void what_the_archive_lacks_for_good_is_told_once_and_holds_up_nothing() {
        gnocchi.policy("fine", "{\"granularity\": \"0:05:00\"}", "rate:sum").archive("p2", METRIC, "fine");
        measured("p1", "acme", value(10, "3e9"), value(11, "3e9"));
        measured("p2", "acme");

        Cli cli = collect(TEN_TO_ELEVEN);
        Cli later = collect("2026-11-21T13:00:00Z");

        assertThat(cli.exit()).isEqualTo(1);
        assertThat(cli.err())
                .contains(
                        "gnocchi/network.out: resources left out, as gnocchi has no such values of them and never will: 1");
        assertThat(row(cli)).endsWith(",1,1,0,0,0,2026-11-21T11:00:00Z");
        assertThat(row(later)).endsWith(",2,1,0,0,0,2026-11-21T12:00:00Z");
        assertThat(at(TEN_TO_ELEVEN, "--format", "csv", "dead-letters", "list")
                        .out()
                        .lines())
                .hasSize(2)
                .last()
                .asString()
                .contains("resource p2 is left out", "has archive policy 'fine', which has no values of 3600 s");
    }

    @Test
    void a_cloud_that_lets_nobody_in_is_asked_once_and_told_for_each_meter() throws IOException {
        try (RecordedCloud keystone = new RecordedCloud()) {
            Files.writeString(folder.resolve("clouds.yaml"), """
                    clouds:
                      wrong:
                        region_name: RegionOne
                        auth: {auth_url: "%s", username: admin, password: hush-hush, project_name: admin}
                    """.formatted(keystone.authUrl()));
            Files.writeString(folder.resolve("reckoner.yaml"), """
                    openstack: {cloud: wrong, clouds-file: %s}
                    measure:
                      since: 2026-11-21T10:00:00Z
                      gnocchi:
                        meters:
                          network.in: {metric: in, unit: B, resource-type: port}
                          network.out: {metric: out, unit: B, resource-type: port}
                    """.formatted(folder.resolve("clouds.yaml")));

            Cli cli = collect(TEN_TO_ELEVEN);

            assertThat(cli.exit()).isEqualTo(1);
            assertThat(cli.err())
                    .contains("gnocchi/network.in: ", "gnocchi/network.out: ")
                    .contains("does not let user admin in")
                    .contains("Nothing more was asked; the next run tries again")
                    .doesNotContain("hush-hush");
            assertThat(keystone.requestsFor("POST")).isEqualTo(1);
        }
    }

    @Test
    void hours_that_nobody_asked_for_are_not_called_complete() {
        measured("p1", "acme", value(10, "3e9"), value(11, "3e9"));

        Cli cli = collect("2026-11-21T13:00:00Z", "--since", "2026-11-21T11:00:00Z");

        assertThat(cli.exit()).isEqualTo(1);
        assertThat(cli.err()).contains("nobody asked for what is between that and 2026-11-21T11:00:00Z");
        assertThat(row(cli)).endsWith(",unknown");
        assertThat(row(collect("2026-11-21T13:00:00Z"))).endsWith(",2026-11-21T12:00:00Z");
    }

    @Test
    void windows_of_which_all_is_skipped_are_complete() throws IOException {
        configure("skip: qty == 0");
        measured("p1", "acme", value(10, "0.0"));

        assertThat(row(collect(TEN_TO_ELEVEN))).endsWith(",1,0,0,0,0,2026-11-21T11:00:00Z");
    }

    @Test
    void what_is_skipped_by_now_is_taken_back() throws IOException {
        configure("skip: qty < 1");
        measured("p1", "acme", value(10, "3e9"));
        collect(TEN_TO_ELEVEN);
        gnocchi.clear(METRIC);
        measured("p1", "acme", value(10, "5e8"));

        assertThat(row(collect("2026-11-21T12:30:00Z"))).contains(",1,0,1,0,0,");
        at(TEN_TO_ELEVEN, "prices", "load", folder.resolve("prices.yaml").toString());
        assertThat(at("2026-11-21T13:00:00Z", "--format", "csv", "bill").out()).doesNotContain("0.15");
    }

    @Test
    void cloudkittys_metrics_are_collected_as_they_are_written() throws IOException {
        Path metrics = folder.resolve("metrics.yml");
        Files.writeString(metrics, """
                metrics:
                  network.outgoing.bytes:
                    unit: MB
                    alt_name: traffic
                    factor: 1/1000000
                    groupby: [id, project_id]
                    metadata: [instance_id]
                    extra_args:
                      resource_type: instance_network_interface
                      force_granularity: 3600
                      use_all_resource_revisions: false
                """);
        measured("p1", "acme", value(10, "3e9"));

        Cli cli = collect(TEN_TO_ELEVEN, "--metrics", metrics.toString(), "--dry-run");

        assertThat(row(cli))
                .isEqualTo("traffic,instance_network_interface,p1,2026-11-21T10:00:00Z,acme,3000,instance_id=vm");
    }

    @Test
    void what_cloudkitty_has_processed_is_complete_though_the_rest_is_to_come() throws IOException {
        try (SmallServer kitty = new SmallServer(CollectTest::kitty)) {
            Files.writeString(folder.resolve("reckoner.yaml"), """
                    measure:
                      since: 2026-11-21T10:00:00Z
                      cloudkitty:
                        url: %s
                        user: admin
                        meters:
                          network.out: {unit: MiB, resource-key: uuid}
                    """.formatted(kitty.at("")));

            Cli cli = at("2026-11-21T14:30:00Z", "--format", "csv", "collect", "cloudkitty");

            assertThat(row(cli)).contains(",1,1,0,0,0,2026-11-21T11:00:00Z");
            assertThat(cli.err())
                    .contains("cloudkitty/network.out:", "until 2026-11-21T11:00:00Z, and not yet")
                    .doesNotContain("no measure at all");
            assertThat(cli.exit()).isZero();
        }
    }

    /// One project that is processed until eleven.
    private static String kitty(String asked) {
        if (asked.contains("/scope?")) {
            return "{\"results\": [{\"scope_id\": \"acme\", \"active\": true, \"last_processed_timestamp\": \"2026-11-21T10:00:00+00:00\"}]}";
        }
        return "{\"total\": 1, \"dataframes\": [{\"period\": {\"begin\": \"2026-11-21T10:00:00+00:00\", \"end\": \"2026-11-21T11:00:00+00:00\"}, \"usage\": {\"network.out\": [{\"vol\": {\"unit\": \"MiB\", \"qty\": 152.589676}, \"rating\": {\"price\": 0.0}, \"groupby\": {\"project_id\": \"acme\", \"uuid\": \"a\"}, \"metadata\": {}}]}}]}";
    }

    @Test
    void a_mistake_in_the_metrics_is_told_before_anything_is_asked() throws IOException {
        Path metrics = folder.resolve("metrics.yml");
        Files.writeString(metrics, "metrics: {cpu: {unit: x, price: 5, extra_args: {resource_type: instance}}}");

        Cli cli = collect(TEN_TO_ELEVEN, "--metrics", metrics.toString());

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("metric cpu: unknown key 'price'");
        assertThat(gnocchi.requests()).isEmpty();
    }

    @Test
    void a_meter_that_gnocchi_cannot_be_asked_for_is_told_before_anything_is_asked() throws IOException {
        configure("re-aggregation: average");

        Cli cli = collect(TEN_TO_ELEVEN);

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("Gnocchi has no aggregation 'average'");
        assertThat(gnocchi.requests()).isEmpty();
    }
}
