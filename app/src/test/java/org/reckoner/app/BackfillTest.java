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

/// `reckoner backfill`, on what real services answered.
@Timeout(120)
class BackfillTest {

    private static final String GLOBEX = "e1e5098c3f124c03b25cf745a0af0cf6";
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

    /// Everything that the ledger says, but when it learnt it.
    private String timelines() {
        StringBuilder all = new StringBuilder();
        reckoner("--format", "csv", "resources", "list")
                .out()
                .lines()
                .skip(1)
                .map(line -> line.split(",")[2])
                .forEach(id -> all.append(id)
                        .append('\n')
                        .append(reckoner("--format", "csv", "resources", "show", id)
                                .out()));
        return all.toString();
    }

    @Test
    void all_services_are_asked_and_what_they_list_is_kept() {
        Cli cli = reckoner("--format", "csv", "backfill", "all");

        assertThat(cli.err().lines())
                .containsExactly(
                        "reckoner: nova: 2 are new and were otherwise before; they are taken to have been as they are now all along",
                        "  RegionOne/server/4d3aab76-e6d7-49f0-b55d-fab018230584: it was resized, from a flavor that Nova does not tell",
                        "  RegionOne/server/7d75074c-cfd6-4c3a-b0df-eef11f4e1865: it was resized, from a flavor that Nova does not tell");
        assertThat(cli.exit()).isZero();
        assertThat(cli.out()).isEqualTo("""
                service,type,new,completed,known,outdated,ended
                cinder,snapshot,1,0,0,0,0
                cinder,volume,3,0,0,0,0
                cinder,volume_type,3,0,0,0,0
                glance,image,7,0,0,0,0
                neutron,floating_ip,3,0,0,0,0
                neutron,network,2,0,0,0,0
                neutron,router,1,0,0,0,0
                nova,server,10,0,0,0,0
                """.replace("\n", cli.out().contains("\r\n") ? "\r\n" : "\n"));
        assertThat(reckoner("accounts", "list").out()).contains("acme", "globex", "admin");
        assertThat(reckoner("--format", "csv", "resources", "list", "--type", "volume")
                        .out()
                        .lines())
                .hasSize(4);
    }

    @Test
    void a_second_run_adds_nothing() {
        reckoner("backfill", "all");
        String before = timelines();

        Cli again = reckoner("--format", "csv", "backfill", "all");

        assertThat(again.exit()).isZero();
        assertThat(again.out()).contains("nova,server,0,0,10,0,0").contains("cinder,volume_type,0,0,3,0,0");
        assertThat(again.out().lines().skip(1)).allMatch(line -> line.matches("\\w+,\\w+,0,0,\\d+,0,0"));
        assertThat(timelines()).isEqualTo(before);
    }

    @Test
    void a_run_that_breaks_off_is_taken_up_by_the_next_and_comes_to_the_same() {
        Path whole = folder.resolve("whole.db");
        reckoner("backfill", "all");
        String expected = timelines();
        ledger = whole;
        cloud.trouble("/compute/v2.1/servers/detail", 1, RecordedCloud.text(410, "{\"message\": \"broken\"}"));

        Cli broken = reckoner("backfill", "nova", "--page-size", "2");
        assertThat(broken.exit()).isEqualTo(1);
        assertThat(broken.err()).contains("Nova answered 410 (broken)");
        assertThat(reckoner("--format", "csv", "resources", "list").out().lines())
                .hasSizeGreaterThan(2);

        reckoner("backfill", "all");
        assertThat(timelines()).isEqualTo(expected);
    }

    @Test
    void a_dry_run_prints_what_would_be_kept_and_keeps_nothing() {
        Cli dry = reckoner("--format", "csv", "backfill", "cinder", "--dry-run");

        assertThat(dry.exit()).isZero();
        assertThat(dry.err()).contains("7 observations would be kept; nothing was");
        assertThat(dry.out()).contains("volume.size=20").contains("in-use").contains(",new,");
        assertThat(reckoner("--format", "csv", "resources", "list").out().lines())
                .hasSize(1);
    }

