package org.reckoner.serve.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.reckoner.collect.Notifications;
import org.reckoner.collect.Reading;
import org.reckoner.collect.recording.RawMessage;
import org.reckoner.collect.recording.Recording;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.invoice.InvoiceRules;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.prices.PriceBookFile;
import org.reckoner.serve.Server;
import org.reckoner.serve.ServerSettings;
import org.reckoner.serve.auth.KeystoneSettings;
import org.reckoner.serve.heart.HeartSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A whole site as a test asks it over HTTP: a ledger filled from the bundled recording and two projects of
/// its own, A and B, each with words that only it has; a Keystone that knows a token for each role; a server.
final class Site implements AutoCloseable {

    static final String A = "aaaa1111aaaa1111aaaa1111aaaa1111";
    static final String B = "bbbb2222bbbb2222bbbb2222bbbb2222";
    static final String PERIOD = "2026-11";
    static final BillingPeriod NOVEMBER = BillingPeriod.parse(PERIOD);
    static final Instant NOW = Instant.parse("2026-12-01T09:00:00Z");

    static final String ADMIN = "token-admin";
    static final String READER_A = "token-reader-a";
    static final String READER_B = "token-reader-b";
    static final String SERVICE = "token-service";
    static final String NOBODY = "token-nobody";

    /// A message that was not understood, and is by now.
    static final String MENDED = "{\"mended\": true}";

    /// A message that takes three seconds to read.
    static final String SLOW = "{\"slow\": true}";

    private final Path folder;
    private final TokenServer keystone = new TokenServer();
    final Ledger ledger;
    private final Server server;
    private final HttpClient http = HttpClient.newHttpClient();

