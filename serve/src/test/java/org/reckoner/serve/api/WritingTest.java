package org.reckoner.serve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reckoner.serve.api.Site.A;
import static org.reckoner.serve.api.Site.ADMIN;
import static org.reckoner.serve.api.Site.json;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.reckoner.ledger.idempotency.IdempotentRequests;
import tools.jackson.databind.JsonNode;

/// What admins change over the API.
class WritingTest {

    private static final String DRAFTS = "/api/v1/drafts";
    private static final String NOVEMBER = "{\"period\": \"2026-11\"}";

    @SuppressWarnings("NullAway.Init")
    private static Site site;

    @BeforeAll
    static void open() {
        site = new Site();
    }

    @AfterAll
    static void close() {
        site.close();
    }

    private static HttpResponse<String> put(String project, String body, String... condition) {
        String[] headers = new String[condition.length + 2];
        headers[0] = "Content-Type";
        headers[1] = "application/json";
        System.arraycopy(condition, 0, headers, 2, condition.length);
        return site.send("PUT", ADMIN, "/api/v1/accounts/" + project, Optional.of(body), headers);
    }

    @Test
    void an_account_is_replaced_only_as_the_caller_has_seen_it() {
        String path = "/api/v1/accounts/" + A;
        String tag = site.get(ADMIN, path).headers().firstValue("ETag").orElseThrow();
        String settings = """
                {"name": "Alpha AS", "price_book": "special", "taxes": [{"name": "VAT", "percent": "8.1"}],
                 "address": ["One", "Two"], "customer": "C-1", "why": "moved"}""";

        HttpResponse<String> first = put(A, settings, "If-Match", tag);
        HttpResponse<String> second = put(A, "{\"name\": \"late\"}", "If-Match", tag);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(first.headers().firstValue("ETag"))
                .isEqualTo(site.get(ADMIN, path).headers().firstValue("ETag"));
        assertThat(second.statusCode()).isEqualTo(412);
        assertThat(json(site.get(ADMIN, path))
                        .path("taxes")
                        .get(0)
                        .path("percent")
                        .asString())
                .isEqualTo("8.1");
        JsonNode audit = json(site.get(ADMIN, "/api/v1/audit?action=account.set&who=ada&subject=" + A))
                .path("items")
                .get(0);
        assertThat(audit.path("why").asString()).isEqualTo("moved");
        assertThat(audit.path("after").asString()).contains("Alpha AS");
    }

    @Test
    void a_project_that_nothing_is_known_of_is_set_up_as_new_and_only_once() {
        HttpResponse<String> first = put("newcomer", "{}", "If-None-Match", "*");

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(json(first).path("name").asString()).isEqualTo("newcomer");
        assertThat(put("newcomer", "{}", "If-None-Match", "*").statusCode()).isEqualTo(412);
        assertThat(put("nobody", "{}", "If-Match", "*").statusCode()).isEqualTo(412);
        assertThat(put("nobody", "{}").statusCode()).isEqualTo(428);
    }

    @Test
    void settings_that_make_no_sense_are_refused() {
        for (String body : List.of(
                "{\"taxes\": [{\"name\": \"VAT\", \"percent\": \"101\"}]}",
                "{\"taxes\": [{\"name\": \"VAT\", \"percent\": 19}]}",
                "{\"taxes\": [{\"name\": \"VAT\", \"percent\": \"1e2\"}]}",
                "{\"taxes\": \"VAT\"}",
                "{\"name\": \"a\\u0000b\"}",
                "{\"name\": \"a\\nb\"}",
                "{\"name\": \"\\ud800\"}",
                "{\"name\": \"\"}",
                "{\"name\": \"" + "x".repeat(1_001) + "\"}",
                "{\"project\": \"x\"}",
                "[]",
                "{\"name\": \"a\", \"name\": \"b\"}")) {
            assertThat(put(A, body, "If-Match", "*").statusCode()).as(body).isEqualTo(400);
        }
        assertThat(put(A, "{\"price_book\": \"nonesuch\"}", "If-Match", "*").statusCode())
                .isEqualTo(422);
    }

    @Test
    void the_same_request_with_the_same_key_is_answered_again_and_not_done_again() {
        HttpResponse<String> first = site.post(ADMIN, DRAFTS, NOVEMBER, Idempotency.KEY, "k-1");
        HttpResponse<String> again = site.post(ADMIN, DRAFTS, NOVEMBER, Idempotency.KEY, "k-1");

        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(first.headers().firstValue(Idempotency.REPLAYED)).isEmpty();
        assertThat(again.headers().firstValue(Idempotency.REPLAYED)).hasValue("true");
    }

