package org.reckoner.serve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reckoner.serve.api.Site.A;
import static org.reckoner.serve.api.Site.ADMIN;
import static org.reckoner.serve.api.Site.PERIOD;
import static org.reckoner.serve.api.Site.READER_A;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever is sent, the answer is a clear 4xx: no 500, no stack trace, nothing of what is another's.
class HostileInputTest {

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

    private static void assertRefused(String what, HttpResponse<String> response) {
        assertRefused(what, response.statusCode(), response.body());
    }

    private static void assertRefused(String what, int status, String body) {
        assertThat(status).as("%s: %s", what, body).isBetween(400, 499);
        assertThat(body)
                .as(what)
                .doesNotContain("Exception")
                .doesNotContain("at org.")
                .doesNotContain("at java.")
                .doesNotContain("SELECT")
                .doesNotContain("<html");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"period\": ",
                "nonsense",
                "null",
                "[1]",
                "\"2026-11\"",
                "{\"period\": 2026}",
                "{\"period\": null}",
                "{\"period\": \"2026-00\"}",
                "{\"period\": \"2026-13\"}",
                "{\"period\": \"+999999999-01\"}",
                "{\"period\": \"0001-01\"}",
                "{\"period\": \"1970-01-01..2026-01-01\"}",
                "{\"period\": \"2026-11-02..2026-11-01\"}",
                "{\"period\": \"2026-11\", \"project\": {\"a\": 1}}",
                "{\"period\": \"2026-11\", \"project\": \"nobody\"}",
                "{\"period\": \"2026-11\"} {}",
                "{\"period\": 1e999999999}",
                "{\"period\": \"2026-11\\u0000\"}",
                "{\"period\": \"2026-11'; DROP TABLE invoice; --\"}"
            })
    void a_body_that_makes_no_sense_is_refused(String body) {
        assertRefused(body, site.post(ADMIN, "/api/v1/drafts", body));
        assertRefused(body, site.post(ADMIN, "/api/v1/invoices", body));
    }

    @Test
    void deep_nesting_huge_numbers_and_huge_bodies_are_refused() {
        String deep = "{\"period\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        String number = "{\"period\": " + "9".repeat(1_000_000) + "}";
        String text = "{\"period\": \"" + "x".repeat(5_000_000) + "\"}";

        assertRefused("deep", site.post(ADMIN, "/api/v1/drafts", deep));
        assertRefused("number", site.post(ADMIN, "/api/v1/drafts", number));
        assertRefused("text", site.post(ADMIN, "/api/v1/drafts", text));
        for (String yaml : List.of(
                "[".repeat(100_000),
                "a: ".repeat(50_000),
                "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c]",
                "price-book: x\ncurrency: EUR\nprices:\n  - {id: v, item: V, meter: server, per: server hour, price: 1e999999999}",
                "price-book: x\ncurrency: EUR\nprices:\n  - {id: v, item: V, meter: server, per: server hour, price: "
                        + "9".repeat(1_000_000) + "}",
                "!!java.net.URL [\"http://localhost\"]",
                "\u0001",
                "x".repeat(3_000_000))) {
            assertRefused(
                    yaml.substring(0, Math.min(yaml.length(), 60)),
                    site.send("POST", ADMIN, "/api/v1/price-books", Optional.of(yaml), "Content-Type", "text/yaml"));
        }
    }

    @Test
    void a_body_that_announces_too_much_is_refused_before_it_arrives() throws IOException {
        Raw answer =
                raw("POST /api/v1/drafts HTTP/1.1\r\nHost: x\r\nX-Auth-Token: %s\r\nContent-Type: application/json\r\n"
                                .formatted(ADMIN)
                        + "Content-Length: 99999999999\r\nConnection: close\r\n\r\n");

        assertRefused("announced", answer.status(), answer.text());
        assertThat(answer.status()).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "application/jsonx",
                ";;;",
                "application/json\tx"
            })
    void a_wrong_content_type_is_refused(String type) {
        HttpResponse<String> response = site.send(
                "POST", ADMIN, "/api/v1/drafts", Optional.of("{\"period\": \"2026-11\"}"), "Content-Type", type);

        assertRefused(type, response);
        assertThat(response.statusCode()).isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/bills/2026-00",
                "/api/v1/bills/2026-13",
                "/api/v1/bills/2026-1",
                "/api/v1/bills/9999-12-31..9999-12-31",
                "/api/v1/bills/+999999999-01",
                "/api/v1/usage?period=2026-13",
                "/api/v1/usage?period=" + PERIOD + "&project=%00",
                "/api/v1/resources?type=%00",
                "/api/v1/resources?type=a%00b",
                "/api/v1/resources?%00=b",
                "/api/v1/invoices/%00",
                "/api/v1/invoices/INV-2026-000001'%20OR%20'1'='1",
                "/api/v1/invoices/%27%20OR%201=1%20--",
                "/api/v1/invoices/1/lines/0/explanation",
                "/api/v1/accounts/" + A + "'--",
                "/api/v1/accounts/" + A + "%20",
                "/api/v1/accounts/%0d%0aSet-Cookie:%20a=b",
                "/api/v1/resources/%20/%20/%20",
                "/api/v1/resources/a/b/c%0d%0aX-Injected:%20yes",
                "/api/v1/dead-letters/99999999999999999999999",
                "/api/v1/dead-letters/-1",
                "/api/v1/price-books/special/versions/99999999999",
                "/api/v1/price-books/special/versions/0",
                "/api/v1/price-books/..",
                "/api/v1/price-books/../../etc/passwd",
                "/api/v1/audit/../../../etc/passwd",
                "/api/v1/invoices/..%2f..%2fetc%2fpasswd",
                "/api/v1/invoices/%2e%2e",
                "/api/v1/invoices/%2e%2e/%2e%2e",
                "/api//v1/whoami",
                "//api/v1/whoami",
                "/api/v1/whoami;x=y",
                "/api/v1/whoami%3b",
                "/api/v1/whoami%",
                "/api/v1/whoami%zz",
                "/api/v1/invoices/%ff%fe",
                "/api/v1/invoices/%c0%af",
                "/api/v1/accounts?limit=%zz",
                "/api/v1/accounts?limit=%ff",
                "/api/v1/accounts?limit=1%00",
                "/api/v1/accounts?sort=name",
                "/api/v2/whoami",
                "/etc/passwd",
                "/api/v1/accounts?cursor=" + "A"
            })
    void a_path_or_query_that_means_harm_is_refused(String path) throws IOException {
        Raw answer = raw(
                "GET %s HTTP/1.1\r\nHost: x\r\nX-Auth-Token: %s\r\nConnection: close\r\n\r\n".formatted(path, ADMIN));

        assertRefused(path, answer.status(), answer.text());
        assertThat(answer.text().toLowerCase(java.util.Locale.ROOT))
                .doesNotContain("\r\nset-cookie")
                .doesNotContain("\r\nx-injected");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/v1/whoami HTTP/1.1\r\nHost: x\r\nX-Auth-Token: a\r\nX-Auth-Token: b\r\nConnection: close\r\n\r\n",
                "GET /api/v1/whoami HTTP/1.1\r\nHost: x\r\nX-Auth-Token: \u00e9\u00e9\r\nConnection: close\r\n\r\n",
                "GET /api/v1/whoami HTTP/1.1\r\nConnection: close\r\n\r\n",
                "GET /api/v1/whoami HTTP/9.9\r\nHost: x\r\n\r\n",
                "GET http://[bad/api HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "TRACE /api/v1/whoami HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "BREW /api/v1/whoami HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "DELETE /api/v1/accounts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                "POST /api/v1/drafts HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\nConnection: close\r\n\r\n",
                "POST /api/v1/drafts HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n",
                "nonsense\r\n\r\n"
            })
    void a_request_that_is_hardly_http_is_refused(String request) throws IOException {
        Raw answer = raw(request);

        assertThat(answer.status()).as(answer.text()).isBetween(400, 505).isNotEqualTo(500);
        assertThat(answer.text()).doesNotContain("Exception").doesNotContain("at org.");
    }

    @Test
    void headers_too_large_are_refused() throws IOException {
        Raw answer = raw("GET /api/v1/whoami HTTP/1.1\r\nHost: x\r\nX-Auth-Token: %s\r\nConnection: close\r\n\r\n"
                .formatted("x".repeat(100_000)));

        assertThat(answer.status()).isEqualTo(431);
        assertThat(answer.text()).doesNotContain("Exception");
    }

    @Test
    void hostile_names_are_data_and_nothing_else() {
        String name = "<script>alert(1)</script> =cmd|' /C calc'!A0 ${jndi:ldap://x} '; DROP TABLE account; --";
        site.send(
                "PUT",
                ADMIN,
                "/api/v1/accounts/hostile",
                Optional.of("{\"name\": \"%s\", \"price_book\": \"special\"}".formatted(name)),
                "If-Match-None",
                "*",
                "If-None-Match",
                "*",
                "Content-Type",
                "application/json");

        assertThat(Site.json(site.get(ADMIN, "/api/v1/accounts/hostile"))
                        .path("name")
                        .asString())
                .isEqualTo(name);
        HttpResponse<String> page = site.get(ADMIN, "/api/v1/bills/" + PERIOD + "/hostile?format=html");
        assertThat(page.body()).doesNotContain("<script>alert");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("sandbox");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    }

    @Test
    void many_idle_and_slow_connections_hold_up_nobody() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.port());
                if (i % 2 == 0) {
                    socket.getOutputStream()
                            .write(
                                    ("POST /api/v1/drafts HTTP/1.1\r\nHost: x\r\nX-Auth-Token: %s\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
                                                    .formatted(ADMIN))
                                            .getBytes(StandardCharsets.US_ASCII));
                }
                sockets.add(socket);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(site.get(READER_A, "/api/v1/whoami").statusCode()).isEqualTo(200);
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        assertThat(site.get(READER_A, "/api/v1/whoami").statusCode()).isEqualTo(200);
    }

    private record Raw(int status, String text) {}

    /// Sends bytes as they are: a proper HTTP client would mend or refuse them.
    private static Raw raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Raw(Integer.parseInt(text.split(" ", 3)[1]), text);
        }
    }
}
