package org.reckoner.serve.concertim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.javalin.security.Roles;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reckoner.serve.auth.Access;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The middleware as Concertim calls it, over HTTP.
class ConcertimTest {

    private static final String SECRET = "a secret that Concertim shares, of 32 bytes or more";
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Books books = new Books();

    @SuppressWarnings("NullAway.Init")
    private Concertim server;

    @BeforeEach
    void start() {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        server = new Concertim(
                new ConcertimSettings("127.0.0.1", 0, ConcertimSettings.USUAL_THRESHOLD),
                new Bearers(SECRET, Duration.ofHours(1), clock),
                books,
                clock);
        server.start();
        books.credits.put("acct", new BigDecimal("100"));
    }

    @AfterEach
    void stop() {
        http.shutdownNow();
        server.close();
    }

    private static JWTClaimsSet until(Instant end) {
        return new JWTClaimsSet.Builder().expirationTime(Date.from(end)).build();
    }

    private static String signed(JWSAlgorithm algorithm, String secret, JWTClaimsSet claims) throws JOSEException {
        SignedJWT jwt = new SignedJWT(new JWSHeader(algorithm), claims);
        jwt.sign(new MACSigner(secret.getBytes(UTF_8)));
        return jwt.serialize();
    }

    private static String token() throws JOSEException {
        return signed(JWSAlgorithm.HS256, SECRET, until(NOW.plusSeconds(60)));
    }