    @Test
    void a_voided_invoice_answers_its_credit_note_again_under_the_same_key() {
        String path = "/api/v1/invoices/%s/void".formatted(site.invoiceOf(Site.B));
        HttpResponse<String> first = site.post(ADMIN, path, "{\"why\": \"wrong\"}", Idempotency.KEY, "k-void");
        HttpResponse<String> again = site.post(ADMIN, path, "{\"why\": \"wrong\"}", Idempotency.KEY, "k-void");

        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Location"))
                .isEqualTo(first.headers().firstValue("Location"))
                .isPresent();
        assertThat(site.post(ADMIN, path, "{\"why\": \"wrong\"}").statusCode()).isEqualTo(409);
    }

    @Test
    void a_key_that_was_used_for_another_request_is_refused() {
        site.post(ADMIN, DRAFTS, NOVEMBER, Idempotency.KEY, "k-2");

        assertThat(site.post(ADMIN, DRAFTS, "{\"period\": \"2026-10\"}", Idempotency.KEY, "k-2")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void a_refused_request_gives_its_key_free() {
        assertThat(site.post(ADMIN, DRAFTS, "{\"period\": \"2026-12\"}", Idempotency.KEY, "k-3")
                        .statusCode())
                .isEqualTo(409);
        assertThat(site.post(ADMIN, DRAFTS, NOVEMBER, Idempotency.KEY, "k-3").statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_request_that_is_still_worked_on_is_not_done_beside_itself() throws Exception {
        HttpResponse<String> first = site.post(ADMIN, DRAFTS, NOVEMBER, Idempotency.KEY, "k-4");
        assertThat(first.statusCode()).isEqualTo(200);
        site.ledger()
                .database()
                .change(handle ->
                        handle.execute("UPDATE idempotent_request SET body = NULL WHERE request_key = 'k-4'"));

        assertThat(site.post(ADMIN, DRAFTS, NOVEMBER, Idempotency.KEY, "k-4").statusCode())
                .isEqualTo(409);
        site.ledger()
                .database()
                .change(handle -> handle.execute(
                        "UPDATE idempotent_request SET started_at = started_at - ? WHERE request_key = 'k-4'",
                        IdempotentRequests.ABANDONED.toMillis() * 1_000));
        assertThat(site.post(ADMIN, DRAFTS, NOVEMBER, Idempotency.KEY, "k-4").statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_key_that_is_no_key_is_refused() {
        for (String key : List.of("a b", "x".repeat(256))) {
            assertThat(site.post(ADMIN, DRAFTS, NOVEMBER, Idempotency.KEY, key).statusCode())
                    .as(key)
                    .isEqualTo(400);
        }
    }

    @Test
    void a_price_book_is_loaded_as_the_next_version_or_refused_with_line_and_column() {
        HttpResponse<String> refused = site.send(
                "POST",
                ADMIN,
                "/api/v1/price-books",
                Optional.of("price-book: x\ncurrency: EUR\nprices:\n  - {id: a}\n"),
                "Content-Type",
                "text/yaml");

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(json(refused).path("errors").get(0).path("line").asInt()).isEqualTo(4);
        HttpResponse<String> loaded = site.send(
                "POST",
                ADMIN,
                "/api/v1/price-books?why=dearer",
                Optional.of(Site.book("9.00")),
                "Content-Type",
                "text/yaml");
        assertThat(loaded.statusCode()).isEqualTo(201);
        assertThat(json(loaded).path("version").asInt()).isEqualTo(3);
        assertThat(json(site.get(ADMIN, "/api/v1/audit?action=prices.load&limit=1"))
                        .path("items")
                        .get(0)
                        .path("why")
                        .asString())
                .isEqualTo("dearer");
    }

    @Test
    void a_dead_letter_is_replayed_once_it_is_understood() {
        JsonNode waiting =
                json(site.get(ADMIN, "/api/v1/dead-letters?waiting=true")).path("items");
        long before = waiting.size();
        for (JsonNode letter : waiting) {
            site.post(
                    ADMIN,
                    "/api/v1/dead-letters/%d/replay".formatted(letter.path("id").asLong()),
                    "");
        }

        assertThat(json(site.get(ADMIN, "/api/v1/dead-letters?waiting=true"))
                        .path("items")
                        .size())
                .isEqualTo((int) before - 1);
        assertThat(site.get(Site.READER_A, "/api/v1/resources/RegionOne/volume/vol-a-mended")
                        .statusCode())
                .isEqualTo(200);
    }
}
