package org.reckoner.serve.ceilometer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.invoice.InvoiceRules;
import org.reckoner.serve.Server;
import org.reckoner.serve.ServerSettings;
import org.reckoner.serve.api.Reread;
import org.reckoner.serve.auth.KeystoneSettings;
import org.reckoner.serve.heart.HeartSettings;

/// Who may post what Ceilometer publishes. Keystone is not there: a token could not be checked.
class PublicationsTest {

    @TempDir
    private Path folder = Path.of(".");

    private final List<String> posted = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init")
    private Ledger ledger;

    @SuppressWarnings("NullAway.Init")
    private Server server;

    @BeforeEach
    void start() {
        ledger = Ledger.over(
                Database.open("jdbc:sqlite:" + folder.resolve("ledger.db"), Optional.empty(), Optional.empty()),
                InvoiceRules.USUAL,
                Clock.systemUTC());
        server = new Server(
                new ServerSettings(
                        ServerSettings.LOOPBACK,
                        0,
                        Optional.of(KeystoneSettings.of(URI.create("http://127.0.0.1:1/v3"))),
                        HeartSettings.USUAL),
                ledger,
                Clock.systemUTC(),
                letter -> new Reread.Refused("not asked"),
                Optional.of(new Publications(
                        Optional.of(new Publications.Publisher("ceilometer", "hush:hush")), body -> {
                            posted.add(new String(body, StandardCharsets.UTF_8));
                            return new Publications.Taken(1, 2, 3, 4);
                        })));
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        ledger.close();
        client.close();
    }

    private HttpResponse<String> post(String path, Optional<String> nameAndPassword, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        nameAndPassword.ifPresent(both -> request.header(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8))));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void the_configured_name_and_password_may_post() throws Exception {
        HttpResponse<String> answer = post("/ceilometer", Optional.of("ceilometer:hush:hush"), "[{}]");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"added\":1,\"known\":2,\"ignored\":3,\"refused\":4}");
        assertThat(posted).containsExactly("[{}]");
    }

    @Test
    void anything_else_may_not() throws Exception {
        for (String wrong : List.of("ceilometer:hush", "admin:hush:hush", "", ":", "ceilometer:")) {
            assertThat(post("/ceilometer", Optional.of(wrong), "[]").statusCode())
                    .as(wrong)
                    .isEqualTo(401);
        }
        assertThat(post("/ceilometer", Optional.empty(), "[]").statusCode()).isEqualTo(401);
        assertThat(posted).isEmpty();
    }

    @Test
    void they_open_no_other_door() throws Exception {
        assertThat(post("/v2/event", Optional.of("ceilometer:hush:hush"), "[]").statusCode())
                .isEqualTo(401);
        assertThat(post("/api/v1/drafts", Optional.of("ceilometer:hush:hush"), "{}")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void what_is_no_list_is_refused() throws Exception {
        assertThat(post("/ceilometer", Optional.of("ceilometer:hush:hush"), "\"text\"")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/ceilometer", Optional.of("ceilometer:hush:hush"), "").statusCode())
                .isEqualTo(400);
    }
}
