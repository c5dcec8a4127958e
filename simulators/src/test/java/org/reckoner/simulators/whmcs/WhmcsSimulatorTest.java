package org.reckoner.simulators.whmcs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WhmcsSimulatorTest {

    private static final Map<String, String> KEYS =
            Map.of("identifier", WhmcsSimulator.IDENTIFIER, "secret", WhmcsSimulator.SECRET, "responsetype", "json");

    private final WhmcsSimulator whmcs = WhmcsSimulator.start(0);
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void begin() {
        whmcs.shape(Shape.NESTED);
    }

    @AfterEach
    void end() {
        client.shutdownNow();
        whmcs.close();
    }

    @Test
    void a_refusal_is_status_200_and_a_missing_permission_403() throws Exception {
        HttpResponse<String> refused = post("GetInvoice", Map.of("invoiceid", "9"));
        assertThat(refused.statusCode()).isEqualTo(200);
        assertThat(refused.body()).isEqualTo("{\"result\":\"error\",\"message\":\"Invoice ID Not Found\"}");

        whmcs.forbid("getinvoice");
        HttpResponse<String> forbidden = post("GetInvoice", Map.of("invoiceid", "9"));
        assertThat(forbidden.statusCode()).isEqualTo(403);
        assertThat(forbidden.body()).contains("API action \\\"getinvoice\\\" is not allowed");
    }

    @Test
    void both_kinds_of_credentials_are_known() throws Exception {
        TreeMap<String, String> old = new TreeMap<>(Map.of("responsetype", "json"));
        old.put("username", WhmcsSimulator.USER);
        old.put("password", "a07a0fb5ae2e49ed8b30d8a0b8ea9fb5");
        assertThat(send("WhmcsDetails", old).body()).contains("Authentication Failed");
        old.put("username", "nobody");
        assertThat(send("WhmcsDetails", old).body()).contains("Invalid or missing credentials");
        assertThat(post("WhmcsDetails", Map.of()).body()).contains("8.13");
    }

    @Test
    void an_address_that_is_not_allowed_gets_in_with_the_access_key() throws Exception {
        whmcs.accessKey("let-me-in");

        assertThat(post("WhmcsDetails", Map.of()).statusCode()).isEqualTo(403);
        assertThat(post("WhmcsDetails", Map.of("accesskey", "let-me-in")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void an_invoice_is_drafted_and_published() throws Exception {
        post(
                "AddClient",
                Map.of("firstname", "Acme", "email", "a@example.org", "country", "NO", "skipvalidation", "1"));
        post("CreateInvoice", Map.of("userid", "1", "draft", "1", "itemdescription1", "x", "itemamount1", "14.4"));
        assertThat(post("UpdateInvoice", Map.of("invoiceid", "1", "publish", "1", "date", "2026-11-30"))
                        .body())
                .contains("success");
        assertThat(post("UpdateInvoice", Map.of("invoiceid", "1", "publish", "1"))
                        .body())
                .contains("must be in Draft status");

        assertThat(whmcs.invoices()).singleElement().satisfies(invoice -> {
            assertThat(invoice.status()).isEqualTo("Unpaid");
            assertThat(invoice.sum()).isEqualTo("14.40");
        });
    }

    @Test
    void the_same_answer_has_many_shapes() throws Exception {
        post(
                "AddClient",
                Map.of("firstname", "Acme", "email", "a@example.org", "country", "NO", "skipvalidation", "1"));

        assertThat(post("GetClients", Map.of()).body()).contains("\"client\":[{\"id\":1,");
        whmcs.shape(Shape.TEXTS);
        assertThat(post("GetClients", Map.of()).body()).contains("\"client\":[{\"id\":\"1\",");
        assertThat(post("GetInvoices", Map.of()).body()).contains("\"invoice\":\"\"");
        whmcs.shape(Shape.FLATTENED);
        assertThat(post("GetClients", Map.of()).body()).contains("\"clients[client][0][id]\":\"1\"");
        whmcs.shape(Shape.SINGLE);
        assertThat(post("GetClients", Map.of()).body()).contains("\"client\":{\"id\":1,");
    }

    private HttpResponse<String> post(String action, Map<String, String> parameters)
            throws IOException, InterruptedException {
        TreeMap<String, String> all = new TreeMap<>(KEYS);
        all.putAll(parameters);
        return send(action, all);
    }

    private HttpResponse<String> send(String action, Map<String, String> parameters)
            throws IOException, InterruptedException {
        String form = "action=" + action
                + parameters.entrySet().stream()
                        .map(each ->
                                "&" + each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining());
        return client.send(
                HttpRequest.newBuilder(URI.create(whmcs.url() + "/includes/api.php"))
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }
}
