package org.reckoner.serve.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reckoner.serve.heart.TrustingKeystone.as;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What projects used, by the first generation of the API.
class ProjectsTest extends OnEachDatabase {

    private void documented() {
        house = new House(database, false);
    }

    private void legacy() {
        house = new House(database, true);
    }

    private static void is(JsonNode json, String expected) {
        assertThat(json).isEqualTo(JsonMapper.shared().readTree(expected.replace('\'', '"')));
    }

    private JsonNode projects(String query) {
        House.Answer answer = house.get("/projects" + query);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().path("projects");
    }

    private void told(String event) {
        House.Answer answer = house.post("/event", event.replace('\'', '"'));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    /// An instance that used so many hours of each between two days.
    private void instance(String project, int id, String from, String until, int hours, int gb, int vcpus, int mb) {
        told("""
                {'account': '%s', 'rtype': 'nova/instance', 'name': %d, 'datetime': '%sT00:00:00Z', 'fixed': 0,
                 'children': [{'rtype': 'local_gb', 'linear': %s}, {'rtype': 'vcpus', 'linear': %s},
                              {'rtype': 'memory_mb', 'linear': %s}]}""".formatted(project, id, from, per(gb, hours), per(vcpus, hours), per(mb, hours)));
        told("""
                {'account': '%s', 'rtype': 'nova/instance', 'name': %d, 'datetime': '%sT00:00:00Z', 'fixed': null,
                 'children': [{'rtype': 'local_gb', 'fixed': null}, {'rtype': 'vcpus', 'fixed': null},
                              {'rtype': 'memory_mb', 'fixed': null}]}""".formatted(project, id, until));
    }

    private static BigDecimal per(int quantity, int hours) {
        return BigDecimal.valueOf(quantity).divide(BigDecimal.valueOf(hours), 30, RoundingMode.HALF_EVEN);
    }

    @Test
    void the_first_page_says_which_version_it_is() {
        documented();

        House.Answer answer = house.get("/");

        assertThat(answer.status()).isEqualTo(200);
        JsonNode json = answer.json();
        assertThat(json.path("version").asString()).isEqualTo("0.0.2");
        assertThat(json.path("links").path(0).path("href").asString()).endsWith("/projects");
    }

    /// The data of nova-billing's own tests of its first API.
    private void story() {
        instance("1", 12, "2011-01-01", "2011-01-02", 24, 12, 39, 45);
        instance("1", 14, "2011-01-04", "2011-02-01", 672, 67, 41, 10);
        instance("12", 54, "2011-01-01", "2011-01-02", 24, 73, 39, 66);
        instance("12", 67, "2011-02-01", "2011-02-03", 48, 57, 3, 99);
    }

    private void observed(String type, String id, String at, Report report) {
        house.ledger
                .intake()
                .take(
                        List.of(new Observation(
                                new ObservationId("test", type + id + at),
                                "test",
                                new ResourceId("RegionOne", type, id),
                                Instant.parse(at),
                                report)),
                        List.of());
    }

    @Test
    void a_year_of_all_projects_is_summed_up_without_the_single_instances() {
        documented();
        story();
        JsonNode projects = projects("?time_period=2011");
        String base = house.uri("/projects/").toString();
        is(projects, """
                [{'id': '1', 'name': '1', 'url': '%s1', 'instances': {'count': 2,
                  'usage': {'local_gb_h': 79, 'memory_mb_h': 55, 'vcpus_h': 80}}},
                 {'id': '12', 'name': '12', 'url': '%s12', 'instances': {'count': 2,
                  'usage': {'local_gb_h': 130, 'memory_mb_h': 165, 'vcpus_h': 42}}}]""".formatted(base, base));
    }

    @Test
    void a_day_counts_what_was_there_on_that_day() {
        documented();
        story();
        JsonNode projects = projects("?time_period=2011-1-1");
        is(projects.get(0).path("instances").path("usage"), "{'local_gb_h': 12, 'memory_mb_h': 45, 'vcpus_h': 39}");
        is(projects.get(1).path("instances").path("usage"), "{'local_gb_h': 73, 'memory_mb_h': 66, 'vcpus_h': 39}");
    }

    @Test
    void a_month_of_one_project_lists_its_instances() {
        documented();
        story();
        for (String query : List.of("?time_period=2011-1", "?time_period=2011&include=instances-long")) {
            is(projects("/1" + query).get(0).path("instances"), """
                    {'count': 2, 'usage': {'local_gb_h': 79, 'memory_mb_h': 55, 'vcpus_h': 80}, 'items': [
                     {'id': 12, 'name': null, 'created_at': '2011-01-01T00:00:00Z', 'destroyed_at': '2011-01-02T00:00:00Z',
                      'lifetime_sec': 86400, 'usage': {'local_gb_h': 12, 'memory_mb_h': 45, 'vcpus_h': 39}},
                     {'id': 14, 'name': null, 'created_at': '2011-01-04T00:00:00Z', 'destroyed_at': '2011-02-01T00:00:00Z',
                      'lifetime_sec': 2419200, 'usage': {'local_gb_h': 67, 'memory_mb_h': 10, 'vcpus_h': 41}}]}""");
        }
        is(projects("/12?time_period=2011-1").get(0).path("instances").path("count"), "1");
    }

    @Test
    void the_part_of_a_life_that_is_in_the_period_counts() {
        documented();
        told("""
                {'account': 'a', 'rtype': 'nova/instance', 'name': 'x', 'datetime': '2011-01-01T00:00:00Z', 'fixed': 0,
                 'children': [{'rtype': 'local_gb', 'linear': 20}, {'rtype': 'memory_mb', 'linear': 2048},
                              {'rtype': 'vcpus', 'linear': 1}]}""");
        JsonNode item = projects(
                        "/a?include=instances-long&period_start=2010-01-01T00:00:00Z&period_end=2011-01-01T00:01:00Z")
                .get(0)
                .path("instances")
                .path("items")
                .get(0);
        assertThat(item.path("lifetime_sec").intValue()).isEqualTo(60);
        assertThat(item.path("destroyed_at").isNull()).isTrue();
        is(
                item.path("usage"),
                "{'local_gb_h': 0.333333333333, 'memory_mb_h': 34.133333333333, 'vcpus_h': 0.016666666667}");
    }

    @Test
    void time_between_a_terminated_and_a_new_instance_of_one_name_does_not_count() {
        documented();
        Scenario.tell(house, "", "systenant");
        JsonNode instances = projects("/systenant?time_period=2011-01").get(0).path("instances");
        is(instances.path("usage"), """
                {'local_gb_h': %d, 'memory_mb_h': %d, 'vcpus_h': %d}""".formatted(20 * 29 * 24, 2048 * 27 * 24, 25 * 24));
        assertThat(instances.path("items").get(0).path("lifetime_sec").intValue())
                .isEqualTo(29 * 86400);
    }

    @Test
    void images_and_volumes_are_told_when_they_are_asked_for() {
        documented();
        observed(
                "image",
                "21",
                "2011-01-01T00:00:00Z",
                Report.NOTHING
                        .owner("1")
                        .state("active")
                        .attribute("name", "RHEL 6.1")
                        .level("image.size", 1L << 29));
        observed("image", "21", "2011-01-02T00:00:00Z", Report.NOTHING.ended(Instant.parse("2011-01-02T00:00:00Z")));
        told("{'account': '1', 'rtype': 'glance/image', 'name': 39, 'datetime': '2011-01-04T00:00:00Z', 'linear': 1}");
        told(
                "{'account': '1', 'rtype': 'glance/image', 'name': 39, 'datetime': '2011-01-06T19:00:00Z', 'fixed': null}");
        told("{'account': '1', 'rtype': 'nova/volume', 'name': 7, 'datetime': '2011-01-31T12:00:00Z', 'linear': 2}");
        observed(
                "volume",
                "v",
                "2011-01-31T23:00:00Z",
                Report.NOTHING.owner("1").state("in-use").level("volume.size", 1));
        JsonNode project =
                projects("/1?time_period=2011-01&include=images-long,volumes").get(0);
        assertThat(project.has("instances")).isFalse();
        is(project.path("images"), """
                {'count': 2, 'usage': {'local_gb_h': 79}, 'items': [
                 {'id': 39, 'name': null, 'created_at': '2011-01-04T00:00:00Z', 'destroyed_at': '2011-01-06T19:00:00Z',
                  'lifetime_sec': 241200, 'usage': {'local_gb_h': 67}},
                 {'id': 21, 'name': 'RHEL 6.1', 'created_at': '2011-01-01T00:00:00Z',
                  'destroyed_at': '2011-01-02T00:00:00Z', 'lifetime_sec': 86400, 'usage': {'local_gb_h': 12}}]}""");
        is(project.path("volumes"), "{'count': 2, 'usage': {'allocated_bytes_h': %d}}".formatted(25L << 30));
    }

    @Test
    void the_state_of_a_server_decides_what_of_it_counts() {
        documented();
        Report server = Report.NOTHING
                .owner("p")
                .level("vcpus", 2)
                .level("memory", 100)
                .level("disk.root", 10)
                .level("disk.ephemeral", 5);
        observed("server", "s", "2011-01-01T00:00:00Z", server.state("active"));
        observed("server", "s", "2011-01-01T01:00:00Z", server.state("paused"));
        observed("server", "s", "2011-01-01T02:00:00Z", server.state("suspended"));
        observed("server", "s", "2011-01-01T03:00:00Z", server.state("stopped"));
        observed("server", "s", "2011-01-01T04:00:00Z", server.state("error"));
        observed("server", "s", "2011-01-01T05:00:00Z", Report.NOTHING.ended(Instant.parse("2011-01-01T05:00:00Z")));
        JsonNode item = projects("/p?time_period=2011-01")
                .get(0)
                .path("instances")
                .path("items")
                .get(0);
        is(item, """
                {'id': 's', 'name': null, 'created_at': '2011-01-01T00:00:00Z', 'destroyed_at': '2011-01-01T05:00:00Z',
                 'lifetime_sec': 18000, 'usage': {'local_gb_h': 60, 'memory_mb_h': 300, 'vcpus_h': 2}}""");
    }

    @Test
    void nothing_is_used_in_the_future() {
        documented();
        story();
        is(projects("/1?time_period=2013-01").get(0).path("instances"), "{'count': 0, 'usage': {}, 'items': []}");
    }

    @Test
    void as_shipped_the_day_is_ignored_words_are_found_anywhere_and_images_are_rounded_down() {
        legacy();
        story();
        told("{'account': '1', 'rtype': 'glance/image', 'name': 3, 'datetime': '2011-01-01T23:59:59Z', 'linear': 1.9}");
        JsonNode project = projects("/1?time_period=2011-1-28&include=xinstances-longer,images")
                .get(0);
        is(project.path("instances").path("items").get(0).path("usage").path("vcpus_h"), "39");
        is(project.path("images").path("usage"), "{'local_gb_h': 0.000277777778}");
        assertThat(projects("/1?include=nothing").get(0).propertyNames()).containsExactly("id", "name", "url");
    }

    @Test
    void as_shipped_an_instance_was_created_in_the_period_that_is_asked_for() {
        legacy();
        Scenario.tell(house, "", "systenant");
        String query = "/systenant?period_start=2011-01-10T12:00:00Z&period_end=2011-01-11T12:00:00Z";
        assertThat(projects(query)
                        .get(0)
                        .path("instances")
                        .path("items")
                        .get(0)
                        .path("created_at")
                        .stringValue())
                .isEqualTo("2011-01-10T00:00:00Z");
    }

    @Test
    void what_cannot_be_included_and_what_is_no_period_is_refused() {
        documented();
        told("{'account': '1', 'rtype': 'glance/image', 'name': 3, 'datetime': '2011-01-01T00:00:00Z', 'linear': 1}");
        for (String query : List.of("?include=instance", "?include=", "?include=images,,volumes", "?time_period=x")) {
            assertThat(house.get("/projects/1" + query).status()).as(query).isEqualTo(400);
        }
        assertThat(house.get("/projects/notexist").status()).isEqualTo(404);
        assertThat(house.get("/projects/1").status()).isEqualTo(200);
    }

    @Test
    void a_project_sees_itself_and_an_admin_sees_all() {
        try (TrustingKeystone keystone = new TrustingKeystone()) {
            house = new House(database, keystone.settings());
            for (String project : List.of("1", "12")) {
                assertThat(as(house, "service:p0", "POST", "/event", """
                                {"account": "%s", "rtype": "nova/volume", "name": 1, "linear": 1,
                                 "datetime": "2011-01-01T00:00:00Z"}""".formatted(project))
                                .status())
                        .isEqualTo(200);
            }
            assertThat(get("admin:p0", "/projects").json().path("projects")).hasSize(2);
            JsonNode own = get("member:1", "/projects").json().path("projects");
            assertThat(own).hasSize(1);
            assertThat(own.get(0).path("id").stringValue()).isEqualTo("1");
            assertThat(own.get(0).path("instances").has("items")).isTrue();
            assertThat(get("member:1", "/projects/1").status()).isEqualTo(200);
            House.Answer other = get("member:1", "/projects/12");
            House.Answer none = get("member:1", "/projects/notexist");
            assertThat(other.status()).isEqualTo(401);
            assertThat(none.status()).isEqualTo(401);
            assertThat(other.body().replace("/projects/12", ""))
                    .isEqualTo(none.body().replace("/projects/notexist", ""));
            assertThat(get("admin:p0", "/projects/notexist").status()).isEqualTo(404);
            assertThat(get("member:new", "/projects/new")
                            .json()
                            .path("projects")
                            .get(0)
                            .path("name")
                            .stringValue())
                    .isEqualTo("new");
            assertThat(get("none:1", "/projects").status()).isEqualTo(403);
            assertThat(house.get("/projects").status()).isEqualTo(401);
        }
    }

    private House.Answer get(String token, String path) {
        return as(house, token, "GET", path, "");
    }

    @Test
    void a_renamed_account_keeps_its_id() {
        documented();
        told("{'account': 't1', 'rtype': 'nova/volume', 'name': 1, 'datetime': '2011-01-01T00:00:00Z', 'linear': 1}");
        house.put("/v2/account?name=t1", "{\"name\": \"Tenant One\"}");
        JsonNode project = projects("/t1").get(0);
        assertThat(project.path("name").stringValue()).isEqualTo("Tenant One");
        assertThat(project.path("id").stringValue()).isEqualTo("t1");
    }
}
