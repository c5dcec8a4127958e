package org.reckoner.deliver.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.Undelivered;

final class SiteTest {

    private static final byte[] BODY = "{\"price\": 0.10}".getBytes(UTF_8);

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @SuppressWarnings("NullAway.Init")
    private Site site;

    @BeforeEach
    void begin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        site = new Site(settings("PT1S"));
    }

    @AfterEach
    void end() {
        site.close();
        server.stop(0);
    }

    @Test
    void a_number_is_read_as_it_is_written() throws Exception {
        answers(200, "");

        assertThat(get().json().get("price").decimalValue()).isEqualTo("0.10");
    }

    @Test
    void a_refusal_is_an_answer() throws Exception {
        answers(404, "");

        assertThat(get().status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 401, 403, 500, 502, 503})
    void what_may_pass_is_unavailable(int status) {
        answers(status, "");

        assertThatThrownBy(this::get)
                .isInstanceOf(Undelivered.Unavailable.class)
                .hasMessageContaining(String.valueOf(status));
    }

    @ParameterizedTest
    @CsvSource({"429, 7", "503, 7"})
    void who_asks_to_be_left_alone_is(int status, String seconds) {
        answers(status, seconds);

        assertThatThrownBy(this::get)
                .isInstanceOfSatisfying(
                        Undelivered.Throttled.class,
                        throttled -> assertThat(throttled.pause()).isEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void an_answer_that_drips_is_given_up_in_time() {
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, BODY.length);
            for (byte each : BODY) {
                exchange.getResponseBody().write(each);
                exchange.getResponseBody().flush();
                pause();
            }
            exchange.close();
        });

        assertThatThrownBy(this::get)
                .isInstanceOf(Undelivered.Unavailable.class)
                .hasMessageContaining("no whole answer within PT1S");
        assertThat(Thread.currentThread().isInterrupted())
                .as("an interruption that is left behind")
                .isFalse();
    }

    @Test
    void who_is_interrupted_while_waiting_stays_so() {
        server.createContext("/", exchange -> pause());
        Thread.currentThread().interrupt();

        assertThatThrownBy(this::get)
                .isInstanceOf(Undelivered.Unavailable.class)
                .hasMessageContaining("interrupted while waiting");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void half_an_answer_is_none() {
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, BODY.length);
            exchange.getResponseBody().write(BODY, 0, 5);
            exchange.getResponseBody().flush();
            exchange.close();
        });

        assertThatThrownBy(this::get).isInstanceOf(Undelivered.Unavailable.class);
    }

    @Test
    void of_json_that_is_not_whole_only_what_stands_before_it_is_shown() {
        Answer warned = new Answer(
                "POST shop/api.php",
                200,
                HttpHeaders.of(Map.of(), (name, value) -> true),
                "Deprecated: x in y.php\n{\"id\": 1, \"username\": \"ada\", \"password\": \"hunter2".getBytes(UTF_8),
                List.of());

        assertThatThrownBy(warned::json)
                .hasMessageContaining("Deprecated: x in y.php … (72 bytes)")
                .hasMessageNotContaining("hunter2");
        assertThat(warned.summary()).contains("\"password\": \"(secret)\"").doesNotContain("hunter2");
    }

    @Test
    void what_is_not_json_is_shown() {
        server.createContext("/", exchange -> {
            byte[] page = "<html>Down for\n maintenance".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });

        assertThatThrownBy(() -> get().json())
                .isInstanceOf(Undelivered.Unavailable.class)
                .hasMessageContaining("<html>Down for maintenance");
    }

    @Test
    void what_was_compressed_though_nobody_asked_is_read() throws Exception {
        answers("gzip", compressed(BODY));

        assertThat(get().text()).isEqualTo("{\"price\": 0.10}");
    }

    @Test
    void what_was_compressed_and_is_not_whole_is_no_answer() throws Exception {
        byte[] whole = compressed(BODY);
        answers("gzip", Arrays.copyOf(whole, whole.length - 4));

        assertThatThrownBy(this::get)
                .isInstanceOf(Undelivered.Unavailable.class)
                .hasMessageContaining("not whole in gzip");
    }

    @Test
    void what_was_compressed_in_another_way_is_said() {
        answers("br", BODY);

        assertThatThrownBy(this::get)
                .isInstanceOf(Undelivered.Unavailable.class)
                .hasMessageContaining("the encoding 'br', which was not asked for");
    }

    @Test
    void an_answer_that_repeats_a_secret_is_told_without_it() {
        server.createContext("/", exchange -> {
            byte[] page = "you sent key=hush&hush as hush%26hush".getBytes(UTF_8);
            exchange.sendResponseHeaders(500, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        try (Site knowing = new Site(settings("PT1S"), "hush", "hush&hush")) {
            assertThatThrownBy(() -> knowing.send(knowing.request("/").build()))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageEndingWith("failed (500: you sent key=(secret) as (secret))");
        }
    }

    private static byte[] compressed(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    private void answers(String encoding, byte[] body) {
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Content-Encoding", encoding);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    @Test
    void messages_hold_no_query() {
        answers(500, "");

        assertThatThrownBy(() -> site.send(site.request("/api?secret=hush").build()))
                .hasMessageContaining("/api")
                .hasMessageNotContaining("hush");
    }

    @Test
    void nobody_there_is_unavailable() {
        server.stop(0);

        assertThatThrownBy(this::get).isInstanceOf(Undelivered.Unavailable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"billing.example.org", "ftp://billing", "https://u:p@billing", "https://billing/?a=b", "x y"})
    void an_address_that_is_none_is_refused(String url) {
        AdapterSettings settings = AdapterSettings.of("shop", Map.of("url", url));

        assertThatThrownBy(() -> new Site(settings))
                .isInstanceOf(BadAdapter.class)
                .hasMessageStartingWith("shop: 'url'");
    }

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "120, PT2M",
        "'Sat, 21 Nov 2026 12:00:30 GMT', PT30S",
        "'Sat, 21 Nov 2026 11:00:00 GMT', PT-1H"
    })
    void retry_after_is_seconds_or_a_date(String text, Duration pause) {
        assertThat(Site.pause(text, Optional.of("Sat, 21 Nov 2026 12:00:00 GMT")))
                .contains(pause);
    }

    private void answers(int status, String retryAfter) {
        server.createContext("/", exchange -> {
            if (!retryAfter.isEmpty()) {
                exchange.getResponseHeaders().add("Retry-After", retryAfter);
            }
            exchange.sendResponseHeaders(status, BODY.length);
            exchange.getResponseBody().write(BODY);
            exchange.close();
        });
    }

    private Answer get() throws Undelivered {
        return site.send(site.request("/").build());
    }

    private AdapterSettings settings(String timeout) {
        return AdapterSettings.of(
                "shop", Map.of("url", "http://127.0.0.1:" + server.getAddress().getPort(), "timeout", timeout));
    }

    private static void pause() {
        try {
            Thread.sleep(300);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
