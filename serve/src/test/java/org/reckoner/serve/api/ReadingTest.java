package org.reckoner.serve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reckoner.serve.api.Site.A;
import static org.reckoner.serve.api.Site.ADMIN;
import static org.reckoner.serve.api.Site.B;
import static org.reckoner.serve.api.Site.PERIOD;
import static org.reckoner.serve.api.Site.READER_A;
import static org.reckoner.serve.api.Site.json;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.reckoner.core.meter.Sample;
import org.reckoner.ledger.observation.Watermark;
import org.reckoner.ledger.sample.Samples;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is read over the API, by those who may.
class ReadingTest {

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

    @Test
    void whoami_says_who_the_server_takes_the_caller_for() {
        JsonNode anna = json(site.get(READER_A, "/api/v1/whoami"));

        assertThat(anna.path("name").asString()).isEqualTo("anna");
        assertThat(anna.path("project").asString()).isEqualTo(A);
        assertThat(anna.path("sees").asString()).isEqualTo("own project");
    }

    @Test
    void a_source_tells_why_it_is_no_further_and_when_its_newest_sample_was_taken() {
        Watermark.Scope stuck = new Watermark.Scope("gnocchi/net", "RegionOne");
        Watermark.Scope sampled = new Watermark.Scope("ceilometer/instance", "RegionOne");
        Instant ends = Instant.parse("2026-12-01T00:00:00Z");
        try (Site own = new Site()) {
            own.ledger.watermarks().advance(stuck, ends, ends, "collected");
            own.ledger.watermarks().stuck(stuck, ends, "no answer", tries -> Duration.ofMinutes(5L * tries));
            own.ledger.watermarks().advance(sampled, ends, ends, "samples");
            own.ledger
                    .intake()
                    .take(
                            List.of(),
                            new Samples.Batch("RegionOne", List.of(sample("2026-11-30T23:10:00Z"))),
                            List.of());

            JsonNode watermarks = json(own.get(ADMIN, "/api/v1/watermarks")).path("items");
            JsonNode sources = json(own.get(ADMIN, "/api/v1/status/" + PERIOD)).path("sources");

            for (JsonNode all : List.of(watermarks, sources)) {
                assertThat(source(all, "gnocchi/net").path("stuck"))
                        .isEqualTo(JsonMapper.shared().readTree("""
                                {"since": "2026-12-01T00:00:00Z", "tries": 1, "again_at": "2026-12-01T00:05:00Z",
                                 "why": "no answer"}"""));
                assertThat(source(all, "ceilometer/instance")
                                .path("newest_sample_at")
                                .asString())
                        .isEqualTo("2026-11-30T23:10:00Z");
                assertThat(source(all, "ceilometer/instance").path("stuck").isNull())
                        .isTrue();
                assertThat(source(all, "cinder").has("newest_sample_at")).isFalse();
            }
            assertThat(source(sources, "ceilometer/instance").path("silent").asBoolean())
                    .isTrue();
        }
    }

    private static Sample sample(String time) {
        return new Sample(
                "s",
                "instance",
                Sample.Kind.GAUGE,
                "i",
                Optional.of(A),
                "openstack",
                Instant.parse(time),
                Optional.of(BigDecimal.ONE),
                Map.of());
    }

