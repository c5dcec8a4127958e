package org.reckoner.serve.heart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What no request should say is refused, and nothing of it is written.
@ParameterizedClass
@EnumSource(TestDatabase.class)
class HostileInputTest {

    private static final String HEAD = "\"account\":\"t\",\"rtype\":\"x\",\"datetime\":\"2011-01-01T00:00:00Z\"";

    @Parameter
    @SuppressWarnings("NullAway.Init")
    TestDatabase database;

    private void isRefused(String path, String... bodies) {
        for (boolean legacy : new boolean[] {false, true}) {
            try (House house = new House(database, legacy)) {
                for (String body : bodies) {
                    House.Answer answer = house.post(path, body);
                    assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
                    assertThat(answer.body()).doesNotContain("Exception").doesNotContain("\tat ");
                    assertThat(answer.isJson()).isEqualTo(!legacy);
                }
                assertThat(house.get("/account").body()).isEqualTo("[]");
                assertThat(house.get("/resource").body()).isEqualTo("[]");
                assertThat(house.ledger.observations().cutoff()).isZero();
            }
        }
    }

    @Test
    void an_event_that_is_none_is_refused() {
        isRefused(
                "/event",
                "",
                "{",
                "null",
                "\"text\"",
                "{}",
                "{\"rtype\":\"x\"}",
                "{\"rtype\":\"x\",\"datetime\":\"2011-01-01T00:00:00Z\"}",
                "{\"account\":\"t\",\"rtype\":\"x\",\"datetime\":\"2011-01-01\"}",
                "{\"account\":\"t\",\"rtype\":\"x\",\"datetime\":\"2011-13-01T00:00:00Z\"}",
                "{\"account\":\"t\",\"rtype\":\"x\",\"datetime\":\"2011-00-01T00:00:00Z\"}",
                "{\"account\":\"t\",\"rtype\":\"x\",\"datetime\":\"0001-01-01T00:00:00Z\"}",
                "{\"account\":\"t\",\"rtype\":\"x\",\"datetime\":5}",
                "{\"account\":[\"t\"],\"rtype\":\"x\",\"datetime\":\"2011-01-01T00:00:00Z\"}",
                "{\"account\":\"t\",\"rtype\":{},\"datetime\":\"2011-01-01T00:00:00Z\"}",
                "{\"account\":\"\\u0000\",\"rtype\":\"x\",\"datetime\":\"2011-01-01T00:00:00Z\"}",
                "{\"account\":\"\\ud800\",\"rtype\":\"x\",\"datetime\":\"2011-01-01T00:00:00Z\"}",
                "{" + HEAD + ",\"name\":[1]}",
                "{" + HEAD + ",\"name\":true}",
                "{" + HEAD + ",\"linear\":\"1\"}",
                "{" + HEAD + ",\"linear\":null}",
                "{" + HEAD + ",\"linear\":1e999999999}",
                "{" + HEAD + ",\"linear\":1e-999999999}",
                "{" + HEAD + ",\"linear\":1000000000000000000000000000000000000000000000000000000000}",
                "{" + HEAD + ",\"linear\":NaN}",
                "{" + HEAD + ",\"fixed\":[]}",
                "{" + HEAD + ",\"attrs\":[]}",
                "{" + HEAD + ",\"attrs\":{\"a\":\"\\udfff\"}}",
                "{" + HEAD + ",\"children\":{}}",
                "{" + HEAD + ",\"children\":[1]}",
                "{" + HEAD + ",\"linear\":1,\"children\":[{\"rtype\":\"y\",\"linear\":\"z\"}]}");
    }

    @Test
    void children_that_are_too_deep_and_names_that_are_too_long_are_refused() {
        isRefused(
                "/v2/event",
                "{" + HEAD
                        + ",\"children\":[{\"rtype\":\"y\""
                                .repeat(1)
                                .concat(",\"children\":[{\"rtype\":\"y\"".repeat(100))
                        + "}]".repeat(101) + "}");
        isRefused("/v2/event", "{" + HEAD + ",\"name\":\"" + "n".repeat(256) + "\"}");
        isRefused("/v2/event", "{" + HEAD.replace("\"x\"", "\"" + "x".repeat(65) + "\"") + "}");
        String deep = ",\"children\":[{\"rtype\":\"y\",\"name\":\"" + "é/".repeat(127) + "\"";
        isRefused("/v2/event", "{" + HEAD + deep.repeat(8) + "}]".repeat(8) + "}");
        isRefused("/v2/event", "{" + HEAD + ",\"attrs\":{\"a\":\"" + "a".repeat(70_000) + "\"}}");
    }

