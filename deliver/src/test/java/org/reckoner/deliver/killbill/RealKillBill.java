package org.reckoner.deliver.killbill;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.http.Answer;
import org.reckoner.simulators.http.SimulatedServer;
import tools.jackson.databind.JsonNode;

/// A tenant of its own on the Kill Bill that `live/killbill/start` started, with a proxy before it that
/// misbehaves as it is told. Its address is in `RECKONER_TEST_KILLBILL`.
final class RealKillBill implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final String tenant = "reckoner-" + UUID.randomUUID();

    /// Requests that arrived here and were passed on, as `POST /1.0/kb/credits`.
    final List<String> passed = java.util.Collections.synchronizedList(new ArrayList<>());

    private final AtomicReference<SimulatedServer.@Nullable Request> lastCharges = new AtomicReference<>();
    private final AtomicInteger lagging = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private final AtomicInteger answered = new AtomicInteger(Integer.MAX_VALUE);

    final SimulatedServer proxy;

    /// Called before all tests of a class.
    static void mustBeThere() {
        String told = System.getenv("RECKONER_TEST_KILLBILL");
        if (told == null && System.getenv("CI") != null) {
            throw new IllegalStateException("RECKONER_TEST_KILLBILL is not set; in CI these tests must run");
        }
        Assumptions.assumeTrue(told != null, "RECKONER_TEST_KILLBILL is not set: no Kill Bill to test against");
    }

    RealKillBill() throws IOException, InterruptedException {
        url = String.valueOf(System.getenv("RECKONER_TEST_KILLBILL"));
        proxy = SimulatedServer.start(0, this::pass);
        send("POST", "/tenants", "{\"apiKey\": \"%s\", \"apiSecret\": \"secret\"}".formatted(tenant));
    }

    /// Straight to the server.
    AdapterSettings settings(Map<String, Object> others) {
        return settings(url, others);
    }

    /// Through the proxy.
    AdapterSettings throughProxy(Map<String, Object> others) {
        return settings(proxy.url(), others);
    }

    AdapterSettings settings(String address, Map<String, Object> others) {
        TreeMap<String, Object> values = new TreeMap<>(others);
        values.put("url", address);
        return new AdapterSettings(
                "kb",
                values,
                Map.of(
                        "RECKONER_DELIVER_KB_PASSWORD", "password",
                        "RECKONER_DELIVER_KB_API_KEY", tenant,
                        "RECKONER_DELIVER_KB_API_SECRET", "secret"));
    }

    /// As they are sent.
    List<String> secrets() {
        return List.of(tenant, Base64.getEncoder().encodeToString("admin:password".getBytes(UTF_8)));
    }

    /// The clock is the server's: of all tenants.
    void clock(Instant now) throws IOException, InterruptedException {
        send("POST", "/test/clock?timeoutSec=30&requestedDate=" + now, "");
    }

    /// As somebody else than the adapter.
    JsonNode send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/1.0/kb" + path))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString("admin:password".getBytes(UTF_8)))
                .header("X-Killbill-ApiKey", tenant)
                .header("X-Killbill-ApiSecret", "secret")
                .header("X-Killbill-CreatedBy", "test")
                .header("Content-Type", body.startsWith("<") ? "text/xml" : "application/json")
                .header("Accept", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException("%s %s: %d %s".formatted(method, path, answer.statusCode(), answer.body()));
        }
        return answer.body().isEmpty() ? Answer.JSON.createObjectNode() : Answer.JSON.readTree(answer.body());
    }

    /// All documents of an account by its external key.
    List<KillBillInvoice> invoices(String project) throws Exception {
        String account = send("GET", "/accounts?externalKey=" + project, "")
                .path("accountId")
                .asString();
        try (Api api = new Api(settings(Map.of()))) {
            return api.invoices(account);
        }
    }

    /// What is left to pay, less what is to be spent.
    BigDecimal balance(String project) throws Exception {
        return send("GET", "/accounts?accountWithBalanceAndCBA=true&externalKey=" + project, "")
                .path("accountBalance")
                .decimalValue();
    }

    TreeMap<String, String> fields(String project) throws Exception {
        String account = send("GET", "/accounts?externalKey=" + project, "")
                .path("accountId")
                .asString();
        TreeMap<String, String> fields = new TreeMap<>();
        send("GET", "/accounts/%s/customFields".formatted(account), "")
                .forEach(field -> fields.put(
                        field.path("name").asString(), field.path("value").asString()));
        return fields;
    }

    /// Makes an account without an external key of ours, as other integrations do.
    ///
    /// @return its id
    String account(String name, String currency) throws Exception {
        String key = name + "-" + UUID.randomUUID();
        send("POST", "/accounts", """
                {"name": "%s", "externalKey": "%s", "currency": "%s", "billCycleDayLocal": 1}
                """.formatted(name, key, currency));
        return send("GET", "/accounts?externalKey=" + key, "").path("accountId").asString();
    }

    String subscription(String account) throws Exception {
        send("POST", "/subscriptions", """
                {"accountId": "%s", "planName": "openstack-standard-monthly"}
                """.formatted(account));
        return send("GET", "/accounts/%s/bundles".formatted(account), "")
                .path(0)
                .path("subscriptions")
                .path(0)
                .path("subscriptionId")
                .asString();
    }

    void field(String kind, String id, String name, String value) throws Exception {
        send("POST", "/%s/%s/customFields".formatted(kind, id), """
                [{"name": "%s", "value": "%s"}]
                """.formatted(name, value));
    }

    void pay(String project, String invoice) throws Exception {
        String account = send("GET", "/accounts?externalKey=" + project, "")
                .path("accountId")
                .asString();
        send("POST", "/accounts/%s/paymentMethods?isDefault=true".formatted(account), """
                {"accountId": "%s", "pluginName": "__EXTERNAL_PAYMENT__", "pluginInfo": {}}
                """.formatted(account));
        send("POST", "/invoices/%s/payments?externalPayment=true".formatted(invoice), """
                {"accountId": "%s", "targetInvoiceId": "%s"}
                """.formatted(account, invoice));
    }

    /// Takes all custom fields off an account.
    void removeFields(String account) throws Exception {
        List<String> ids = new ArrayList<>();
        send("GET", "/accounts/%s/customFields".formatted(account), "")
                .forEach(field -> ids.add(field.path("customFieldId").asString()));
        send(
                "DELETE",
                "/accounts/%s/customFields?customField=%s".formatted(account, String.join("&customField=", ids)),
                "");
    }

    /// Does the last request for charges once more, as one that came late.
    void repeatCharges() {
        passOn(Objects.requireNonNull(lastCharges.get()));
    }

    /// From the given request on, counted from 1, nothing is answered any more, as if the asking process
    /// died.
    ///
    /// @param done whether that request is still done
    void dieAt(int request, boolean done) {
        left.set(done ? request : request - 1);
        answered.set(request - 1);
    }

    void live() {
        left.set(Integer.MAX_VALUE);
        answered.set(Integer.MAX_VALUE);
    }

    private SimulatedServer.Reply pass(SimulatedServer.Request request) {
        if (left.getAndDecrement() <= 0) {
            throw new IllegalStateException("the process that asked is dead");
        }
        SimulatedServer.Reply reply = passOn(request);
        if (answered.getAndDecrement() <= 0) {
            throw new IllegalStateException("the process that asked is dead");
        }
        return reply;
    }

    /// So many lists of an account's invoices show nothing, as a replica that lags behind.
    void lag(int lists) {
        lagging.set(lists);
    }

    private SimulatedServer.Reply passOn(SimulatedServer.Request request) {
        if (request.path().contains("/invoices/charges/")) {
            lastCharges.set(request);
        }
        if (request.path().endsWith("/invoices")
                && request.method().equals("GET")
                && lagging.getAndUpdate(lists -> Math.max(0, lists - 1)) > 0) {
            return SimulatedServer.Reply.json(200, "[]");
        }
        HttpRequest.Builder onward = HttpRequest.newBuilder(
                        URI.create(url + request.path() + (request.query().isEmpty() ? "" : "?" + request.query())))
                .method(request.method(), BodyPublishers.ofByteArray(request.body()));
        for (String name : Arrays.asList(
                "Authorization",
                "X-Killbill-ApiKey",
                "X-Killbill-ApiSecret",
                "X-Killbill-CreatedBy",
                "Content-Type",
                "Accept")) {
            request.headers().first(name).ifPresent(value -> onward.header(name, value));
        }
        try {
            HttpResponse<byte[]> answer = http.send(onward.build(), BodyHandlers.ofByteArray());
            passed.add(request.method() + " " + request.path().replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "ID"));
            TreeMap<String, String> headers = new TreeMap<>();
            answer.headers().firstValue("Location").ifPresent(place -> headers.put("Location", place));
            return new SimulatedServer.Reply(
                    answer.statusCode(),
                    answer.headers().firstValue("Content-Type").orElse("text/plain"),
                    answer.body(),
                    headers);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        proxy.close();
        http.shutdownNow();
    }
}
