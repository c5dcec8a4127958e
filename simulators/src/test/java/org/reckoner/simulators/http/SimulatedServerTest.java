package org.reckoner.simulators.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SimulatedServerTest {

    private final AtomicInteger done = new AtomicInteger();
    private final SimulatedServer server = SimulatedServer.start(
            0, request -> SimulatedServer.Reply.json(200, "{\"done\": %d}".formatted(done.incrementAndGet())));
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void end() {
        client.shutdownNow();
        server.close();
    }

    @Test
    void answers_as_it_is_told() throws Exception {
        assertThat(post().body()).isEqualTo("{\"done\": 1}");
    }

    @ParameterizedTest
    @CsvSource({
        "ERROR_BEFORE, 500, 0",
        "ERROR_AFTER, 500, 1",
        "THROTTLED, 429, 0",
        "FORBIDDEN, 403, 0",
        "TWICE, 200, 2",
        "PAGE, 200, 0",
        "PAGE_AFTER, 200, 1",
        "EMPTY, 200, 0",
        "NO_CONTENT, 204, 1",
        "EMPTY_OBJECT, 200, 0",
        "REDIRECT, 302, 0",
        "CUT, 200, 1",
        "COMPRESSED, 200, 1",
        "MARKED, 200, 1",
        "ECHO, 500, 0"
    })
    void misbehaves_once_with_an_answer(Trouble trouble, int status, int times) throws Exception {
        server.next(trouble);

        assertThat(post().statusCode()).isEqualTo(status);
        assertThat(done).hasValue(times);
        assertThat(post().statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(names = {"REFUSED_CONNECTION", "LOST_ANSWER", "HALF_ANSWER"})
    void misbehaves_once_without_an_answer(Trouble trouble) throws Exception {
        server.next(trouble);

        assertThatThrownBy(this::post).isInstanceOf(IOException.class);
        assertThat(done).hasValue(trouble == Trouble.REFUSED_CONNECTION ? 0 : 1);
        assertThat(post().statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"CUT, '{\"don'", "EMPTY, ''", "EMPTY_OBJECT, '{}'", "MARKED, '\uFEFF{\"done\": 1}'"})
    void answers_that_are_not_what_was_said(Trouble trouble, String body) throws Exception {
        server.next(trouble);

        assertThat(post().body()).isEqualTo(body);
    }

    @Test
    void an_echo_repeats_what_was_sent() throws Exception {
        server.next(Trouble.ECHO);

        assertThat(post().body()).contains("Content-length: 2").endsWith("{}");
    }

    @Test
    void answers_are_rewritten_until_it_behaves() throws Exception {
        server.rewrite(reply -> SimulatedServer.Reply.json(201, "[]"));
        assertThat(post().statusCode()).isEqualTo(201);

        server.behave();
        assertThat(post().body()).isEqualTo("{\"done\": 2}");
    }

    @Test
    void a_later_request_goes_wrong_and_no_other() throws Exception {
        server.after(2, Trouble.ERROR_BEFORE);

        assertThat(List.of(post().statusCode(), post().statusCode(), post().statusCode(), post().statusCode()))
                .containsExactly(200, 200, 500, 200);
    }

    @Test
    void a_late_answer_comes_after_the_work() throws Exception {
        server.late(Duration.ofMillis(200));
        server.next(Trouble.LATE_ANSWER);

        assertThat(post().body()).isEqualTo("{\"done\": 1}");
    }

    @Test
    void a_share_of_requests_goes_wrong_the_same_each_time() throws Exception {
        server.share(30, 1, List.of(Trouble.ERROR_BEFORE));

        for (int i = 0; i < 200; i++) {
            post();
        }

        assertThat(done).hasValueBetween(110, 170);
    }

    private HttpResponse<String> post() throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.url() + "/x"))
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());
    }
}
