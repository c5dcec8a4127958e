package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.collect.openstack.RecordedCloud;
import org.reckoner.ledger.Ledger;

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
        Cli cli = reckoner("--format", "csv", "reconcile", "cloud", "nova", "glance", "cinder", "neutron");

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

        assertThat(missed)
                .singleElement()
                .satisfies(row -> assertThat(row)
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

    private void keystoneTells(String projectName) {
        keystoneTells("p1", projectName);
    }

    private void keystoneTells(String project, String projectName) {
        Map<String, String> answers = Map.of(
                "/identity/v3/domains",
                """
                {"domains": [{"id": "default", "name": "Default", "enabled": true}]}""",
                "/identity/v3/projects",
                """
                {"projects": [{"id": "%s", "name": "%s", "domain_id": "default", "enabled": true}]}""".formatted(project, projectName),
                "/identity/v3/users",
                """
                {"users": [{"id": "u1", "name": "alice", "domain_id": "default", "enabled": false}]}""",
                "/identity/v3/roles",
                """
                {"roles": [{"id": "r1", "name": "member"}]}""",
                "/identity/v3/role_assignments",
                """
                {"role_assignments": [{"scope": {"project": {"id": "p1"}}, "user": {"id": "u1"}, "role": {"id": "r1"}}]}""");
        answers.forEach((path, body) -> {
            for (int i = 0; i < (path.endsWith("projects") ? 2 : 1); i++) {
                cloud.trouble(path, 0, RecordedCloud.text(200, body));
            }
        });
    }

    @Test
    void names_of_projects_are_kept_with_the_time_at_which_they_were_read() {
        keystoneTells("acme");
        reckoner("reconcile", "cloud", "keystone");
        keystoneTells("acme-renamed");
        Cli.on(
                ledger,
                "--config",
                folder.resolve("reckoner.yaml").toString(),
                "--now",
                "2026-11-22T10:00:00Z",
                "reconcile",
                "cloud",
                "keystone");

        assertThat(rows("resources", "show", "p1"))
                .satisfiesExactly(
                        first -> assertThat(first).contains("2026-11-21T18:30:00Z", "name=acme ", "role.u1=member"),
                        then -> assertThat(then).contains("2026-11-22T10:00:00Z", "name=acme-renamed"));
        assertThat(rows("resources", "show", "u1")).singleElement().asString().contains("disabled", "name=alice");
        assertThat(rows("status", "--period", "2026-10"))
                .singleElement()
                .asString()
                .contains("keystone,RegionOne,2026-11-22T10:00:00Z");
    }

    @Test
    void a_bill_calls_an_account_what_its_project_was_called_when_the_period_ended() throws IOException {
        String project = "35e5b262020a4c7abc1ada2eaf9f6d6b";
        Path prices = folder.resolve("prices.yaml");
        Files.writeString(prices, reckoner("prices", "sample").out());
        reckoner("prices", "load", prices.toString());
        reckoner("reconcile", "cloud", "cinder");
        keystoneTells(project, "acme");
        reckoner("reconcile", "cloud", "keystone");
        keystoneTells(project, "acme-renamed");
        Cli renamed = Cli.on(
                ledger,
                "--config",
                folder.resolve("reckoner.yaml").toString(),
                "--now",
                "2026-12-02T10:00:00Z",
                "reconcile",
                "cloud",
                "keystone");

        assertThat(renamed.exit()).as(renamed.err()).isZero();
        assertThat(reckoner("bill", "--account", project, "--period", "2026-11").out())
                .contains("acme")
                .doesNotContain("acme-renamed");
        assertThat(reckoner("bill", "--account", project, "--period", "2026-12").out())
                .contains("acme-renamed");
    }

    @Test
    void what_is_in_a_stack_says_so() throws IOException {
        String server = serverInAStack();

        Cli heat = reckoner("reconcile", "cloud", "heat");

        assertThat(heat.err()).contains("1 observations make up for what was missed");
        assertThat(rows("resources", "show", server))
                .allMatch(row -> row.contains("cluster=st-1 cluster_name=hpc one"));
    }

    @Test
    void what_was_taken_out_of_its_stack_and_stays_is_of_no_cluster_any_more() throws IOException {
        String server = serverInAStack();
        reckoner("reconcile", "cloud", "heat");
        cloud.trouble(RESOURCES_OF_THE_STACK, 0, RecordedCloud.text(200, "{\"resources\": []}"));
        cloud.trouble(RESOURCES_OF_THE_STACK, 1, RecordedCloud.text(200, "{\"resources\": []}"));

        Cli left = later("reconcile", "cloud", "heat", "--show", "missed");
        Cli again = later("reconcile", "cloud", "heat");

        assertThat(left.out()).contains("server", server, "attributes", "2026-11-21T18:30:00Z");
        assertThat(again.err()).contains("0 observations make up for what was missed");
        assertThat(rows("resources", "show", server).getFirst()).contains("cluster=st-1");
        assertThat(rows("resources", "show", server).getLast()).doesNotContain("cluster");
    }

    /// An hour after [#NOW].
    private Cli later(String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("--config", folder.resolve("reckoner.yaml").toString(), "--now", "2026-11-21T19:30:00Z"));
        all.addAll(List.of(arguments));
        return Cli.on(ledger, all.toArray(String[]::new));
    }

    private static final String STACKS = "/heat/v1/0fac20c01c084b4eb45a69ddd9ff0e05/stacks";
    private static final String RESOURCES_OF_THE_STACK =
            "/heat/v1/35e5b262020a4c7abc1ada2eaf9f6d6b/stacks/hpc one/st-1/resources";

    /// The ledger knows the server, and Heat tells that it is in the stack `st-1`.
    private String serverInAStack() throws IOException {
        Files.writeString(
                folder.resolve("clouds.yaml"),
                Files.readString(folder.resolve("clouds.yaml"))
                        .replaceFirst(
                                "region_name: RegionOne",
                                "region_name: RegionOne\n    orchestration_endpoint_override: %s/heat/v1/0fac20c01c084b4eb45a69ddd9ff0e05"
                                        .formatted(cloud.url())));
        reckoner("reconcile", "cloud", "nova");
        String server = rows("resources", "list", "--type", "server").stream()
                .map(row -> row.split(",")[2])
                .filter(id ->
                        rows("resources", "show", id).getLast().split(",")[1].isEmpty())
                .findFirst()
                .orElseThrow();
        for (int reading = 0; reading < 3; reading++) {
            cloud.trouble(STACKS, 2 * reading, RecordedCloud.text(200, """
                    {"stacks": [{"id": "st-1", "stack_name": "hpc one", "project": "35e5b262020a4c7abc1ada2eaf9f6d6b"}]}"""));
            cloud.trouble(STACKS, 2 * reading + 1, RecordedCloud.text(200, "{\"stacks\": []}"));
        }
        cloud.trouble(RESOURCES_OF_THE_STACK, 0, RecordedCloud.text(200, """
                {"resources": [
                  {"resource_type": "OS::Nova::Server", "physical_resource_id": "%s",
                   "creation_time": "2026-11-21T17:59:00Z", "updated_time": "2026-11-21T17:59:00Z"},
                  {"resource_type": "OS::Heat::RandomString", "physical_resource_id": "x"},
                  {"resource_type": "OS::Nova::Server", "physical_resource_id": "unknown-to-the-ledger"}]}""".formatted(server)));
        return server;
    }

    @Test
    void the_server_asks_by_itself_where_that_is_configured() throws IOException, InterruptedException {
        Path file = folder.resolve("reckoner.yaml");
        Files.writeString(file, Files.readString(file) + "  reconcile: {every: 6h, services: [neutron]}\n");
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        try (Session session = new Session(nowhere, nowhere)) {
            session.configFile(file);
            session.ledgerUrl("jdbc:sqlite:" + ledger);
            session.now(Instant.parse(NOW));
            Ledger kept = session.ledger();
            try (Rounds rounds = new Rounds()) {
                CloudRounds.start(session, rounds);
                for (int i = 0; i < 600 && kept.readings().last().isEmpty(); i++) {
                    Thread.sleep(50);
                }
                assertThat(rounds).isNotNull();
            }

            assertThat(kept.readings().last())
                    .singleElement()
                    .satisfies(reading -> assertThat(reading.scope()).hasToString("neutron in RegionOne"));
            assertThat(kept.resources().all(Optional.empty(), Optional.of("router")))
                    .isNotEmpty();
        }
    }

    @Test
    void the_doctor_says_what_is_there_and_how_to_make_what_is_not() {
        Cli doctor = reckoner("--format", "csv", "doctor", "--for", "concertim,cloudkitty");

        assertThat(doctor.exit()).isEqualTo(1);
        assertThat(doctor.out())
                .contains("ledger,ok,", "token,ok,\"user admin has role", "admin role,ok,")
                .contains("role 'watcher',missing,", "openstack role create watcher")
                .contains("user 'cloudkitty',missing,")
                .contains("price book,missing,none is loaded,reckoner prices sample")
                .contains("Heat,ok,no service of type orchestration in the catalogue; not needed")
                .contains("broker,warning,listen is not configured");
    }

    @Test
    void the_doctor_checks_for_what_is_configured_without_being_told() throws IOException {
        Path file = folder.resolve("reckoner.yaml");
        Files.writeString(file, Files.readString(file) + "measure: {gnocchi: {metrics-file: m.yml}}\n");

        Cli doctor = reckoner("--format", "csv", "doctor");

        assertThat(doctor.out())
                .contains("Gnocchi,missing,no service of type metric in the catalogue")
                .doesNotContain("role 'watcher'");
    }

    @Test
    void the_doctor_names_a_cloud_that_lets_nobody_in() {
        Cli doctor = reckoner("--format", "csv", "doctor", "--os-cloud", "wrong");

        assertThat(doctor.exit()).isEqualTo(1);
        assertThat(doctor.out()).contains("token,missing,").doesNotContain("hush-hush");
    }

    @Test
    void reconciling_with_nothing_named_asks_with_what() {
        assertThat(reckoner("reconcile").err()).contains("which billing system? Or: reckoner reconcile cloud");
        assertThat(reckoner("reconcile", "odoo").err()).contains("which period?");
    }
}
