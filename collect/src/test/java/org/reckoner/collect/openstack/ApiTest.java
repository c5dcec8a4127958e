package org.reckoner.collect.openstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reckoner.collect.measured.JsonWalk;
import tools.jackson.core.JsonToken;

/// Answers that are read while they come in: what becomes of them when the service, the connection or the
/// token fails.
@Timeout(60)
class ApiTest {

    private static final Instant NOW = Instant.parse("2026-11-21T18:10:00Z");
    private static final String MEASURES = "/metric/v1/aggregates";

    private final RecordedCloud recorded = new RecordedCloud();
    private final List<Duration> waits = new ArrayList<>();
    private final List<String> read = new ArrayList<>();

    @AfterEach
    void stop() {
        recorded.close();
    }

    /// Asks three times, and lets an answer pause for a second.
    private Api gnocchi() {
        Patience patience = new Patience(3, Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofSeconds(1));
        TreeMap<String, URI> overrides = new TreeMap<>();
        overrides.put("metric", URI.create(recorded.url() + "/metric"));
        Cloud cloud = new Cloud(
                "test",
                recorded.authUrl(),
                OpenStackTest.admin("admin"),
                Optional.of("RegionOne"),
                Cloud.Interface.PUBLIC,
                Optional.empty(),
                true,
                overrides);
        OpenStack openStack = OpenStack.of(cloud, Clock.fixed(NOW, ZoneOffset.UTC), waits::add, patience);
        return Api.of(() -> openStack, Service.GNOCCHI);
    }

    /// Reads a list of texts; what is in it by then is in `read`, also if the answer breaks off.
    private List<String> texts(InputStream answer) {
        List<String> texts = new ArrayList<>();
        try (JsonWalk json = new JsonWalk("Gnocchi", answer)) {
            json.next();
            json.expect(JsonToken.START_ARRAY, "a list");
            while (json.more(JsonToken.END_ARRAY)) {
                texts.add(json.text("a text"));
                read.add(texts.getLast());
            }
            json.end();
        }
        return texts;
    }

    private List<String> ask(Api api) {
        return switch (api.ask(Api.Question.post("/aggregates?start=now", "{}"), this::texts)) {
            case Api.Reply.Fine<List<String>>(List<String> texts, Optional<String> link) -> texts;
            case Api.Reply.Refused<List<String>>(int status, String reason) -> List.of(status + " " + reason);
        };
    }

    /// What befalls the requests for measures, one after the other.
    private void then(RecordedCloud.Trouble... troubles) {
        for (int i = 0; i < troubles.length; i++) {
            recorded.trouble(MEASURES, i, troubles[i]);
        }
    }

    private static RecordedCloud.Trouble fine() {
        return RecordedCloud.text(200, "[\"a\", \"b\"]");
    }

    private static void begin(HttpExchange exchange, String text, long promised) throws IOException {
        exchange.sendResponseHeaders(200, promised);
        exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
    }

    @Test
    void a_token_that_is_revoked_is_replaced_and_the_question_asked_again() {
        then(
                fine(),
                exchange -> {
                    recorded.forgetTokens();
                    RecordedCloud.status(401).befall(exchange);
                },
                exchange -> {
                    read.add(exchange.getRequestHeaders().getFirst("X-Auth-Token"));
                    fine().befall(exchange);
                });
        Api api = gnocchi();
        ask(api);
        read.clear();

        assertThat(ask(api)).containsExactly("a", "b");
        assertThat(read.getFirst()).startsWith("token-");
        assertThat(recorded.requestsFor("POST /identity")).isEqualTo(2);
        assertThat(waits).isEmpty();
    }

    @Test
    void a_fresh_token_that_is_refused_is_told_and_not_replaced_for_ever() {
        then(RecordedCloud.status(401), RecordedCloud.text(401, "{\"error\": {\"message\": \"no\"}}"));

        assertThatThrownBy(() -> ask(gnocchi()))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("cloud test: Gnocchi refuses a token that Keystone has just given: 401")
                .hasMessageContaining("no");
        assertThat(recorded.requestsFor(MEASURES)).isEqualTo(2);
    }