    private static JsonNode source(JsonNode all, String name) {
        return all.valueStream()
                .filter(source -> source.path("source").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void pages_follow_each_other_without_gap_or_repetition_to_a_null() {
        List<String> seen = new ArrayList<>();
        String next = "/api/v1/resources?type=volume&project=" + A + "&limit=4";
        String cursor = "";
        do {
            JsonNode page = json(site.get(ADMIN, next + cursor));
            page.path("items").forEach(item -> seen.add(item.path("id").asString()));
            cursor = page.path("next").isNull()
                    ? ""
                    : "&cursor=" + page.path("next").asString();
        } while (!cursor.isEmpty());

        assertThat(seen).hasSize(26).isSorted().doesNotHaveDuplicates().contains("vol-moved", "vol-a-24");
    }

    @Test
    void a_list_is_streamed_whole_as_one_object_a_line() {
        HttpResponse<String> response = site.get(ADMIN, "/api/v1/resources?format=ndjson&limit=2&project=" + A);

        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/x-ndjson");
        assertThat(response.body().lines().toList()).hasSize(26).allMatch(line -> line.startsWith("{\"region\""));
    }

    @Test
    void a_cursor_of_another_list_or_made_up_is_refused() {
        String cursor =
                json(site.get(ADMIN, "/api/v1/accounts?limit=1")).path("next").asString();

        for (String path : List.of(
                "/api/v1/resources?cursor=" + cursor,
                "/api/v1/accounts?cursor=x",
                "/api/v1/accounts?cursor=%25",
                "/api/v1/accounts?cursor=W10",
                "/api/v1/audit?cursor=" + cursor)) {
            assertThat(site.get(ADMIN, path).statusCode()).as(path).isEqualTo(400);
        }
    }

    @Test
    void a_limit_out_of_bounds_and_an_unknown_filter_are_refused() {
        for (String query : List.of(
                "limit=0",
                "limit=1001",
                "limit=x",
                "limit=-1",
                "limit=9999999999",
                "proyect=x",
                "limit=1&limit=2",
                "format=xml")) {
            assertThat(site.get(ADMIN, "/api/v1/accounts?" + query).statusCode())
                    .as(query)
                    .isEqualTo(400);
        }
    }

    @Test
    void a_resource_is_shown_with_its_history() {
        JsonNode resource = json(site.get(READER_A, "/api/v1/resources/RegionOne/volume/vol-a-03"));
        JsonNode timeline = json(site.get(READER_A, "/api/v1/resources/RegionOne/volume/vol-a-03/timeline"));

        assertThat(resource.path("levels").path("volume.size").asString()).isEqualTo("13");
        assertThat(resource.path("name").asString()).isEqualTo("vol-a-03-name");
        assertThat(timeline.path("segments")).hasSize(1);
        assertThat(timeline.path("segments").get(0).path("evidence").get(0).asString())
                .isEqualTo("cinder:m-a-3");
    }

    @Test
    void of_a_resource_that_changed_hands_each_sees_its_own_time() {
        JsonNode asA = json(site.get(READER_A, "/api/v1/resources/RegionOne/volume/vol-moved/timeline"));
        JsonNode asB = json(site.get(Site.READER_B, "/api/v1/resources/RegionOne/volume/vol-moved/timeline"));
        JsonNode all = json(site.get(ADMIN, "/api/v1/resources/RegionOne/volume/vol-moved/timeline"));

        assertThat(asA.path("segments")).hasSize(1);
        assertThat(asA.path("segments").get(0).path("from").asString()).isEqualTo("2026-11-20T00:00:00Z");
        assertThat(asB.path("segments")).hasSize(1);
        assertThat(asB.toString()).doesNotContain("moved-to-a").doesNotContain(A);
        assertThat(all.path("segments")).hasSize(2);
    }

    @Test
    void usage_is_summed_exactly_over_the_period() {
        JsonNode usage = json(site.get(READER_A, "/api/v1/usage?type=volume&limit=1&period=" + PERIOD))
                .path("items")
                .get(0);

        assertThat(usage.path("id").asString()).isEqualTo("vol-a-00");
        assertThat(usage.path("to").asString()).isEqualTo("2026-12-01T00:00:00Z");
        assertThat(usage.path("unit_seconds").path("volume.size").asString())
                .isEqualTo(Long.toString(21L * 86_400 * 10));
    }

    @Test
    void a_bill_comes_as_json_html_pdf_and_csv() {
        String path = "/api/v1/bills/" + PERIOD + "/" + A;

        assertThat(json(site.get(READER_A, path)).path("net").asString()).isNotEmpty();
        assertThat(site.get(READER_A, path, "Accept", "text/html").body()).startsWith("<!DOCTYPE html>");
        assertThat(site.get(READER_A, path + "?format=pdf").body()).startsWith("%PDF-");
        assertThat(site.get(READER_A, path, "Accept", "text/csv;q=0.9, text/plain")
                        .body())
                .startsWith("project,account,service_period,");
        assertThat(site.get(READER_A, path, "Accept", "image/png").statusCode()).isEqualTo(406);
    }

    @Test
    void all_bills_are_listed_and_streamed_as_csv() {
        JsonNode bills = json(site.get(ADMIN, "/api/v1/bills/" + PERIOD)).path("items");
        List<String> lines = site.get(ADMIN, "/api/v1/bills/" + PERIOD + "?format=csv")
                .body()
                .lines()
                .toList();

        assertThat(bills.size()).isEqualTo(site.ledger().accounts().all().size());
        assertThat(lines.getFirst()).startsWith("project,account,service_period");
        assertThat(lines).filteredOn(line -> line.startsWith("project,")).hasSize(1);
        assertThat(lines).anyMatch(line -> line.startsWith(A)).anyMatch(line -> line.startsWith(B));
    }

    @Test
    void an_invoice_as_json_is_the_very_text_that_was_frozen() {
        String number = site.invoiceOf(A);

        assertThat(site.get(READER_A, "/api/v1/invoices/" + number).body())
                .isEqualTo(site.ledger().invoices().find(number).orElseThrow().document());
    }

    @Test
    void what_the_caller_has_is_not_sent_again() {
        for (String path : List.of(
                "/api/v1/invoices/" + site.invoiceOf(A),
                "/api/v1/invoices/" + site.invoiceOf(A) + "?format=pdf",
                "/api/v1/accounts/" + A,
                "/api/v1/price-books/special/versions/1",
                "/api/v1/invoices/" + site.invoiceOf(A) + "/lines/1/explanation")) {
            String tag = site.get(READER_A, path).headers().firstValue("ETag").orElseThrow();
            HttpResponse<String> again = site.get(READER_A, path, "If-None-Match", "\"other\", " + tag);

            assertThat(again.statusCode()).as(path).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(again.headers().firstValue("ETag")).hasValue(tag);
        }
    }

    @Test
    void large_answers_are_compressed_for_those_who_take_it() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + site.port() + "/api/v1/invoices/" + site.invoiceOf(A)))
                .header("X-Auth-Token", READER_A)
                .header("Accept-Encoding", "gzip")
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());

            assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
            assertThat(response.headers().firstValue("ETag").orElseThrow()).endsWith("-gzip\"");
            String text = new String(
                    new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes(),
                    StandardCharsets.UTF_8);
            assertThat(text)
                    .isEqualTo(site.ledger()
                            .invoices()
                            .find(site.invoiceOf(A))
                            .orElseThrow()
                            .document());
        }
    }

    @Test
    void an_explanation_leads_from_the_amount_to_the_observations() {
        JsonNode explanation =
                json(site.get(READER_A, "/api/v1/invoices/" + site.invoiceOf(A) + "/lines/1/explanation"));

        assertThat(explanation.path("holds").asBoolean()).isTrue();
        assertThat(explanation
                        .path("charges")
                        .get(0)
                        .path("uses")
                        .get(0)
                        .path("observations")
                        .get(0)
                        .path("event")
                        .asString())
                .isEqualTo("volume.create.end");
        assertThat(site.get(READER_A, "/api/v1/invoices/" + site.invoiceOf(A) + "/lines/99/explanation")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void invoices_are_filtered_and_sorted() {
        List<String> oldest = numbers("/api/v1/invoices?sort=issued_at");

        assertThat(oldest).hasSizeGreaterThan(1);
        assertThat(numbers("/api/v1/invoices?sort=-issued_at")).isEqualTo(oldest.reversed());
        assertThat(numbers("/api/v1/invoices?kind=credit_note")).isEmpty();
        assertThat(numbers("/api/v1/invoices?voided=false&period=" + PERIOD + "&project=" + A))
                .containsExactly(site.invoiceOf(A));
        assertThat(numbers("/api/v1/invoices?period=2026-10")).isEmpty();
    }

    private static List<String> numbers(String path) {
        List<String> numbers = new ArrayList<>();
        json(site.get(ADMIN, path))
                .path("items")
                .forEach(item -> numbers.add(item.path("number").asString()));
        return numbers;
    }

    @Test
    void price_books_are_listed_shown_and_compared() {
        assertThat(json(site.get(ADMIN, "/api/v1/price-books")).path("items")).hasSize(2);
        assertThat(json(site.get(ADMIN, "/api/v1/price-books/special"))
                        .path("version")
                        .asInt())
                .isEqualTo(2);
        assertThat(site.get(ADMIN, "/api/v1/price-books/special/versions/1/source")
                        .body())
                .isEqualTo(Site.book("1.00"));
        JsonNode changes = json(site.get(ADMIN, "/api/v1/price-books/special/versions/2/changes"));
        assertThat(changes.path("changes")).hasSize(1);
        assertThat(changes.path("changes").get(0).path("after").asString()).isEqualTo("1.1");
        assertThat(site.get(ADMIN, "/api/v1/price-books/special/versions/1/changes")
                        .statusCode())
                .isEqualTo(404);
    }
}