    @Test
    void a_tariff_that_is_none_is_refused() {
        isRefused(
                "/tariff",
                "{}",
                "{\"datetime\":\"2011-01-01T00:00:00Z\"}",
                "{\"datetime\":\"2011-01-01T00:00:00Z\",\"values\":[]}",
                "{\"datetime\":\"2011-01-01T00:00:00Z\",\"values\":{\"x\":-1}}",
                "{\"datetime\":\"2011-01-01T00:00:00Z\",\"values\":{\"x\":1e30}}",
                "{\"datetime\":\"2011-01-01T00:00:00Z\",\"values\":{\"x\":0.12345678901234567890123456789012345678901234}}",
                "{\"datetime\":\"2011-01-01T00:00:00Z\",\"values\":{\"\":1}}",
                "{\"datetime\":\"2011-01-01T00:00:00Z\",\"values\":{\"x\":1},\"migrate\":\"yes\"}",
                "{\"datetime\":\"1969-01-01T00:00:00Z\",\"values\":{\"x\":1}}");
    }

    @Test
    void another_content_type_is_refused() {
        try (House house = new House(database, false)) {
            var request = java.net.http.HttpRequest.newBuilder(house.uri("/event"))
                    .header("Content-Type", "text/plain")
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{}"));
            assertThat(house.send(request).status()).isEqualTo(415);
        }
    }

    @Test
    void hostile_names_are_only_names() {
        try (House house = new House(database, false)) {
            String name = "'; DROP TABLE heart_account; --";
            for (String account : new String[] {name, "a/b:c", "a%2Fb", "\\r\\nX: y", "<script>", "..", "#", "名前"}) {
                House.Answer answer = house.post(
                        "/v2/event",
                        "{\"account\":\"%s\",\"rtype\":\"%s\",\"name\":\"%s\",\"datetime\":\"2011-01-01T00:00:00Z\",\"linear\":365.2425}"
                                .formatted(account, "x", account));
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            }
            assertThat(house.get("/v2/account?name=%27%3B%20DROP%20TABLE%20heart_account%3B%20--")
                            .json())
                    .hasSize(1);
            assertThat(house.total("time_period=2011-01")).isEqualByComparingTo("248");
            assertThat(house.ledgerTotal(name, "2011-01")).isEqualByComparingTo("31");
        }
    }

    @Test
    void the_longest_names_are_charged_and_stay_apart() {
        try (House house = new House(database, false)) {
            String account = "a".repeat(255);
            for (String name : new String[] {"n".repeat(255), "n".repeat(254) + "m", "n".repeat(254)}) {
                House.Answer answer = house.post(
                        "/v2/event",
                        "{\"account\":\"%s\",\"rtype\":\"x\",\"name\":\"%s\",\"datetime\":\"2011-01-01T00:00:00Z\",\"linear\":365.2425}"
                                .formatted(account, name));
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            }
            assertThat(house.total("time_period=2011-01")).isEqualByComparingTo("93");
            assertThat(house.ledgerTotal(account, "2011-01")).isEqualByComparingTo("93");
        }
    }

    @Test
    void in_a_batch_a_bad_event_harms_no_other() {
        try (House house = new House(database, false)) {
            House.Answer answer = house.post(
                    "/v2/event",
                    "[{%s,\"name\":1,\"linear\":1},{%s,\"name\":2,\"linear\":-1},{\"rtype\":\"none\",\"datetime\":\"2011-01-01T00:00:00Z\"},{\"rtype\":\"x\",\"name\":1,\"datetime\":\"2011-01-02T00:00:00Z\"},7,{%s,\"name\":3}]"
                            .formatted(HEAD, HEAD, HEAD));
            assertThat(answer.status()).isEqualTo(207);
            assertThat(answer.json().valueStream().map(one -> one.path("status").intValue(200)))
                    .containsExactly(200, 400, 400, 200, 400, 200);
            assertThat(house.get("/resource").json()).hasSize(2);
            assertThat(house.ledger.observations().cutoff()).isEqualTo(1);
        }
    }
}
