package org.reckoner.serve.heart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.invoice.InvoiceRules;
import org.reckoner.serve.Server;
import org.reckoner.serve.ServerSettings;
import org.reckoner.serve.auth.KeystoneSettings;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server with a fresh ledger, and a client that speaks to it over HTTP. Its clock stands in 2012.
final class House implements AutoCloseable {

    /// A tariff of this is 1 a second.
    static final long YEAR = 31_556_952;

    final Ledger ledger;
    final TestClock clock = new TestClock(Instant.parse("2012-06-01T00:00:00Z"));
    private final Optional<KeystoneSettings> keystone;
    private Server server;
    private HttpClient client = HttpClient.newHttpClient();

    House(TestDatabase database, boolean legacy) {
        this(database.fresh(), legacy);
    }

    /// A server on a ledger that others may serve too.
    ///
    /// @param url of [TestDatabase#fresh()]
    House(String url, boolean legacy) {
        this.ledger = Ledger.over(TestDatabase.open(url), InvoiceRules.USUAL, clock);
        this.keystone = Optional.empty();
        this.server = start(legacy);
    }

    /// A server that knows its callers.
    House(TestDatabase database, Optional<KeystoneSettings> keystone) {
        this.ledger = Ledger.over(database.open(), InvoiceRules.USUAL, clock);
        this.keystone = keystone;
        this.server = start(false);
    }

    private Server start(boolean legacy) {
        Server fresh = new Server(
                new ServerSettings(ServerSettings.LOOPBACK, 0, keystone, HeartSettings.USUAL.withLegacy(legacy)),
                ledger,
                clock);
        fresh.start();
        return fresh;
    }

    /// Stops the server and starts another on the same ledger.
    void restart(boolean legacy) {
        stop();
        client = HttpClient.newHttpClient();
        server = start(legacy);
    }

    /// The client first: a server that stops waits for connections that are still open.
    private void stop() {
        client.shutdownNow();
        client.close();
        server.close();
    }

    /// What the server answered.
    record Answer(int status, String type, String body) {

        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }

        boolean isJson() {
            try {
                json();
                return true;
            } catch (JacksonException e) {
                return false;
            }
        }
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer post(String path, String json) {
        return send(request(path).POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    Answer put(String path, String json) {
        return send(request(path).PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).header("Content-Type", "application/json");
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Posts an event of one resource `thing` of type `x` of the account `t`.
    Answer tell(String datetime, String quantity) {
        return post(
                "/event",
                "{\"account\": \"t\", \"rtype\": \"x\", \"name\": \"thing\", \"datetime\": \"%s\", %s}"
                        .formatted(datetime, quantity));
    }

    void tariff(String datetime, boolean migrate, String values) {
        Answer answer = post(
                "/tariff",
                "{\"datetime\": \"%s\", \"migrate\": %s, \"values\": %s}".formatted(datetime, migrate, values));
        if (answer.status() != 200) {
            throw new AssertionError(answer.toString());
        }
    }

    /// What each resource costs in a period, by id.
    TreeMap<Long, BigDecimal> costs(String period) {
        TreeMap<Long, BigDecimal> costs = new TreeMap<>();
        get("/bill?" + period)
                .json()
                .path("bill")
                .forEach(account -> account.path("resources")
                        .forEach(resource -> costs.put(
                                resource.path("id").longValue(),
                                resource.path("cost").decimalValue())));
        return costs;
    }

    BigDecimal total(String period) {
        return costs(period).values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /// The ledger's own bill, as `reckoner bill` shows it.
    Bill ledgerBill(String project, String month) {
        Account account = ledger.accounts().find(project).orElseThrow();
        BillingPeriod period = BillingPeriod.parse(month);
        return ledger.biller()
                .bill(
                        account,
                        ledger.biller().priceBook(account, period),
                        period,
                        period.window().to(),
                        ledger.observations().cutoff());
    }

    /// The sum of the ledger's own bill, before rounding, to ten places.
    BigDecimal ledgerTotal(String project, String month) {
        return ledgerBill(project, month).lines().stream()
                .map(line -> line.exact())
                .reduce((one, other) -> one.plus(other))
                .map(sum -> sum.round(10, java.math.RoundingMode.HALF_EVEN))
                .orElse(BigDecimal.ZERO);
    }

    @Override
    public void close() {
        stop();
        ledger.close();
    }
}