    @Test
    void only_one_projects_resources_are_kept_if_wished() {
        Cli cli = reckoner("--format", "csv", "backfill", "all", "--project", "globex");

        assertThat(cli.exit()).isZero();
        assertThat(cli.out())
                .contains("cinder,volume,1,", "cinder,snapshot,1,", "glance,image,5,", "neutron,floating_ip,2,")
                .contains("nova,server,3,")
                .doesNotContain("router");
        assertThat(reckoner("--format", "csv", "accounts", "list").out())
                .contains(GLOBEX)
                .doesNotContain("acme");
    }

    @Test
    void a_project_that_nobody_knows_is_asked_wrongly() {
        Cli cli = reckoner("backfill", "nova", "--project", "nobody");

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("user admin sees no project 'nobody' in cloud admin");
    }

    @Test
    void a_member_is_told_which_role_it_lacks() {
        Cli cli = reckoner("backfill", "all", "--os-cloud", "member");

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err())
                .contains("can be seen with role admin only, and user alice has role")
                .contains("in project acme");
    }

    @Test
    void a_wrong_cloud_name_is_answered_with_those_there_are() {
        Cli cli = reckoner("backfill", "all", "--os-cloud", "amdin");

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("there is no cloud 'amdin'").contains("admin, elsewhere, member, wrong");
    }

    @Test
    void a_wrong_password_is_asked_wrongly_and_not_told() {
        Cli cli = reckoner("backfill", "all", "--os-cloud", "wrong");

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("Keystone does not let user admin in").doesNotContain("hush-hush");
    }

    @Test
    void a_cloud_of_another_region_than_ours_wants_to_be_told_so() {
        assertThat(reckoner("backfill", "all", "--os-cloud", "elsewhere").err())
                .contains("cloud elsewhere is for region Elsewhere, and the configured region is RegionOne");
        Cli told = reckoner("backfill", "all", "--os-cloud", "elsewhere", "--region", "Elsewhere");
        assertThat(told.exit()).isEqualTo(2);
        assertThat(told.err()).contains("no Nova in region Elsewhere; it is in RegionOne");
    }

    @Test
    void a_service_that_may_not_be_asked_after_all_is_asked_wrongly() {
        cloud.trouble("/image/v2/images", 0, RecordedCloud.text(403, "{\"message\": \"not you\"}"));

        Cli cli = reckoner("backfill", "glance");

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("Glance does not allow it: 403 (not you); user admin has role admin");
    }

    @Test
    void what_is_not_there_any_more_is_named_and_ended_when_told() {
        reckoner("backfill", "neutron");
        cloud.trouble("/network/v2.0/routers", 0, RecordedCloud.text(200, "{\"routers\": []}"));

        Cli named = reckoner("--format", "csv", "backfill", "neutron");
        assertThat(named.exit()).isEqualTo(1);
        assertThat(named.err())
                .contains("the ledger has 1 as existing that the service does not have any more; see --end-missing")
                .contains("RegionOne/router/");

        cloud.trouble("/network/v2.0/routers", 0, RecordedCloud.text(200, "{\"routers\": []}"));
        Cli ended = reckoner("--format", "csv", "backfill", "neutron", "--end-missing", "2026-11-21T18:20:00Z");
        assertThat(ended.exit()).isZero();
        String router = reckoner("--format", "csv", "resources", "list", "--type", "router")
                .out()
                .lines()
                .toList()
                .getLast()
                .split(",")[2];
        assertThat(reckoner("--format", "csv", "resources", "show", router).out())
                .contains("2026-11-21T17:59:47Z,2026-11-21T18:20:00Z,active");
    }

    @Test
    void the_cloud_that_is_configured_needs_no_name() {
        assertThat(reckoner("backfill", "neutron").exit()).isZero();
        assertThat(cloud.requests().getFirst()).isEqualTo("POST /identity/v3/auth/tokens");
    }
}
