package org.reckoner.app.concertim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.killbill.KillBill;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.deliver.outbox.Courier;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.invoice.InvoiceRules;
import org.reckoner.ledger.invoice.Issuing;
import org.reckoner.prices.PriceBookFile;
import org.reckoner.serve.concertim.Bearers;
import org.reckoner.serve.concertim.Concertim;
import org.reckoner.serve.concertim.ConcertimSettings;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A cluster's life as Concertim sees it, on a real Kill Bill: `live/killbill/run`.
@Tag("live")
@Timeout(180)
class ConcertimLiveTest {

    private static final String SECRET = "a secret that Concertim shares, of 32 bytes or more";
    private static final Currency EUR = Currency.getInstance("EUR");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final String BOOK = """
            price-book: standard
            currency: EUR
            prices:
              - {id: vcpu, item: vCPUs, meter: vcpus, per: vCPU hour, price: 0.0333, group-by: [metadata.stack_id]}
              - {id: volume, item: Volume, meter: volume.size, per: GiB day, price: 0.01, group-by: [metadata.stack_id]}
            free: [server, memory, disk.root, disk.ephemeral, volume]
            """;

    @TempDir
    private Path folder = Path.of(".");

    private final HttpClient http = HttpClient.newHttpClient();
    private final String tenant = "reckoner-" + UUID.randomUUID();
    private final Time time = new Time();

    @SuppressWarnings("NullAway.Init")
    private Ledger ledger;

    @SuppressWarnings("NullAway.Init")
    private KillBill killBill;

    @SuppressWarnings("NullAway.Init")
    private Concertim server;

    private String account = "";

    /// Moves only when told to.
    private static final class Time extends Clock {
        private Instant now = Instant.parse("2026-11-10T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("this clock is UTC");
        }
    }

    @BeforeAll
    static void find() {
        String told = System.getenv("RECKONER_TEST_KILLBILL");
        if (told == null && System.getenv("CI") != null) {
            throw new IllegalStateException("RECKONER_TEST_KILLBILL is not set; in CI these tests must run");
        }
        Assumptions.assumeTrue(told != null, "RECKONER_TEST_KILLBILL is not set: no Kill Bill to test against");
    }

    private static String address() {
        return String.valueOf(System.getenv("RECKONER_TEST_KILLBILL"));
    }

    @BeforeEach
    void begin() throws Exception {
        killBill("POST", "/tenants", "{\"apiKey\": \"%s\", \"apiSecret\": \"secret\"}".formatted(tenant));
        at("2026-11-10T00:00:00Z");
        killBill = new KillBill(new AdapterSettings(
                "kb",
                new TreeMap<>(Map.of(
                        "url", address(),
                        "mode", "usage",
                        "create-accounts", "true",
                        "cluster-id", "metadata.stack_id")),
                Map.of(
                        "RECKONER_DELIVER_KB_PASSWORD", "password",
                        "RECKONER_DELIVER_KB_API_KEY", tenant,
                        "RECKONER_DELIVER_KB_API_SECRET", "secret")));
        if (!(PriceBookFile.read("test", BOOK) instanceof PriceBookFile.Read read)) {
            throw new AssertionError("the price book of the test is refused");
        }
        killBill.uploadCatalog(List.of(read.book()), LocalDate.parse("2026-11-01"), false);
        InvoiceRules usual = InvoiceRules.USUAL;
        ledger = Ledger.over(
                Database.open("jdbc:sqlite:" + folder.resolve("ledger.db"), Optional.empty(), Optional.empty()),
                new InvoiceRules(
                        usual.seller(),
                        usual.numbers(),
                        usual.paymentTerm(),
                        usual.limits(),
                        usual.defaultPriceBook(),
                        List.of("kb")),
                time);
        ledger.priceBooks().load(read.book(), BOOK, time.instant(), "olga");
        server = new Concertim(
                new ConcertimSettings("127.0.0.1", 0, ConcertimSettings.USUAL_THRESHOLD),
                new Bearers(SECRET, Duration.ofHours(1), time),
                new KillBillBilling("kb", Optional.empty(), killBill.orders(), ledger, time),
                time);
        server.start();
        account = killBill.orders().account(Account.unknown("p-1"), EUR);
    }

