package org.reckoner.app.demo;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Exports;
import org.reckoner.app.FileTrouble;
import org.reckoner.app.Ingestion;
import org.reckoner.app.Session;
import org.reckoner.collect.Notifications;
import org.reckoner.collect.recording.RawMessage;
import org.reckoner.collect.recording.Recording;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.files.Form;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.invoice.InvoiceRules;
import org.reckoner.ledger.invoice.Invoices;
import org.reckoner.ledger.invoice.Issuing;
import org.reckoner.ledger.invoice.Verification;
import org.reckoner.ledger.observation.Watermark;
import org.reckoner.ledger.price.PriceBooks;
import org.reckoner.present.BillTable;
import org.reckoner.prices.PriceBookFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "See the main job from end to end, on a recording.",
            "",
            "Notifications recorded from real OpenStack services are collected into a fresh ledger, priced by a sample"
                    + " price book, billed, invoiced, written to files and verified.",
            "",
            "It is taken to be 1 December 2026, and the recording of 21 November to be complete until then, so what was"
                    + " not deleted is billed until the end of the month."
        })
public final class DemoCommand implements Callable<Integer> {

    private static final String MARK = ".reckoner-demo";
    private static final BillingPeriod PERIOD = BillingPeriod.parse("2026-11");
    private static final Instant NOW = Instant.parse("2026-12-01T09:00:00Z");
    private static final String REGION = "RegionOne";

    private final Session session;
    private int step;

    @Option(names = "--to", paramLabel = "FOLDER", description = "Where to put everything (default ${DEFAULT-VALUE}).")
    private Path folder = Path.of("demo-out");

