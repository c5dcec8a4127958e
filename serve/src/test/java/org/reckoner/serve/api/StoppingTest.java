package org.reckoner.serve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reckoner.serve.api.Site.ADMIN;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.reckoner.ledger.observation.DeadLetter;

class StoppingTest {

    @Test
    void a_request_under_way_ends_and_then_the_port_closes() throws Exception {
        try (Site site = new Site()) {
            site.ledger()
                    .intake()
                    .take(
                            List.of(),
                            List.of(new DeadLetter.Fresh(
                                    "test", Optional.empty(), Optional.empty(), "odd", Site.SLOW)));
            int port = site.port();
            CompletableFuture<HttpResponse<String>> request =
                    CompletableFuture.supplyAsync(() -> site.post(ADMIN, "/api/v1/dead-letters/3/replay", ""));
            Thread.sleep(1_000);
            Thread stopping = Thread.ofPlatform().start(site.server()::close);

            HttpResponse<String> answer = request.get(30, TimeUnit.SECONDS);

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("of_no_concern");
            assertThat(stopping.join(Duration.ofSeconds(20))).isTrue();
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port))
                    .isInstanceOf(IOException.class);
        }
    }
}