    private HttpResponse<String> send(
            String method, String path, Optional<String> authorization, String body, String... more)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path)))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body));
        authorization.ifPresent(value -> request.header("Authorization", value));
        if (more.length > 0) {
            request.headers(more);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private JsonNode post(String path, int status, String body, String... more) throws Exception {
        HttpResponse<String> answer = send("POST", path, Optional.of("Bearer " + token()), body, more);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        JsonNode json = JSON.readTree(answer.body());
        assertThat(json.path("success").asBoolean()).isEqualTo(status == 201);
        return json;
    }

    @Test
    void anybody_may_see_that_it_runs() throws Exception {
        HttpResponse<String> answer = send("GET", "/", Optional.empty(), "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("Running");
    }

    @Test
    void every_other_route_wants_a_token() throws Exception {
        for (var endpoint : server.endpoints()) {
            Roles roles = endpoint.metadata(Roles.class);
            if (!endpoint.method.isHttpMethod()
                    || roles != null && roles.getRoles().contains(Access.PUBLIC)) {
                continue;
            }
            String path = endpoint.path.replaceAll("\\{[a-z]+}", "x");
            HttpResponse<String> answer = send(endpoint.method.name(), path, Optional.empty(), "{}");
            assertThat(answer.statusCode()).as(endpoint.method + " " + path).isEqualTo(401);
            assertThat(JSON.readTree(answer.body()).path("error").asString()).isEqualTo("Unauthorized");
        }
    }

    @Test
    void only_a_token_that_is_signed_by_hs256_and_ends_soon_opens_the_door() throws Exception {
        JWTClaimsSet good = until(NOW.plusSeconds(60));
        List<String> bad = List.of(
                signed(
                        JWSAlgorithm.HS256,
                        SECRET,
                        new JWTClaimsSet.Builder().subject("concertim").build()),
                signed(JWSAlgorithm.HS256, SECRET, until(NOW)),
                signed(JWSAlgorithm.HS256, SECRET, until(NOW.plus(Duration.ofHours(2)))),
                signed(JWSAlgorithm.HS384, SECRET, good),
                signed(JWSAlgorithm.HS256, "another secret, which Concertim does not know", good),
                signed(
                        JWSAlgorithm.HS256,
                        SECRET,
                        new JWTClaimsSet.Builder(good)
                                .notBeforeTime(Date.from(NOW.plusSeconds(300)))
                                .build()),
                new PlainJWT(good).serialize(),
                token().replaceAll("[.][^.]*$", "."),
                token() + "A",
                "no.jwt.atall",
                "");

        for (String token : bad) {
            assertThat(send("POST", "/get_credits", Optional.of("Bearer " + token), "{}")
                            .statusCode())
                    .as(token)
                    .isEqualTo(401);
        }
        assertThat(send("POST", "/get_credits", Optional.of("Basic " + token()), "{}")
                        .statusCode())
                .isEqualTo(401);
        assertThat(send("POST", "/get_credits", Optional.of("bearer " + token()), """
                {"credits": {"billing_account_id": "acct"}}""")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void a_secret_that_is_too_short_is_refused() {
        assertThatThrownBy(() -> new Bearers("short", Duration.ofHours(1), Clock.systemUTC()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32");
    }

    @Test
    void an_order_needs_more_credits_than_the_threshold() throws Exception {
        String body = """
                {"order": {"billing_account_id": "acct"}}""";
        books.draft = Optional.of(Books.paper("acct", "1", "75.00"));

        JsonNode refused = post("/create_order", 402, body);
        assertThat(refused.path("error").asString()).isEqualTo("NotEnoughCredits");
        assertThat(refused.path("message").asString()).contains("25.00 EUR").contains("more than 25");
        assertThat(books.orders).isEmpty();

        books.draft = Optional.of(Books.paper("acct", "1", "74.99"));
        assertThat(post("/create_order", 201, body).path("order").asString()).isEqualTo("order-1");
    }

    @Test
    void a_draft_of_less_than_nothing_adds_no_credits() throws Exception {
        books.draft = Optional.of(Books.paper("acct", "1", "-40.00"));

        JsonNode answer = post("/get_credits", 201, """
                {"credits": {"billing_account_id": "acct"}}""");

        assertThat(answer.path("credits").decimalValue()).isEqualByComparingTo("100");
    }

    @Test
    void a_repeated_order_of_one_key_is_one_order() throws Exception {
        String body = """
                {"order": {"billing_account_id": "acct"}}""";
        JsonNode first = post("/create_order", 201, body, "Idempotency-Key", "cluster-7");
        JsonNode again = post("/create_order", 201, body, "Idempotency-Key", "cluster-7");
        JsonNode other = post("/create_order", 201, body);

        assertThat(again.path("order")).isEqualTo(first.path("order"));
        assertThat(other.path("order")).isNotEqualTo(first.path("order"));
        post("/create_order", 406, body, "Idempotency-Key", "x".repeat(200));
    }

    @Test
    void an_order_for_a_stack_that_is_told_is_one_order_with_its_tags() throws Exception {
        String body = """
                {"order": {"billing_account_id": "acct", "openstack_stack_id": "s-1", "openstack_stack_name": "one"}}""";

        JsonNode first = post("/create_order", 201, body);

        assertThat(post("/create_order", 201, body).path("order")).isEqualTo(first.path("order"));
        assertThat(books.tags)
                .containsEntry("order-1 openstack_stack_id", "s-1")
                .containsEntry("order-1 openstack_stack_name", "one");
    }

    @Test
    void tags_are_set_once_and_not_changed() throws Exception {
        String body = """
                {"tag": {"order_id": "order-1", "tag_name": "openstack_stack_id", "tag_value": "%s"}}""";

        assertThat(post("/add_order_tag", 201, body.formatted("s-1"))
                        .path("tag")
                        .asString())
                .isEqualTo("tag-of-openstack_stack_id");
        post("/add_order_tag", 201, body.formatted("s-1"));
        assertThat(post("/add_order_tag", 406, body.formatted("s-2"))
                        .path("error")
                        .asString())
                .isEqualTo("InvalidAPICall");
    }

    @Test
    void an_order_is_ended() throws Exception {
        assertThat(post("/delete_order", 201, """
                {"order": {"order_id": "order-1"}}""").path("order").asString()).isEqualTo("order-1");
        assertThat(books.ended).containsExactly("order-1");
    }

    @ParameterizedTest
    @CsvSource({"/credits,amount", "/add_credits,credits_to_add"})
    void credits_are_added_by_both_generations_also_as_text(String path, String key) throws Exception {
        post(path, 201, """
                {"credits": {"billing_acct_id": "acct", "%s": "50.25"}}""".formatted(key));
        post(path, 201, """
                {"credits": {"billing_account_id": "acct", "%s": 10}}""".formatted(key));

        assertThat(books.credits.get("acct")).isEqualByComparingTo("160.25");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "0", "\"1e99\"", "1000000", "true", "\"many\"", "[1]"})
    void credits_that_are_no_amount_are_refused(String amount) throws Exception {
        post("/credits", 406, """
                {"credits": {"billing_acct_id": "acct", "amount": %s}}""".formatted(amount));

        assertThat(books.credits.get("acct")).isEqualByComparingTo("100");
    }

    @Test
    void a_missing_key_is_named_and_the_login_to_the_cloud_is_not_searched() throws Exception {
        JsonNode answer = post("/get_credits", 415, """
                {"cloud_env": {"billing_account_id": "acct", "password": "secret"}, "credits": {"billing_account_id": null}}""");

        assertThat(answer.path("error").asString()).isEqualTo("MissingRequiredArgument");
        assertThat(answer.path("message").asString()).contains("billing_account_id");
        assertThat(answer.toString()).doesNotContain("secret");
    }

    @Test
    void keys_may_stand_at_any_depth() throws Exception {
        assertThat(post("/get_credits", 201, """
                        {"a": {"b": {"c": {"billing_acct_id": "acct"}}}}""").path("credits").decimalValue())
                .isEqualByComparingTo("100");
    }

    @Test
    void nothing_to_draft_is_told_as_null_and_the_day_is_heeded() throws Exception {
        JsonNode answer = post("/get_draft_invoice", 201, """
                {"invoice": {"billing_acct_id": "acct", "target_date": "2026-11-07"}}""");

        assertThat(answer.path("draft_invoice").isNull()).isTrue();
        assertThat(books.asked).contains(LocalDate.parse("2026-11-07"));
        post("/get_draft_invoice", 406, """
                {"invoice": {"billing_acct_id": "acct", "target_date": "tomorrow"}}""");
        post("/get_draft_invoice", 201, """
                {"invoice": {"billing_acct_id": "acct"}}""");
        assertThat(books.asked).contains(LocalDate.parse("2026-11-22"));
    }

    @Test
    void an_invoice_shows_every_item_also_those_of_no_stack() throws Exception {
        Billing.Item cluster = new Billing.Item(
                "order-1",
                Billing.Kind.COST,
                new BigDecimal("10.5"),
                Optional.of("s-1"),
                "my cluster",
                Optional.of(LocalDate.parse("2026-11-01")),
                Optional.of(LocalDate.parse("2026-12-01")));
        Billing.Item rest = new Billing.Item(
                "item/1",
                Billing.Kind.COST,
                new BigDecimal("1"),
                Optional.empty(),
                "No cluster: Volume",
                Optional.empty(),
                Optional.empty());
        books.papers.add(Books.paper("acct", "43", "11.50", cluster, rest));

        JsonNode answer = post("/get_account_invoice", 201, """
                {"invoice": {"billing_acct_id": "acct", "invoice_id": "id-43"}}""");

        assertThat(answer.path("account_invoice")).isEqualTo(answer.path("invoice"));
        assertThat(answer.path("invoice").toPrettyString().replace("\r", "")).isEqualTo("""
                {
                  "account_id" : "acct",
                  "invoice_id" : "id-43",
                  "amount" : 11.50,
                  "balance" : 11.50,
                  "credit_adj" : 0.00,
                  "refund_adj" : 0.00,
                  "currency" : "EUR",
                  "invoice_date" : "2026-12-01",
                  "target_date" : "2026-12-01",
                  "invoice_number" : "43",
                  "status" : "COMMITTED",
                  "draft" : false,
                  "items" : {
                    "order-1" : {
                      "type" : "cost",
                      "amount" : 10.50,
                      "currency" : "EUR",
                      "start_date" : "2026-11-01",
                      "end_date" : "2026-12-01",
                      "openstack_stack_id" : "s-1",
                      "openstack_stack_name" : "my cluster"
                    },
                    "item/1" : {
                      "type" : "cost",
                      "amount" : 1.00,
                      "currency" : "EUR",
                      "start_date" : null,
                      "end_date" : null,
                      "openstack_stack_id" : "none",
                      "openstack_stack_name" : "No cluster: Volume"
                    }
                  }
                }""");
        post("/get_account_invoice", 404, """
                {"invoice": {"billing_acct_id": "another", "invoice_id": "id-43"}}""");
    }

    @Test
    void invoices_come_by_pages() throws Exception {
        for (int i = 1; i <= 5; i++) {
            books.papers.add(Books.paper("acct", "" + i, "1.00"));
        }

        JsonNode answer = post("/list_paginated_invoices", 201, """
                {"invoices": {"billing_acct_id": "acct", "offset": 2, "limit": "2"}}""");

        assertThat(answer.path("total_invoices").intValue()).isEqualTo(5);
        assertThat(answer.path("invoices"))
                .extracting(invoice -> invoice.path("invoice_number").asString())
                .containsExactly("3", "4");
        post("/list_paginated_invoices", 406, """
                {"invoices": {"billing_acct_id": "acct", "limit": 0}}""");
    }

    @Test
    void troubles_are_told_in_json_without_the_inside() throws Exception {
        JsonNode down = post("/delete_order", 503, """
                {"order": {"order_id": "down"}}""");
        assertThat(down.path("error").asString()).isEqualTo("BillingUnavailable");
        JsonNode defect = post("/delete_order", 500, """
                {"order": {"order_id": "defect"}}""");
        assertThat(defect.toString()).doesNotContain("inside").doesNotContain("traceback");
        assertThat(post("/get_credits", 404, """
                {"billing_account_id": "nobody"}""").path("error").asString()).isEqualTo("NotFound");
        post("/no_such_path", 404, "{}");
        post("/get_credits", 400, "{");
        post("/get_credits", 400, "[]");
        post("/get_credits", 413, "{\"x\": \"%s\"}".formatted("x".repeat(100_000)));
    }

    @Test
    void what_is_not_billing_is_told_not_to_be_offered() throws Exception {
        JsonNode answer = post("/key_pairs", 501, "{}");

        assertThat(answer.path("error").asString()).isEqualTo("NotOffered");
    }
}
