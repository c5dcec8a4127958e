package org.reckoner.serve.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reckoner.serve.heart.TrustingKeystone.as;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Many clients at once, and who may do what.
@ParameterizedClass
@EnumSource(TestDatabase.class)
class PostersTest {

    @Parameter
    @SuppressWarnings("NullAway.Init")
    TestDatabase database;

    @Test
    void eight_posters_of_25_new_accounts_leave_25_accounts_and_25_resources()
            throws InterruptedException, ExecutionException {
        try (House house = new House(database, false);
                ExecutorService posters = Executors.newFixedThreadPool(8)) {
            List<Future<?>> all = new ArrayList<>();
            for (int poster = 0; poster < 8; poster++) {
                all.add(posters.submit(() -> {
                    for (int account = 0; account < 25; account++) {
                        House.Answer answer = house.post(
                                "/v2/event",
                                "{\"account\":\"t%d\",\"rtype\":\"x\",\"name\":\"n\",\"datetime\":\"2011-01-01T00:00:00Z\",\"linear\":365.2425}"
                                        .formatted(account));
                        assertThat(answer.status()).isEqualTo(200);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
            assertThat(house.get("/account").json()).hasSize(25);
            assertThat(house.get("/resource").json()).hasSize(25);
            assertThat(house.total("time_period=2011-01")).isEqualByComparingTo("775");
            assertThat(house.ledger.observations().cutoff()).isEqualTo(25);
        }
    }

    @Test
    void a_project_sees_its_own_account_and_only_services_and_admins_change_anything() {
        try (TrustingKeystone keystone = new TrustingKeystone();
                House house = new House(database, keystone.settings())) {
            for (String account : List.of("p1", "p2")) {
                assertThat(as(house, "service:p0", "POST", "/v2/event", """
                                {"account": "%s", "rtype": "x", "datetime": "2011-01-01T00:00:00Z", "linear": 1,
                                 "cost_center_name": "center of %s"}""".formatted(account, account))
                                .status())
                        .isEqualTo(200);
            }
            for (String path : List.of("/account", "/v2/account", "/resource", "/v1/resource", "/v2/cost_center")) {
                assertThat(as(house, "admin:p0", "GET", path, "").json())
                        .as(path)
                        .hasSize(2);
                assertThat(as(house, "member:p1", "GET", path, "").json())
                        .as(path)
                        .hasSize(1);
                assertThat(as(house, "member:p3", "GET", path, "").json())
                        .as(path)
                        .isEmpty();
                assertThat(as(house, "none:p1", "GET", path, "").status()).isEqualTo(403);
                assertThat(house.get(path).status()).isEqualTo(401);
            }
            for (String path : List.of("/bill", "/v1/bill", "/v2/report")) {
                String of = path + "?time_period=2011-01";
                assertThat(as(house, "admin:p0", "GET", of, "").body()).contains("\"p1\"", "\"p2\"");
                assertThat(as(house, "member:p1", "GET", of, "").body())
                        .contains("\"p1\"")
                        .doesNotContain("\"p2\"");
                assertThat(as(house, "member:p1", "GET", of + "&account_name=p2", "")
                                .status())
                        .isEqualTo(404);
                assertThat(as(house, "member:p1", "GET", of + "&account_id=2", "")
                                .body())
                        .doesNotContain("\"p2\"");
            }
            String tariff = "{\"datetime\":\"2011-01-01T00:00:00Z\",\"values\":{\"x\":1}}";
            for (String role : List.of("member:p1", "service:p1")) {
                assertThat(as(house, role, "POST", "/tariff", tariff).status()).isEqualTo(403);
                assertThat(as(house, role, "PUT", "/v2/account?id=1", "{\"name\":\"y\"}")
                                .status())
                        .isEqualTo(403);
                assertThat(as(house, role, "DELETE", "/v2/cost_center?id=1&migrate_id=2", "")
                                .status())
                        .isEqualTo(403);
            }
            assertThat(as(house, "member:p1", "POST", "/event", "{}").status()).isEqualTo(403);
            assertThat(as(house, "admin:p0", "POST", "/tariff", tariff).status())
                    .isEqualTo(200);
        }
    }
}