    public DemoCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        InvoiceRules rules = new InvoiceRules(
                List.of("Nordlys Cloud AS", "Havnegata 7", "7010 Trondheim", "Norway", "VAT NO 999 888 777 MVA"),
                InvoiceRules.USUAL.numbers(),
                InvoiceRules.USUAL.paymentTerm(),
                InvoiceRules.USUAL.limits(),
                Optional.empty(),
                List.of());
        Path database = folder.resolve("ledger.db");
        try (Ledger ledger = timed("Opened a fresh ledger in " + database, () -> {
            makeFolder();
            return Ledger.over(
                    Database.open("jdbc:sqlite:" + database, Optional.empty(), Optional.empty()), rules, clock);
        })) {
            return run(ledger, clock);
        }
    }

    private int run(Ledger ledger, Clock clock) {
        Notifications notifications = new Notifications(REGION, List.of(), List.of(), Duration.ofMinutes(10), clock);
        Ingestion.Summary collected = timed("Collected the recorded notifications", () -> {
            try (Stream<RawMessage> messages = Recording.bundled().messages()) {
                return new Ingestion(notifications, ledger.intake(), REGION, 100).ingest(messages, done -> {});
            }
        });
        tell("%d messages: %d observations, %d of no concern to billing, %d not understood"
                .formatted(
                        collected.messages(),
                        collected.taken().added(),
                        collected.ignoredMessages(),
                        collected.taken().dead()));
        timed("Took the recording to be complete until " + PERIOD.window().to(), () -> complete(ledger));

        PriceBooks.Loaded prices = timed("Loaded the sample price book", () -> loadPrices(ledger));
        tell("'%s' version %d: %d prices in %s"
                .formatted(
                        prices.book().name(),
                        prices.book().version(),
                        prices.book().prices().size(),
                        prices.book().currency()));
        timed("Set address and tax of account acme", () -> setAccounts(ledger));

        List<Bill> bills = timed(
                "Billed every account for " + PERIOD,
                () -> ledger.accounts().all().stream()
                        .map(account -> bill(ledger, account))
                        .toList());
        session.say("");
        bills.forEach(bill -> session.say(BillTable.of(bill, List.of(), false, session.width())));

        List<Invoices.Stored> issued = timed("Issued the invoices", () -> issue(ledger));
        Path documents = folder.resolve("invoices");
        timed(
                "Wrote them as CSV, JSON, HTML and PDF",
                () -> issued.stream()
                        .map(document -> Exports.write(document, documents, Form.USUAL))
                        .toList());
        List<Verification.Finding> findings =
                timed("Verified the ledger", () -> ledger.verification().verify(document -> {}));
        findings.forEach(finding -> tell("%s  %s (%d checked)"
                .formatted(finding.holds() ? "holds" : "BROKEN", finding.law(), finding.checked())));
        findings.forEach(finding -> finding.broken().forEach(broken -> session.warn("WRONG  " + broken)));
        say(issued);
        return findings.stream().allMatch(Verification.Finding::holds)
                        && collected.taken().dead() == 0
                ? 0
                : 1;
    }

    private static int complete(Ledger ledger) {
        List<Watermark> sources = ledger.watermarks().all();
        sources.forEach(source ->
                ledger.watermarks().advance(source.scope(), PERIOD.window().to(), NOW, "demo"));
        return sources.size();
    }

    private static PriceBooks.Loaded loadPrices(Ledger ledger) {
        String text = PriceBookFile.sample();
        return switch (PriceBookFile.read("sample.yaml", text)) {
            case PriceBookFile.Read read -> ledger.priceBooks().load(read.book(), text, NOW, "demo");
            case PriceBookFile.Refused refused ->
                throw new IllegalStateException("the sample is bad: " + refused.errors());
        };
    }

    private static int setAccounts(Ledger ledger) {
        List<Account> accounts = ledger.accounts().all();
        accounts.stream()
                .filter(account -> account.name().equals("acme"))
                .map(account -> new Account(
                        account.project(),
                        account.name(),
                        Optional.empty(),
                        List.of(new TaxRate("VAT", BigDecimal.valueOf(25))),
                        List.of("ACME AS", "Kjøpmannsgata 12", "7013 Trondheim", "Norway"),
                        Optional.of("C-1042"),
                        Optional.of("web-shop")))
                .forEach(account -> ledger.accounts().save(account, NOW, "demo"));
        return accounts.size();
    }

    private static Bill bill(Ledger ledger, Account account) {
        return ledger.biller()
                .bill(
                        account,
                        ledger.biller().priceBook(account, PERIOD),
                        PERIOD,
                        PERIOD.window().to(),
                        ledger.observations().cutoff());
    }

    private static List<Invoices.Stored> issue(Ledger ledger) {
        Issuing issuing = ledger.issuing();
        issuing.checkReady(PERIOD, Optional.empty(), "demo");
        ledger.accounts().all().forEach(account -> issuing.issue(account, PERIOD, "demo"));
        return ledger.invoices().list(Optional.empty(), Optional.of(PERIOD)).stream()
                .flatMap(document -> ledger.invoices().find(document.number()).stream())
                .toList();
    }

    private void say(List<Invoices.Stored> issued) {
        session.say("");
        session.say("Everything is in " + folder.toAbsolutePath().normalize() + ":");
        session.say(
                "  ledger.db                      the ledger; ask it: ./reckoner --ledger jdbc:sqlite:%s bill --period %s"
                        .formatted(folder.resolve("ledger.db"), PERIOD));
        issued.forEach(document -> session.say("  invoices/%s.pdf   and .html, .csv, .json: %s for %s"
                .formatted(
                        document.invoice().number(),
                        document.invoice().total(),
                        document.invoice().account().name())));
        if (!issued.isEmpty()) {
            session.say("");
            session.say("Why an invoice says what it says: ./reckoner --ledger jdbc:sqlite:%s explain %s --line 1"
                    .formatted(
                            folder.resolve("ledger.db"),
                            issued.getFirst().invoice().number()));
        }
    }

    private <T> T timed(String what, Supplier<T> work) {
        long start = System.nanoTime();
        T result = work.get();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        session.say(
                String.format(Locale.ROOT, "%d. %-60s %d.%03d s", ++step, what, took.toSeconds(), took.toMillisPart()));
        return result;
    }

    private void tell(String detail) {
        session.say("   " + detail);
    }

    /// A folder of our own: an earlier demo's is made anew, anything else is left alone.
    private void makeFolder() {
        try {
            if (Files.exists(folder)) {
                if (!Files.exists(folder.resolve(MARK))) {
                    throw new AskedWrongly(
                            "%s is there already and was not made by a demo; remove it, or choose another with --to"
                                    .formatted(folder));
                }
                try (Stream<Path> old = Files.walk(folder)) {
                    for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
            }
            Files.createDirectories(folder);
            Files.writeString(
                    folder.resolve(MARK), "made by reckoner demo, which may remove it\n", StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AskedWrongly("cannot make the folder %s: %s".formatted(folder, FileTrouble.reason(e)));
        }
    }
}
