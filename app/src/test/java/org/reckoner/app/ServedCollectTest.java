package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.collect.gnocchi.GnocchiServer;
import org.reckoner.collect.measured.Definition;
import org.reckoner.ledger.observation.Watermark;

/// `reckoner serve` collects measures by itself, and goes on when the store is down.
@Timeout(180)
class ServedCollectTest {

    private static final String NOW = "2026-11-21T12:00:00Z";
    private static final Pattern LISTENS = Pattern.compile("Listening on http://127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    private Path folder = Path.of(".");

    private static int freePort() throws IOException {
        try (ServerSocket briefly = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return briefly.getLocalPort();
        }
    }

    private Path configure(int port) throws IOException {
        return Files.writeString(folder.resolve("reckoner.yaml"), """
                ledger: {url: "jdbc:sqlite:%s"}
                measure:
                  since: 2026-11-21T10:00:00Z
                  gnocchi:
                    url: http://127.0.0.1:%d
                    meters:
                      network.out: {metric: bytes, unit: B, resource-type: port, type: port, history: false}
                """.formatted(folder.resolve("ledger.db"), port));
    }

    private static GnocchiServer measured(int port) {
        return new GnocchiServer(port)
                .group(
                        "bytes",
                        "{\"id\": \"p1\", \"project_id\": \"acme\"}",
                        "[\"2026-11-21T10:00:00+00:00\", 3600.0, 5.0]");
    }

    @Test
    void a_store_that_is_down_is_told_in_the_log_and_the_api_and_one_that_is_up_is_collected() throws Exception {
        int port = freePort();
        List<String> serve = List.of(
                "--config", configure(port).toString(), "--now", NOW, "serve", "--no-authentication", "--port", "0");
        OwnProcess reckoner = new OwnProcess(folder);

        Process down = reckoner.start(serve);
        try {
            await(() -> reckoner.said().contains("gnocchi/network.out: Gnocchi (POST "), reckoner);
            assertThat(reckoner.said())
                    .contains("does not answer: ")
                    .contains("The watermark stays; the next run asks again");
            assertThat(get(reckoner, "/api/v1/watermarks"))
                    .contains("\"source\":\"gnocchi/network.out\"")
                    .doesNotContain("2026-11-21T11:00:00Z");
            assertThat(get(reckoner, "/api/v1/status/2026-10")).contains("gnocchi/network.out");
        } finally {
            stop(down);
        }

        Files.delete(folder.resolve("said.log"));
        try (GnocchiServer gnocchi = measured(port)) {
            Process up = reckoner.start(serve);
            try {
                String watermarks = get(reckoner, "/api/v1/watermarks");
                for (int i = 0; i < 600 && !watermarks.contains("2026-11-21T11:00:00Z"); i++) {
                    Thread.sleep(100);
                    watermarks = get(reckoner, "/api/v1/watermarks");
                }
                assertThat(watermarks)
                        .contains("\"source\":\"gnocchi/network.out\"")
                        .contains("2026-11-21T11:00:00Z");
                assertThat(reckoner.said()).doesNotContain("WARN");
                assertThat(gnocchi.requests()).isNotEmpty();
            } finally {
                stop(up);
            }
        }
    }

    @Test
    void a_store_that_comes_back_is_collected_by_the_same_server() throws Exception {
        int port = freePort();
        Session session = new Session(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
        session.configFile(configure(port));
        session.now(Instant.parse(NOW));
        assertThat(watermark(session)).isEmpty();
        try (session;
                Rounds rounds = new Rounds()) {
            CollectingRounds.start(session, rounds, new CollectingRounds.Pace(Duration.ofMillis(20), Duration.ZERO));
            await(() -> watermark(session).isPresent(), rounds);
            assertThat(watermark(session).orElseThrow().completeUntil()).isEmpty();
            try (GnocchiServer gnocchi = measured(port)) {
                await(() -> watermark(session).flatMap(Watermark::completeUntil).isPresent(), gnocchi);
                assertThat(watermark(session).orElseThrow().completeUntil())
                        .hasValue(Instant.parse("2026-11-21T11:00:00Z"));
            }
        }
    }

    @Test
    void a_meter_that_is_stuck_is_asked_later_and_later_and_the_others_meanwhile_as_ever() throws IOException {
        int port = freePort();
        Path configuration = configure(port);
        Files.writeString(
                configuration,
                "      typo: {metric: bites, unit: B, resource-type: port, type: port, history: false}\n",
                StandardOpenOption.APPEND);
        try (Session session = new Session(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
                GnocchiServer gnocchi = measured(port)) {
            session.configFile(configuration);
            assertThat(askedAt(session, "12:00:00")).containsExactly("network.out", "typo");
            assertThat(askedAt(session, "12:04:59")).isEmpty();
            assertThat(askedAt(session, "12:05:00")).containsExactly("typo");
            assertThat(askedAt(session, "12:14:59")).isEmpty();
            assertThat(askedAt(session, "12:15:00")).containsExactly("typo");
            assertThat(askedAt(session, "12:35:00")).containsExactly("typo");
            gnocchi.group(
                    "bytes",
                    "{\"id\": \"p2\", \"project_id\": \"acme\"}",
                    "[\"2026-11-21T11:00:00+00:00\", 3600.0, 5.0]");
            assertThat(askedAt(session, "13:00:00")).containsExactly("network.out");
            assertThat(askedAt(session, "13:15:00")).containsExactly("typo");
            assertThat(askedAt(session, "14:14:59")).containsExactly("network.out");
            assertThat(askedAt(session, "14:15:00")).containsExactly("typo");
        }
    }

    /// What is due at a time of the day, and asked for then.
    private static List<String> askedAt(Session session, String time) {
        session.now(Instant.parse("2026-11-21T%sZ".formatted(time)));
        Stores stores = new Stores(session);
        Stores.Ready ready = stores.open(stores.measuring().stores().getFirst(), Optional.empty());
        Collecting collecting = stores.collecting(Optional.empty(), Optional.empty(), false);
        List<Definition> due = collecting.due(ready.store(), ready.definitions(), false);
        collecting.run(ready.store(), due, windows -> {});
        return due.stream().map(Definition::meter).toList();
    }

    private static Optional<Watermark> watermark(Session session) {
        return session.ledger().watermarks().find(new Watermark.Scope("gnocchi/network.out", "RegionOne"));
    }

    private static void await(BooleanSupplier is, Object what) throws InterruptedException {
        Instant until = Instant.now().plusSeconds(60);
        while (!is.getAsBoolean()) {
            assertThat(Instant.now())
                    .as(() -> what instanceof OwnProcess process ? process.said() : what.toString())
                    .isBefore(until);
            Thread.sleep(20);
        }
    }

    private static void stop(Process process) throws InterruptedException {
        process.toHandle().destroy();
        process.waitFor();
    }

    private static String get(OwnProcess reckoner, String path) throws Exception {
        await(() -> LISTENS.matcher(reckoner.said()).find(), reckoner);
        Matcher listens = LISTENS.matcher(reckoner.said());
        assertThat(listens.find()).isTrue();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:%s%s".formatted(listens.group(1), path)))
                    .build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer.body();
        }
    }
}
