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
import org.reckoner.collect.openstack.RecordedCloud;

/// `reckoner reconcile cloud` and `reckoner status`, on what real services answered.
@Timeout(120)
class ReconcileCloudTest {

    private static final String NOW = "2026-11-21T18:30:00Z";

    @TempDir
    private Path folder = Path.of(".");

    private final RecordedCloud cloud = new RecordedCloud();
    private Path ledger = Path.of("ledger.db");

    @BeforeEach
    void configure() throws IOException {
        ledger = folder.resolve("ledger.db");
        Files.writeString(folder.resolve("clouds.yaml"), """
                clouds:
                  admin:
                    region_name: RegionOne
                    auth: {auth_url: "%1$s", username: admin, password: admin, project_name: admin}
                  member:
                    auth: {auth_url: "%1$s", username: alice, password: alice, project_name: acme}
                  elsewhere:
                    region_name: Elsewhere
                    auth: {auth_url: "%1$s", username: admin, password: admin, project_name: admin}
                  wrong:
                    auth: {auth_url: "%1$s", username: admin, password: hush-hush, project_name: admin}
                """.formatted(cloud.authUrl()));
        Files.writeString(folder.resolve("reckoner.yaml"), """
                openstack:
                  cloud: admin
                  clouds-file: %s
                """.formatted(folder.resolve("clouds.yaml")));
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private Cli reckoner(String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("--config", folder.resolve("reckoner.yaml").toString(), "--now", NOW));
        all.addAll(List.of(arguments));
        return Cli.on(ledger, all.toArray(String[]::new));
    }

    private List<String> rows(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--format", "csv"));
        all.addAll(List.of(arguments));
        return reckoner(all.toArray(String[]::new)).out().lines().skip(1).toList();
    }

    @Test
    void what_the_ledger_does_not_know_was_missed_and_lost() {
        Cli cli = reckoner("--format", "csv", "reconcile", "cloud");

        assertThat(cli.exit()).isZero();
        assertThat(cli.out().lines().findFirst())
                .hasValue(
                        "service,project,resources,creation,deletion,state,attributes,details,lost_seconds,doubled_seconds,otherwise_seconds,uncertain_seconds");
        assertThat(cli.out()).contains("nova,acme,", "cinder,globex,", "neutron,");
        assertThat(cli.err()).contains("make up for what was missed");
    }

    @Test
    void a_second_run_finds_nothing() {
        reckoner("reconcile", "cloud");

        Cli again = reckoner("--format", "csv", "reconcile", "cloud");

        assertThat(again.out().lines()).hasSize(1);
        assertThat(again.err()).contains("0 observations make up for what was missed");
    }

    @Test
    void servers_that_nothing_was_done_with_are_not_asked_for_their_actions_again() {
        reckoner("reconcile", "cloud", "nova");
        long first = cloud.requestsFor("os-instance-actions");

        reckoner("reconcile", "cloud", "nova");

        assertThat(first).isPositive();
        assertThat(cloud.requestsFor("os-instance-actions")).isEqualTo(first);
    }

    @Test
    void a_dry_run_keeps_nothing_and_is_no_reading() {
        Cli dry = reckoner("reconcile", "cloud", "cinder", "--dry-run");

        assertThat(dry.err()).contains("observations would be kept; nothing was");
        assertThat(rows("resources", "list")).isEmpty();
        assertThat(rows("status", "--period", "2026-11")).isEmpty();
    }

    @Test
    void what_is_gone_ends_with_the_reading_and_says_since_when_it_may_be_gone() {
        reckoner("reconcile", "cloud", "neutron");
        cloud.trouble("/network/v2.0/routers", 0, RecordedCloud.text(200, "{\"routers\": []}"));

        List<String> missed = Cli.on(
                        ledger,
                        "--config",
                        folder.resolve("reckoner.yaml").toString(),
                        "--now",
                        "2026-11-21T20:30:00Z",
                        "--format",
                        "csv",
                        "reconcile",
                        "cloud",
                        "neutron",
                        "--show",
                        "missed")
                .out()
                .lines()
                .skip(1)
                .toList();

        assertThat(missed).singleElement().satisfies(row -> assertThat(row)
                .startsWith("router,")
                .contains("deletion,2026-11-21T20:30:00Z,2026-11-21T18:30:00Z,2026-11-21T20:30:00Z"));
        String router = missed.getFirst().split(",")[1];
        assertThat(rows("resources", "show", router, "--observations").getLast())
                .contains("reconcile.router.deletion", "2026-11-21T18:30:00Z");
    }

    @Test
    void a_cloud_that_has_lost_most_of_it_is_not_believed() {
        reckoner("reconcile", "cloud", "nova");
        for (String path : List.of("/compute/v2.1/servers/detail", "/compute/v2.1/servers/detail")) {
            cloud.trouble(path, 0, RecordedCloud.text(200, "{\"servers\": []}"));
        }

        Cli none = reckoner("--format", "csv", "reconcile", "cloud", "nova");

        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.err()).contains("are not there any more, more than --most-gone allows");
        assertThat(none.out().lines()).hasSize(1);
    }

    @Test
    void wrong_seconds_are_told_by_resource_and_meter() {
        List<String> rows = rows("reconcile", "cloud", "cinder", "--show", "seconds");

        assertThat(rows).anyMatch(row -> row.startsWith("volume,") && row.contains("volume.size"));
    }

    @Test
    void a_service_that_there_is_not_is_asked_wrongly() {
        Cli cli = reckoner("reconcile", "cloud", "novae");

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("'novae'").contains("nova, glance, cinder, neutron");
    }

    @Test
    void status_tells_how_far_each_source_is_and_fails_while_something_is_missing() {
        reckoner("reconcile", "cloud", "neutron");

        Cli status = Cli.on(
                ledger,
                "--config",
                folder.resolve("reckoner.yaml").toString(),
                "--now",
                "2026-12-02T00:00:00Z",
                "--format",
                "csv",
                "status");

        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.out()).contains("neutron,RegionOne,unknown,,no,2026-11-21T18:30:00Z,");
        assertThat(status.err()).contains("neutron in RegionOne has not told all of 2026-11");
    }

    @Test
    void status_of_a_period_with_everything_there_is_well() {
        Cli empty = reckoner("status", "--period", "2026-10");

        assertThat(empty.exit()).isZero();
        assertThat(empty.err()).contains("nothing is missing for 2026-10");
    }

    @Test
    void reconciling_with_nothing_named_asks_with_what() {
        assertThat(reckoner("reconcile").err()).contains("which billing system? Or: reckoner reconcile cloud");
        assertThat(reckoner("reconcile", "odoo").err()).contains("which period?");
    }
}
