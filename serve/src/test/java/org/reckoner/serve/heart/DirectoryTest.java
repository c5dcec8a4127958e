package org.reckoner.serve.heart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reckoner.ledger.audit.AuditLog;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Accounts, cost centers, resources and tariffs over all generations of the API.
class DirectoryTest extends OnEachDatabase {

    @BeforeEach
    void open() {
        house = new House(database, false);
    }

    private void answers(House.Answer answer, String json) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json()).isEqualTo(JsonMapper.shared().readTree(json.replace('\'', '"')));
    }

    private void gets(String path, String json) {
        answers(house.get(path), json);
    }

    private List<Integer> ids(String path) {
        List<Integer> ids = new ArrayList<>();
        house.get(path).json().forEach(one -> ids.add(one.path("id").intValue()));
        return ids;
    }

    private void accounts() {
        answers(
                house.post("/v2/account", "{\"name\": \"systenant\", \"cost_center_name\": \"center 34\"}"),
                "{'id': 1, 'name': 'systenant', 'cost_center_id': 1}");
        answers(
                house.post("/v2/account", "{\"name\": \"tenant 66\", \"cost_center_name\": \"center 34\"}"),
                "{'id': 2, 'name': 'tenant 66', 'cost_center_id': 1}");
        answers(
                house.post("/v2/account", "{\"name\": \"tenant 45\", \"cost_center_name\": \"center 45\"}"),
                "{'id': 3, 'name': 'tenant 45', 'cost_center_id': 2}");
    }

    private void populate() {
        accounts();
        Scenario.tell(house, "/v2", "systenant");
    }

    @Test
    void accounts_are_made_once_and_found_by_any_filter() {
        accounts();
        answers(
                house.post("/v2/account", "{\"name\": \"systenant\", \"cost_center_name\": \"center 99\"}"),
                "{'id': 1, 'name': 'systenant', 'cost_center_id': 1}");
        assertThat(ids("/v2/account?name=systenant")).containsExactly(1);
        assertThat(ids("/v2/account?id=2")).containsExactly(2);
        assertThat(ids("/v2/account?cost_center_name=center+45")).containsExactly(3);
        assertThat(ids("/v2/account?cost_center_id=1")).containsExactly(1, 2);
        assertThat(ids("/v2/account?cost_center_id=32")).isEmpty();
        assertThat(house.get("/v2/account?cost_center_name=none").status()).isEqualTo(404);
        assertThat(house.get("/v2/account?id=x").status()).isEqualTo(400);
        gets("/v1/account?id=1", "[{'id': 1, 'name': 'systenant'}]");
    }

    @Test
    void an_account_is_renamed_if_exactly_one_is_meant() {
        accounts();
        assertThat(house.put("/v2/account", "{\"name\": \"hello\"}").status()).isEqualTo(400);
        assertThat(ids("/v2/account?name=hello")).isEmpty();
        answers(
                house.put("/v2/account?id=1", "{\"name\": \"hello\"}"),
                "{'id': 1, 'name': 'hello', 'cost_center_id': 1}");
        gets("/v2/account?name=hello", "[{'id': 1, 'name': 'hello', 'cost_center_id': 1}]");
        assertThat(house.put("/v2/account?id=2", "{\"name\": \"hello\"}").status())
                .isEqualTo(409);
    }

    @Test
    void a_new_account_of_an_old_name_is_another_one() {
        Scenario.tell(house, "", "systenant");
        house.put("/v2/account?id=1", "{\"name\": \"hello\"}");
        Scenario.tell(house, "", "systenant");
        gets("/account", "[{'id': 1, 'name': 'hello'}, {'id': 2, 'name': 'systenant'}]");
        assertThat(house.total("time_period=2011-01")).isEqualByComparingTo("29327788800");
        assertThat(house.ledgerTotal("systenant", "2011-01")).isEqualByComparingTo("14663894400");
        assertThat(house.ledgerTotal("systenant#2", "2011-01")).isEqualByComparingTo("14663894400");
    }

    @Test
    void tariffs_are_answered_as_sent_and_read_as_set() {
        answers(house.post("/v2/tariff", Scenario.TARIFFS), Scenario.VALUES);
        String values =
                "{\"memory_mb\": 54670856, \"vcpus\": 51556952, \"local_gb\": 53113904, \"nova/volume\": 51556952, \"glance/image\": 51556952}";
        answers(
                house.post(
                        "/v1/tariff",
                        "{\"datetime\": \"2011-01-01T00:00:00Z\", \"migrate\": true, \"values\": " + values + "}"),
                values);
        for (String path : List.of("/tariff", "/v1/tariff", "/v2/tariff")) {
            JsonNode tariffs = house.get(path).json();
            assertThat(tariffs).hasSize(5);
            assertThat(tariffs.path("memory_mb").decimalValue()).isEqualByComparingTo("54670856");
        }
        assertThat(house.ledger.audit().latest(20))
                .extracting(AuditLog.Entry::action)
                .contains("heart.tariff", "prices.load");
    }

    @Test
    void cost_centers_are_found_made_and_renamed() {
        populate();
        gets("/v2/cost_center?name=center+34", "[{'id': 1, 'name': 'center 34'}]");
        gets("/v2/cost_center?id=2", "[{'id': 2, 'name': 'center 45'}]");
        gets("/v2/cost_center?id=222", "[]");
        answers(house.post("/v2/cost_center", "{\"name\": \"center 34\"}"), "{'id': 1, 'name': 'center 34'}");
        answers(house.put("/v2/cost_center?id=2", "{\"name\": \"new\"}"), "{'id': 2, 'name': 'new'}");
        assertThat(house.put("/v2/cost_center?id=2", "{\"name\": \"center 34\"}")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void a_cost_center_is_deleted_when_another_takes_its_accounts() {
        populate();
        assertThat(house.delete("/v2/cost_center?name=center+34&migrate_id=1").status())
                .isEqualTo(400);
        assertThat(house.delete("/v2/cost_center?name=center+34").status()).isEqualTo(400);
        assertThat(ids("/v2/cost_center")).containsExactly(1, 2);
        House.Answer deleted = house.delete("/v2/cost_center?id=1&migrate_name=center+45");
        assertThat(deleted.status()).isEqualTo(204);
        assertThat(deleted.body()).isEmpty();
        assertThat(ids("/v2/cost_center")).containsExactly(2);
        assertThat(ids("/v2/account?cost_center_id=2")).containsExactly(1, 2, 3);
        assertThat(ids("/v2/resource?cost_center_id=2")).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void resources_are_found_by_any_filter() {
        populate();
        assertThat(ids("/v2/resource")).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(ids("/v2/resource?name=12")).containsExactly(5);
        assertThat(ids("/v2/resource?account_id=2")).isEmpty();
        assertThat(ids("/v2/resource?account_name=systenant")).hasSize(6);
        assertThat(ids("/v2/resource?cost_center_name=center+34")).hasSize(6);
        assertThat(ids("/v2/resource?parent_id=1")).containsExactly(2, 3, 4);
        gets(
                "/v2/resource?rtype=nova/instance",
                "[{'id': 1, 'name': '16', 'rtype': 'nova/instance', 'account_id': 1, 'parent_id': null, 'cost_center_id': 1, 'attrs': {'instance_type': 'm1.small'}}]");
        gets(
                "/resource?id=2",
                "[{'id': 2, 'name': null, 'rtype': 'local_gb', 'account_id': 1, 'parent_id': 1, 'attrs': {}}]");
    }

    @Test
    void a_resource_is_renamed_if_exactly_one_is_meant() {
        populate();
        assertThat(house.put("/v2/resource", "{\"name\": \"hello\"}").status()).isEqualTo(400);
        assertThat(ids("/v2/resource?name=hello")).isEmpty();
        answers(
                house.put("/v2/resource?id=1", "{\"name\": \"hello\"}"),
                "{'id': 1, 'name': 'hello', 'rtype': 'nova/instance', 'account_id': 1, 'parent_id': null, 'cost_center_id': 1}");
        assertThat(house.get("/v2/resource?name=hello").json().path(0).path("attrs"))
                .hasSize(1);
        house.post(
                "/event",
                "{\"account\":\"systenant\",\"rtype\":\"nova/instance\",\"name\":16,\"datetime\":\"2011-01-20T00:00:00Z\",\"fixed\":0}");
        assertThat(ids("/v2/resource?rtype=nova/instance")).containsExactly(1, 7);
        assertThat(house.ledger
                        .resources()
                        .all(java.util.Optional.of("systenant"), java.util.Optional.of("nova/instance")))
                .hasSize(2);
    }

    @Test
    void a_report_is_of_accounts_or_of_cost_centers() {
        populate();
        String january = "time_period=2011-01";
        for (String filter :
                List.of("", "&account_id=1", "&account_name=systenant", "&account=systenant", "&cost_center_id=1")) {
            JsonNode accounts =
                    house.get("/v2/report?" + january + filter).json().path("accounts");
            assertThat(accounts).hasSize(1);
            assertThat(BillTest.rows(accounts.path(0))).hasSize(6);
        }
        for (String filter : List.of("&account_id=2", "&account_id=222", "&cost_center_name=center+45")) {
            gets(
                    "/v2/report?" + january + filter,
                    "{'period_start': '2011-01-01T00:00:00Z', 'period_end': '2011-02-01T00:00:00Z', 'accounts': []}");
        }
        assertThat(house.get("/v2/report?account_name=none").status()).isEqualTo(404);
        assertThat(house.get("/v2/report?cost_center_name=none").status()).isEqualTo(404);
        assertThat(house.get("/bill?account=none").status()).isEqualTo(404);
        assertThat(house.get("/v1/bill?" + january).json().path("bill")).hasSize(1);
    }

    @Test
    void an_event_is_answered_with_its_account_and_the_name_as_it_was_written() {
        String event = "{\"account\": \"t\", \"rtype\": \"x\", \"datetime\": \"2011-01-02 00:00:00.5\", \"name\": 16}";
        answers(
                house.post("/event", event),
                "{'account': 't', 'rtype': 'x', 'datetime': '2011-01-02T00:00:00.500000Z', 'name': 16}");
        answers(
                house.post("/v2/event", event),
                "{'account_id': 1, 'rtype': 'x', 'datetime': '2011-01-02T00:00:00.500000Z', 'name': 16}");
        answers(
                house.post("/v1/event", event.replace("16", "\"16\"").replace("\"account\": \"t\",", "")),
                "{'account_id': 1, 'rtype': 'x', 'datetime': '2011-01-02T00:00:00.500000Z', 'name': '16'}");
        assertThat(ids("/resource")).containsExactly(1);
    }

    @Test
    void an_event_makes_its_cost_center_with_its_account() {
        house.post(
                "/v2/event",
                "{\"account_name\":\"t\",\"cost_center_name\":\"c\",\"rtype\":\"x\",\"datetime\":\"2011-01-01T00:00:00Z\"}");
        gets("/v2/account", "[{'id': 1, 'name': 't', 'cost_center_id': 1}]");
        gets("/v2/cost_center", "[{'id': 1, 'name': 'c'}]");
    }

    @Test
    void attributes_are_updated_by_events_and_replaced_by_resources() {
        String event = "{\"account\":\"t\",\"rtype\":\"x\",\"datetime\":\"2011-01-01T00:00:0%dZ\",\"attrs\":%s}";
        house.post("/event", event.formatted(1, "{\"a\": 1, \"b\": 2}"));
        house.post("/event", event.formatted(2, "{\"a\": 3}"));
        assertThat(house.get("/resource").json().path(0).path("attrs"))
                .isEqualTo(JsonMapper.shared().readTree("{\"a\": 3, \"b\": 2}"));
        answers(
                house.post(
                        "/resource",
                        "{\"account\":\"t\",\"rtype\":\"x\",\"attrs\":{\"c\": 4},\"children\":[{\"rtype\":\"y\"}]}"),
                "{'account': 't', 'rtype': 'x', 'name': null}");
        assertThat(house.get("/resource").json().path(0).path("attrs"))
                .isEqualTo(JsonMapper.shared().readTree("{\"c\": 4}"));
        assertThat(ids("/resource?rtype=y&parent_id=1")).containsExactly(2);
        house.restart(true);
        house.post("/event", event.formatted(3, "{\"c\": 5, \"d\": 6}"));
        assertThat(house.get("/resource?id=1").json().path(0).path("attrs"))
                .isEqualTo(JsonMapper.shared().readTree("{\"c\": 4, \"d\": 6}"));
    }

    @Test
    void the_version_says_what_both_generations_said() {
        JsonNode version = house.get("/version").json();
        assertThat(version.path("version").stringValue()).isEqualTo("2.0.0");
        assertThat(version.path("links").path(0).path(0).path("href").stringValue())
                .endsWith("/bill");
        assertThat(version.path("versions").path(0).path("id").stringValue()).isEqualTo("v2");
    }
}
