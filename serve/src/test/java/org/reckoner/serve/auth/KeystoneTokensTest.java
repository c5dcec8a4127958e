package org.reckoner.serve.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reckoner.serve.http.Problem;

/// Against a web server that answers as Keystone does; the live tests ask a real one.
class KeystoneTokensTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);

    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer keystone = server();
    private volatile int status = 200;
    private volatile String roles = "member";
    private volatile String expires = "2026-11-21T13:00:00.000000Z";

    @BeforeEach
    void start() {
        keystone.createContext("/v3/auth/tokens", exchange -> {
            asked.incrementAndGet();
            byte[] body = """
                    {"token": {"methods": ["password"], "expires_at": "%s", "issued_at": "2026-11-21T11:00:00.000000Z",
                     "user": {"id": "u1", "name": "ann", "domain": {"id": "default", "name": "Default"}},
                     "project": {"id": "p1", "name": "acme", "domain": {"id": "default", "name": "Default"}},
                     "roles": [{"id": "r1", "name": "%s"}]}}
                    """.formatted(expires, roles).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, status == 200 ? body.length : -1);
            if (status == 200) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        keystone.start();
    }

    @AfterEach
    void stop() {
        keystone.stop(0);
    }

    @Test
    void a_valid_token_says_who_calls_and_for_which_project() {
        Caller caller = tokens().caller(Optional.of("gAAAA"));

        assertThat(caller).isEqualTo(new Caller("ann", Optional.of("p1"), Caller.Role.READER));
        assertThat(caller.sees("p1")).isTrue();
        assertThat(caller.sees("p2")).isFalse();
    }

    @Test
    void role_names_are_compared_as_keystone_does_without_regard_to_case() {
        roles = "Admin";

        assertThat(tokens().caller(Optional.of("gAAAA")).isAdmin()).isTrue();
    }

    @Test
    void a_token_without_a_role_that_counts_may_nothing() {
        roles = "swiftoperator";

        Caller caller = tokens().caller(Optional.of("gAAAA"));

        assertThat(caller.may(Access.READER)).isFalse();
        assertThat(caller.sees("p1")).isFalse();
    }

    @Test
    void keystone_is_asked_once_for_a_token_and_again_for_another() {
        KeystoneTokens tokens = tokens();
        for (int i = 0; i < 10; i++) {
            tokens.caller(Optional.of("gAAAA"));
        }
        tokens.caller(Optional.of("gBBBB"));

        assertThat(asked).hasValue(2);
    }

    @Test
    void a_refused_token_is_not_authenticated_and_not_asked_for_again_at_once() {
        status = 404;
        KeystoneTokens tokens = tokens();

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> tokens.caller(Optional.of("gAAAA")))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.status()).isEqualTo(401));
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void an_expired_token_is_not_authenticated_even_if_keystone_shows_it() {
        expires = "2026-11-21T11:59:59.000000Z";

        assertThatThrownBy(() -> tokens().caller(Optional.of("gAAAA")))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(401));
    }

    @Test
    void an_outage_of_keystone_is_no_open_door() {
        status = 500;
        KeystoneTokens tokens = tokens();

        assertThatThrownBy(() -> tokens.caller(Optional.of("gAAAA"))).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(503);
            assertThat(problem.detail()).doesNotContain("gAAAA").doesNotContain("127.0.0.1");
        });
        status = 200;
        assertThat(tokens.caller(Optional.of("gAAAA")).name()).isEqualTo("ann");
    }

    @Test
    void a_keystone_that_is_not_there_is_an_outage_too() {
        KeystoneTokens tokens = tokens();
        keystone.stop(0);

        assertThatThrownBy(() -> tokens.caller(Optional.of("gAAAA")))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(503));
    }

    @Test
    void a_request_without_a_token_or_with_one_that_is_no_header_value_is_refused_without_asking() {
        for (Optional<String> token :
                java.util.List.of(Optional.<String>empty(), Optional.of(" "), Optional.of("a\r\nX-Roles: admin"))) {
            assertThatThrownBy(() -> tokens().caller(token))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.status()).isEqualTo(401));
        }
        assertThat(asked).hasValue(0);
    }

    private KeystoneTokens tokens() {
        URI url = URI.create(
                "http://127.0.0.1:%d/v3".formatted(keystone.getAddress().getPort()));
        return new KeystoneTokens(KeystoneSettings.of(url), HttpClient.newHttpClient(), CLOCK);
    }

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