    @Test
    void an_answer_whose_connection_is_cut_is_asked_for_again_from_the_beginning() {
        then(
                exchange -> {
                    begin(exchange, "[\"a\", \"b\", ", 1000);
                    throw new IOException("the connection is cut");
                },
                fine());

        assertThat(ask(gnocchi())).containsExactly("a", "b");
        assertThat(waits).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void connections_that_are_cut_each_time_are_given_up_with_what_was_tried() {
        RecordedCloud.Trouble cut = exchange -> {
            begin(exchange, "[\"a\", ", 1000);
            throw new IOException("the connection is cut");
        };
        then(cut, cut, cut);

        assertThatThrownBy(() -> ask(gnocchi()))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("Gnocchi (POST " + recorded.url() + MEASURES + ") broke off while it answered: ")
                .hasMessageEndingWith("tried 3 times");
    }

    @Test
    void half_a_list_in_a_whole_response_is_no_answer() {
        RecordedCloud.Trouble half = RecordedCloud.text(200, "[\"a\"");
        then(half, half, half);

        assertThatThrownBy(() -> ask(gnocchi()))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("answered with something that is not JSON, or not all of it; tried 3 times");
    }

    @Test
    void an_answer_that_stalls_is_left_and_asked_for_again() {
        then(
                exchange -> {
                    begin(exchange, "[\"a\", ", 0);
                    pause(Duration.ofSeconds(5));
                },
                fine());

        assertThat(ask(gnocchi())).containsExactly("a", "b");
        assertThat(read).containsExactly("a", "a", "b");
    }

    @Test
    void answers_that_always_stall_are_given_up_with_the_reason() {
        RecordedCloud.Trouble stalls = exchange -> {
            begin(exchange, "[\"a\", ", 0);
            pause(Duration.ofSeconds(5));
        };
        then(stalls, stalls, stalls);

        assertThatThrownBy(() -> ask(gnocchi()))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("broke off while it answered: the answer stalled for 1 s; tried 3 times");
    }

    @Test
    void a_reader_that_takes_its_time_is_no_stall() {
        then(fine());
        Api.Reply<Integer> reply = gnocchi().ask(Api.Question.get("/aggregates"), answer -> {
            int first = answer.read();
            pause(Duration.ofMillis(1600));
            return first + answer.readAllBytes().length;
        });

        assertThat(reply).isEqualTo(new Api.Reply.Fine<>('[' + 9, Optional.empty()));
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_busy_service_is_asked_again_when_it_says() {
        then(
                RecordedCloud.status(429, "Retry-After", "7"),
                RecordedCloud.status(503, "Retry-After", "Sat, 21 Nov 2026 18:10:20 GMT"),
                fine());

        assertThat(ask(gnocchi())).containsExactly("a", "b");
        assertThat(waits).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(20));
    }

    @Test
    void a_service_that_stays_broken_is_given_up_with_its_own_words_without_secrets() {
        RecordedCloud.Trouble broken =
                RecordedCloud.text(500, "{\"title\": \"no index\", \"password\": \"hush-hush\"}");
        then(broken, RecordedCloud.status(502), broken);

        assertThatThrownBy(() -> ask(gnocchi()))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("answered 500")
                .hasMessageContaining("no index")
                .hasMessageEndingWith("tried 3 times")
                .message()
                .doesNotContain("hush-hush");
    }

    @Test
    void a_refusal_is_asked_once_and_its_words_are_shortened() {
        then(RecordedCloud.text(400, "\"" + "x".repeat(1_000_000) + "\""));

        assertThat(ask(gnocchi())).singleElement().asString().startsWith("400 ").hasSizeLessThan(320);
        assertThat(recorded.requestsFor(MEASURES)).isEqualTo(1);
    }

    @Test
    void an_answer_longer_than_the_memory_is_read_as_it_comes() {
        long elements = 4_000_000;
        then(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write('[');
                byte[] many = "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\", "
                        .repeat(1000)
                        .getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < elements / 1000; i++) {
                    body.write(many);
                }
                body.write("\"end\"]".getBytes(StandardCharsets.UTF_8));
            }
        });

        Api.Reply<Long> counted = gnocchi().ask(Api.Question.get("/aggregates"), answer -> {
            long count = 0;
            try (JsonWalk json = new JsonWalk("Gnocchi", answer)) {
                json.next();
                while (json.more(JsonToken.END_ARRAY)) {
                    count++;
                }
            }
            return count;
        });

        assertThat(counted).isEqualTo(new Api.Reply.Fine<>(elements + 1, Optional.empty()));
    }

    @Test
    void what_is_not_as_the_api_says_is_told_with_its_place_and_not_asked_again() {
        then(RecordedCloud.text(200, "[\"a\",\n 5]"));

        assertThatThrownBy(() -> ask(gnocchi()))
                .isInstanceOf(CloudFailure.class)
                .hasMessage("Gnocchi did not answer as its API says: expected a text at line 2, column 2");
        assertThat(recorded.requestsFor(MEASURES)).isEqualTo(1);
    }
}