    @AfterEach
    void end() throws Exception {
        server.close();
        killBill.close();
        ledger.close();
        at("2026-12-02T09:00:00Z");
        http.shutdownNow();
    }

    /// The clocks of both.
    private void at(String instant) throws Exception {
        time.now = Instant.parse(instant);
        killBill("POST", "/test/clock?timeoutSec=30&requestedDate=" + instant, "");
    }

    private void killBill(String method, String path, String body) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(address() + "/1.0/kb" + path))
                        .header(
                                "Authorization",
                                "Basic " + Base64.getEncoder().encodeToString("admin:password".getBytes(UTF_8)))
                        .header("X-Killbill-ApiKey", tenant)
                        .header("X-Killbill-ApiSecret", "secret")
                        .header("X-Killbill-CreatedBy", "test")
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode() / 100).as(answer.body()).isEqualTo(2);
    }

    private JsonNode ask(String path, int status, String body) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder()
                        .expirationTime(Date.from(time.instant().plusSeconds(60)))
                        .build());
        token.sign(new MACSigner(SECRET.getBytes(UTF_8)));
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path)))
                        .header("Authorization", "Bearer " + token.serialize())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.replace("ACCOUNT", account)))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private String order(String stack) throws Exception {
        String order = ask("/create_order", 201, "{\"order\": {\"billing_account_id\": \"ACCOUNT\"}}")
                .path("order")
                .asString();
        for (Map.Entry<String, String> tag : new TreeMap<>(
                        Map.of("openstack_stack_id", stack, "openstack_stack_name", "cluster " + stack))
                .entrySet()) {
            ask("/add_order_tag", 201, """
                    {"tag": {"order_id": "%s", "tag_name": "%s", "tag_value": "%s"}}""".formatted(order, tag.getKey(), tag.getValue()));
        }
        return order;
    }

    private BigDecimal credits() throws Exception {
        return ask("/get_credits", 201, "{\"credits\": {\"billing_account_id\": \"ACCOUNT\"}}")
                .path("credits")
                .decimalValue();
    }

    private void observed(String type, String id, String event, String at, Report report) {
        ResourceId resource = new ResourceId("RegionOne", type, id);
        ledger.intake()
                .take(
                        List.of(new Observation(
                                new ObservationId("test", event + id), event, resource, Instant.parse(at), report)),
                        List.of());
    }

    private void server(String id, String stack, int vcpus) {
        observed(
                "server",
                id,
                "create",
                "2026-11-10T00:00:00Z",
                Report.NOTHING
                        .owner("p-1")
                        .state("active")
                        .began(Instant.parse("2026-11-10T00:00:00Z"))
                        .level("vcpus", vcpus)
                        .attribute("metadata.stack_id", stack));
    }

    @Test
    void a_cluster_is_ordered_used_drafted_ended_and_invoiced_to_the_cent() throws Exception {
        String wanted = "{\"order\": {\"billing_account_id\": \"ACCOUNT\"}}";
        assertThat(ask("/create_order", 402, wanted).path("error").asString()).isEqualTo("NotEnoughCredits");
        ask("/credits", 201, "{\"credits\": {\"billing_acct_id\": \"ACCOUNT\", \"amount\": \"25.00\"}}");
        ask("/create_order", 402, wanted);
        ask("/credits", 201, "{\"credits\": {\"billing_acct_id\": \"ACCOUNT\", \"amount\": \"75.00\"}}");
        assertThat(ask("/get_draft_invoice", 201, "{\"invoice\": {\"billing_acct_id\": \"ACCOUNT\"}}")
                        .path("draft_invoice")
                        .isNull())
                .isTrue();
        String first = order("stack-1");
        String second = order("stack-2");

        server("vm-1", "stack-1", 4);
        server("vm-2", "stack-2", 2);
        observed(
                "volume",
                "vol-1",
                "create",
                "2026-11-10T00:00:00Z",
                Report.NOTHING
                        .owner("p-1")
                        .state("available")
                        .began(Instant.parse("2026-11-10T00:00:00Z"))
                        .level("volume.size", 10));
        at("2026-11-20T00:00:00Z");
        observed(
                "server",
                "vm-1",
                "delete",
                "2026-11-20T00:00:00Z",
                Report.NOTHING.owner("p-1").ended(Instant.parse("2026-11-20T00:00:00Z")));

        // 4 x 240 h, 2 x 240 h and 10 GiB x 10 d
        JsonNode draft = ask("/get_draft_invoice", 201, """
                        {"invoice": {"billing_acct_id": "ACCOUNT", "target_date": "2026-11-20"}}""").path("draft_invoice");
        assertThat(draft.path("items").path(first).path("amount").decimalValue())
                .isEqualByComparingTo("31.97");
        assertThat(draft.path("items").path(first).path("openstack_stack_name").asString())
                .isEqualTo("cluster stack-1");
        assertThat(draft.path("items").path(second).path("amount").decimalValue())
                .isEqualByComparingTo("15.98");
        assertThat(draft.path("items")
                        .path("item/Volume")
                        .path("openstack_stack_name")
                        .asString())
                .isEqualTo("No cluster: Volume");
        assertThat(draft.path("amount").decimalValue()).isEqualByComparingTo("48.95");
        assertThat(draft.path("credit_adj").decimalValue()).isEqualByComparingTo("-48.95");
        assertThat(credits()).isEqualByComparingTo("51.05");
        String early = """
                {"invoice": {"billing_acct_id": "ACCOUNT", "target_date": "2026-11-14"}}""";
        assertThat(ask("/get_draft_invoice", 201, early)
                        .path("draft_invoice")
                        .path("amount")
                        .decimalValue())
                .isEqualByComparingTo("24.47");

        String end = "{\"order\": {\"order_id\": \"%s\"}}".formatted(first);
        ask("/delete_order", 201, end);
        ask("/delete_order", 201, end);
        assertThat(credits()).isEqualByComparingTo("51.05");

        at("2026-12-01T08:00:00Z");
        Invoice invoice = issue();
        BigDecimal total = invoice.total().amount();
        assertThat(credits()).isEqualByComparingTo(new BigDecimal("100").subtract(total));
        deliver();

        assertThat(credits()).isEqualByComparingTo(new BigDecimal("100").subtract(total));
        JsonNode list = ask("/list_paginated_invoices", 201, """
                {"invoices": {"billing_acct_id": "ACCOUNT", "offset": 0, "limit": 1}}""");
        JsonNode billed = list.path("invoices").path(0);
        assertThat(billed.path("amount").decimalValue()).isEqualByComparingTo(total);
        assertThat(billed.path("balance").decimalValue()).isEqualByComparingTo("0");
        assertThat(billed.path("items").path(first).path("amount").decimalValue())
                .isEqualByComparingTo("31.97");
        assertThat(ask("/get_account_invoice", 201, """
                                {"invoice": {"billing_acct_id": "ACCOUNT", "invoice_id": "%s"}}""".formatted(
                                        billed.path("invoice_id").asString()))
                        .path("invoice"))
                .isEqualTo(billed);
        BigDecimal shown = BigDecimal.ZERO;
        for (JsonNode item : billed.path("items")) {
            shown = shown.add(item.path("amount").decimalValue());
        }
        assertThat(shown)
                .isEqualByComparingTo(total.add(billed.path("credit_adj").decimalValue()));
    }

    private Invoice issue() {
        Account payer = ledger.accounts().of("p-1").orElseThrow();
        Issuing.Outcome outcome = ledger.issuing().issue(payer, BillingPeriod.parse("2026-11"), "olga");
        assertThat(outcome).isInstanceOf(Issuing.Outcome.Issued.class);
        return ((Issuing.Outcome.Issued) outcome).invoice();
    }

    private void deliver() throws InterruptedException {
        new Courier(ledger, Backend.of("kb", killBill), time, new Random(1), attempt -> {}).deliverDue();
        assertThat(ledger.deliveries().refused()).isZero();
        assertThat(ledger.deliveries().waitingSince()).isEmpty();
    }
}