    Site() {
        try {
            folder = Files.createTempDirectory("reckoner-site");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        ledger = Ledger.over(
                Database.open(
                        "jdbc:sqlite:" + folder.resolve("ledger.db") + "?synchronous=OFF",
                        Optional.empty(),
                        Optional.empty()),
                new InvoiceRules(
                        InvoiceRules.USUAL.seller(),
                        InvoiceRules.USUAL.numbers(),
                        InvoiceRules.USUAL.paymentTerm(),
                        InvoiceRules.USUAL.limits(),
                        Optional.empty(),
                        List.of("archive")),
                clock);
        fill();
        keystone.knows(ADMIN, "ada", "cccc3333", "admin");
        keystone.knows(READER_A, "anna", A, "reader");
        keystone.knows(READER_B, "bert", B, "member");
        keystone.knows(SERVICE, "glance", "dddd4444", "service");
        keystone.knows(NOBODY, "nemo", A, "swiftoperator");
        server = new Server(
                new ServerSettings(
                        "127.0.0.1", 0, Optional.of(KeystoneSettings.of(keystone.url())), HeartSettings.USUAL),
                ledger,
                clock,
                Site::read);
        server.start();
    }

    private static Reread read(DeadLetter letter) {
        if (letter.body().equals(SLOW)) {
            try {
                Thread.sleep(3_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new Reread.OfNoConcern("it took long");
        }
        return letter.body().equals(MENDED)
                ? new Reread.Understood(List.of(volume("m-mended", A, "vol-a-mended", "2026-11-05T00:00:00Z", 1)))
                : new Reread.Refused("still nothing that is known");
    }

    private void fill() {
        Notifications notifications = new Notifications(
                "RegionOne", List.of(), List.of(), Duration.ofMinutes(10), Clock.fixed(NOW, ZoneOffset.UTC));
        List<Observation> batch = new ArrayList<>();
        try (Stream<RawMessage> messages = Recording.bundled().messages()) {
            messages.map(message -> notifications.read(message.body())).forEach(reading -> {
                if (reading instanceof Reading.Observed(Observation observation)) {
                    batch.add(observation);
                }
            });
        }
        for (int i = 0; i < 25; i++) {
            batch.add(volume("m-a-" + i, A, "vol-a-%02d".formatted(i), "2026-11-10T00:00:00Z", 10 + i));
        }
        batch.add(volume("m-b-1", B, "vol-b-secret", "2026-11-12T00:00:00Z", 500));
        batch.add(volume("m-t-1", B, "vol-moved", "2026-11-03T00:00:00Z", 7));
        batch.add(new Observation(
                new ObservationId("cinder", "m-t-2"),
                "volume.transfer.accept.end",
                new ResourceId("RegionOne", "volume", "vol-moved"),
                Instant.parse("2026-11-20T00:00:00Z"),
                Report.NOTHING.owner(A).attribute("name", "moved-to-a")));
        ledger.intake()
                .take(
                        batch,
                        List.of(
                                new DeadLetter.Fresh("queue q", Optional.of("x.y"), Optional.of("m9"), "unknown", "{}"),
                                new DeadLetter.Fresh("queue q", Optional.empty(), Optional.empty(), "odd", MENDED)));
        ledger.watermarks()
                .all()
                .forEach(source -> ledger.watermarks()
                        .advance(source.scope(), NOVEMBER.window().to(), NOW, "site"));
        load(PriceBookFile.sample());
        load(book("1.00"));
        load(book("1.10"));
        for (Account account : ledger.accounts().all()) {
            boolean own = account.project().equals(A) || account.project().equals(B);
            ledger.accounts()
                    .save(
                            new Account(
                                    account.project(),
                                    account.project().equals(A)
                                            ? "alpha"
                                            : account.project().equals(B) ? "bravo" : account.name(),
                                    Optional.of(own ? "special" : sampleName()),
                                    List.of(new TaxRate("VAT", BigDecimal.valueOf(25))),
                                    own
                                            ? List.of(account.project().equals(A) ? "Alpha Street 1" : "Bravo Street 2")
                                            : List.of(),
                                    Optional.empty(),
                                    Optional.empty()),
                            NOW,
                            "site");
        }
        ledger.accounts().all().forEach(account -> {
            if (account.project().equals(A) || account.project().equals(B)) {
                ledger.issuing().issue(account, NOVEMBER, "site");
            }
        });
    }

    private String sampleName() {
        return switch (PriceBookFile.read("sample", PriceBookFile.sample())) {
            case PriceBookFile.Read read -> read.book().name();
            case PriceBookFile.Refused refused ->
                throw new AssertionError(refused.errors().toString());
        };
    }

    /// 1 GiB day of a volume at a price, and another price that was agreed with B.
    static String book(String price) {
        return """
                price-book: special
                currency: EUR
                free: [volume]
                prices:
                  - {id: volume, item: Volume, meter: volume.size, per: GiB day, price: %s}
                  - {id: bravo-deal, item: Bravo deal, meter: volume.size, per: GiB day, price: 0.50, when: {project: %s}}
                """.formatted(price, B);
    }

    private void load(String text) {
        switch (PriceBookFile.read("book", text)) {
            case PriceBookFile.Read read -> ledger.priceBooks().load(read.book(), text, NOW, "site");
            case PriceBookFile.Refused refused ->
                throw new AssertionError(refused.errors().toString());
        }
    }

    static Observation volume(String message, String project, String id, String at, long gib) {
        return new Observation(
                new ObservationId("cinder", message),
                "volume.create.end",
                new ResourceId("RegionOne", "volume", id),
                Instant.parse(at),
                Report.NOTHING
                        .owner(project)
                        .state("available")
                        .began(Instant.parse(at))
                        .level("volume", 1)
                        .level("volume.size", gib)
                        .attribute("name", id + "-name"));
    }

    Ledger ledger() {
        return ledger;
    }

    int port() {
        return server.port();
    }

    Server server() {
        return server;
    }

    /// The number of a project's invoice.
    String invoiceOf(String project) {
        return ledger.invoices().standing(project, NOVEMBER).orElseThrow();
    }

    HttpResponse<String> get(String token, String path, String... headers) {
        return send("GET", token, path, Optional.empty(), headers);
    }

    HttpResponse<String> post(String token, String path, String json, String... headers) {
        List<String> all = new ArrayList<>(List.of("Content-Type", "application/json"));
        all.addAll(List.of(headers));
        return send("POST", token, path, Optional.of(json), all.toArray(String[]::new));
    }

    HttpResponse<String> send(String method, String token, String path, Optional<String> body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(60))
                .method(
                        method,
                        body.map(text -> HttpRequest.BodyPublishers.ofString(text, StandardCharsets.UTF_8))
                                .orElseGet(HttpRequest.BodyPublishers::noBody));
        if (!token.isEmpty()) {
            request.header("X-Auth-Token", token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    @Override
    public void close() {
        server.close();
        ledger.close();
        keystone.close();
        http.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
