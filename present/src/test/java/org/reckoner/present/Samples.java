package org.reckoner.present;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.Corrections;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.core.meter.Meter;
import org.reckoner.core.meter.Meters;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.StateRules;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.price.Condition;
import org.reckoner.core.price.Per;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.rate.Rater;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.core.time.TimeSlice;
import org.reckoner.core.time.Window;

/// Bills and invoices made by the real rater from observations, for tests that look at them.
final class Samples {

    static final String PROJECT = "4f1c0a52e6d54fbb9a7d0c7a1b2c3d4e";
    static final BillingPeriod NOVEMBER = BillingPeriod.of(YearMonth.of(2026, 11));
    static final BillingPeriod OCTOBER = BillingPeriod.of(YearMonth.of(2026, 10));
    static final Instant ISSUED = Instant.parse("2026-12-02T08:30:00Z");
    static final String FINGERPRINT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    static final List<String> SELLER = List.of(
            "Nordlicht Cloud GmbH",
            "Hafenstraße 12",
            "20457 Hamburg, Germany",
            "VAT ID DE123456789",
            "billing@nordlicht.example");
    static final List<String> NOTES = List.of(
            "Please pay to IBAN DE02 1203 0000 0000 2020 51, BIC BYLADEM1001, with the invoice number.",
            "Questions about this invoice: billing@nordlicht.example");

    private static final Window ALWAYS = Window.since(Instant.parse("2020-01-01T00:00:00Z"));

    private Samples() {}

    static Account account() {
        return new Account(
                PROJECT,
                "acme-production",
                Optional.empty(),
                List.of(new TaxRate("VAT", new BigDecimal("19"))),
                List.of("ACME Weltraumhandel AG", "Accounts Payable", "Musterallee 7", "10115 Berlin", "Germany"),
                Optional.of("C-10042"),
                Optional.of("CC 4711 / Platform"));
    }

    static PriceBook book() {
        return book("EUR", BigDecimal.ONE);
    }

    /// @param factor what every price is multiplied by
    static PriceBook book(String currency, BigDecimal factor) {
        Currency in = Currency.getInstance(currency);
        return new PriceBook(
                "standard",
                3,
                ALWAYS,
                in,
                Rounding.of(in),
                Meters.BUILT_IN.and(List.of(Meter.amount("network.out", "B"))),
                StateRules.USUAL,
                List.of(
                        price("vcpu", "vCPU", "vcpus", "vCPU hour", unit("0.0195", factor), List.of("flavor")),
                        price("memory", "Memory", "memory", "GiB hour", unit("0.0045", factor), List.of()),
                        price("root-disk", "Root disk", "disk.root", "GiB month", unit("0.05", factor), List.of()),
                        price(
                                "volume",
                                "Volume",
                                "volume.size",
                                "GiB month",
                                new PriceModel.Graduated(
                                        List.of(tier("500", "0.10", factor), tier(null, "0.08", factor))),
                                List.of("volume_type")),
                        price(
                                "address",
                                "Floating IP",
                                "floating_ip",
                                "address hour",
                                unit("0.005", factor),
                                List.of()),
                        price(
                                "traffic",
                                "Outgoing traffic",
                                "network.out",
                                "GB",
                                new PriceModel.Included(new BigDecimal("100"), unit("0.04", factor)),
                                List.of()),
                        fee(
                                "support",
                                "Support",
                                "account",
                                new PriceModel.Fixed(times("49.00", factor), PriceModel.Fixed.Each.ACCOUNT)),
                        fee(
                                "service",
                                "Service charge",
                                currency,
                                new PriceModel.Percentage(new BigDecimal("2.5"), Set.of()))),
                new TreeSet<>(Set.of("server", "volume")));
    }

    private static Price price(
            String id, String item, String meter, String per, PriceModel model, List<String> groupBy) {
        return new Price(
                id,
                item,
                Optional.of(meter),
                "",
                List.of(),
                ALWAYS,
                Per.parse(per),
                model,
                TimeSlice.SECOND,
                groupBy,
                0);
    }

    private static Price fee(String id, String item, String per, PriceModel model) {
        return new Price(
                id,
                item,
                Optional.empty(),
                "",
                List.<Condition>of(),
                ALWAYS,
                Per.parse(per),
                model,
                TimeSlice.SECOND,
                List.of(),
                0);
    }

    static PriceModel unit(String price, BigDecimal factor) {
        return new PriceModel.PerUnit(times(price, factor));
    }

    private static PriceModel.Tier tier(
            @org.jspecify.annotations.Nullable String upTo, String price, BigDecimal factor) {
        return new PriceModel.Tier(Optional.ofNullable(upTo).map(BigDecimal::new), times(price, factor));
    }

    private static BigDecimal times(String price, BigDecimal factor) {
        return new BigDecimal(price).multiply(factor);
    }

    /// An id that is the same in every run.
    static String uuid(String seed) {
        return UUID.nameUUIDFromBytes(seed.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString();
    }

    static Timeline server(String region, String name, String flavor, int vcpus, int gib, String from, String to) {
        String id = uuid(region + "server" + name);
        return timeline(
                new ResourceId(region, "server", id),
                Report.NOTHING
                        .owner(PROJECT)
                        .state("active")
                        .attribute("name", name)
                        .attribute("flavor", flavor)
                        .level("server", 1)
                        .level("vcpus", vcpus)
                        .level("memory", gib * 1024L)
                        .level("disk.root", 20),
                from,
                to);
    }

    static Timeline volume(String region, String name, String type, int gib, String from, String to) {
        String id = uuid(region + "volume" + name);
        return timeline(
                new ResourceId(region, "volume", id),
                Report.NOTHING
                        .owner(PROJECT)
                        .state("in-use")
                        .attribute("name", name)
                        .attribute("volume_type", type)
                        .level("volume", 1)
                        .level("volume.size", gib),
                from,
                to);
    }

    static Timeline address(String region, String name, String from, String to) {
        return timeline(
                new ResourceId(region, "floating_ip", uuid(region + "ip" + name)),
                Report.NOTHING.owner(PROJECT).attribute("name", name).level("floating_ip", 1),
                from,
                to);
    }

    static Timeline traffic(String region, String name, String at, String bytes) {
        ResourceId router = new ResourceId(region, "gateway", uuid(region + "gateway" + name));
        Report report =
                Report.NOTHING.owner(PROJECT).attribute("name", name).flow("network.out", new BigDecimal(bytes));
        return Timeline.fold(router, List.of(observation(router, "gateway.traffic", at, report)));
    }

    static Timeline snapshot(String region, String name, String from, String to) {
        return timeline(
                new ResourceId(region, "snapshot", uuid(region + "snapshot" + name)),
                Report.NOTHING
                        .owner(PROJECT)
                        .attribute("name", name)
                        .state("available")
                        .level("snapshot.size", 40),
                from,
                to);
    }

    private static Timeline timeline(ResourceId resource, Report report, String from, String to) {
        Instant began = Instant.parse(from);
        Instant ended = Instant.parse(to);
        return Timeline.fold(
                resource,
                List.of(
                        observation(resource, resource.type() + ".create.end", from, report.began(began)),
                        observation(
                                resource,
                                resource.type() + ".delete.end",
                                to,
                                Report.NOTHING.state("deleted").ended(ended))));
    }

    private static Observation observation(ResourceId resource, String event, String at, Report report) {
        ObservationId id = new ObservationId("nova", uuid(resource + event + at));
        return new Observation(id, event, resource, Instant.parse(at), report);
    }

    /// Two regions, all price models that invoices commonly show.
    static List<Timeline> usual() {
        return List.of(
                server("hamburg-1", "web-1", "c2.medium", 2, 4, "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"),
                server("hamburg-1", "web-2", "c2.medium", 2, 4, "2026-11-03T10:15:07Z", "2026-11-24T19:02:55Z"),
                server("hamburg-1", "db-primary", "m4.xlarge", 8, 64, "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"),
                volume("hamburg-1", "db-data", "fast-ssd", 750, "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"),
                volume("hamburg-1", "backup", "capacity", 2000, "2026-11-11T11:11:11Z", "2027-01-01T00:00:00Z"),
                address("hamburg-1", "203.0.113.17", "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"),
                traffic("hamburg-1", "gateway", "2026-11-15T12:00:00Z", "1834567890123"),
                server("oslo-2", "standby", "c2.medium", 2, 4, "2026-11-20T00:00:00Z", "2027-01-01T00:00:00Z"),
                volume("oslo-2", "standby-data", "fast-ssd", 100, "2026-11-20T00:00:00Z", "2027-01-01T00:00:00Z"));
    }

    static Bill bill() {
        return bill(account(), book(), NOVEMBER, usual());
    }

    static Bill bill(Account account, PriceBook book, BillingPeriod period, List<Timeline> timelines) {
        return Bill.of(
                account,
                period,
                period.window().to(),
                1234,
                book,
                Rater.rate(book, account.project(), period.window(), timelines));
    }

    static Bill unpricedBill() {
        List<Timeline> timelines = new ArrayList<>(usual());
        timelines.add(snapshot("oslo-2", "before-upgrade", "2026-11-02T00:00:00Z", "2026-11-09T00:00:00Z"));
        return bill(account(), book(), NOVEMBER, timelines);
    }

    static Invoice invoice() {
        return invoice(bill(), List.of());
    }

    static Invoice invoice(Bill bill, List<InvoiceLine> corrections) {
        List<InvoiceLine> lines = new ArrayList<>(bill.lines());
        lines.addAll(corrections);
        return new Invoice(
                "INV-2026-000042",
                Invoice.Kind.INVOICE,
                SELLER,
                bill.account(),
                bill.period(),
                ISSUED,
                LocalDate.parse("2026-12-16"),
                bill.currency(),
                bill.priceBook(),
                bill.priceBookVersion(),
                bill.cutoff(),
                lines,
                Invoice.taxes(lines, service -> bill.account().taxes(), bill.currency(), Rounding.of(bill.currency())),
                Optional.empty(),
                "",
                "");
    }

    /// October was invoiced before a late delete and a late volume came to light.
    static List<InvoiceLine> corrections() {
        Bill then = bill(
                account(),
                book(),
                OCTOBER,
                List.of(
                        server("hamburg-1", "web-1", "c2.medium", 2, 4, "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"),
                        server(
                                "hamburg-1",
                                "batch-7",
                                "c8.large",
                                8,
                                16,
                                "2026-10-01T00:00:00Z",
                                "2027-01-01T00:00:00Z")));
        Bill now = bill(
                account(),
                book(),
                OCTOBER,
                List.of(
                        server("hamburg-1", "web-1", "c2.medium", 2, 4, "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"),
                        server(
                                "hamburg-1",
                                "batch-7",
                                "c8.large",
                                8,
                                16,
                                "2026-10-01T00:00:00Z",
                                "2026-10-09T17:30:00Z"),
                        volume(
                                "hamburg-1",
                                "scratch",
                                "capacity",
                                250,
                                "2026-10-20T08:00:00Z",
                                "2027-01-01T00:00:00Z")));
        return Corrections.between(then.lines(), now);
    }

    static Invoice correctedInvoice() {
        return invoice(bill(), corrections());
    }

    static Invoice creditNote() {
        return Invoice.creditNote(
                correctedInvoice(),
                "CN-2026-000003",
                ISSUED.plusSeconds(86_400),
                LocalDate.parse("2026-12-17"),
                "Issued to the wrong company",
                FINGERPRINT);
    }

    static Invoice yen() {
        return invoice(bill(account(), book("JPY", new BigDecimal("160")), NOVEMBER, usual()), List.of());
    }

    /// Names that people do give to things.
    static Invoice hostile() {
        Account account = new Account(
                PROJECT,
                "<script>alert('account')</script>",
                Optional.empty(),
                List.of(new TaxRate("VAT & <b>co</b>", new BigDecimal("7.7"))),
                List.of(
                        "Ελληνική Εταιρεία «Ωμέγα» ΑΕ",
                        "ООО «Ёлочка & Сыновья»",
                        "Łódź, Ďábelské ódy, Þórshöfn 15 €",
                        "株式会社クラウド",
                        "\"quoted\" <img src=x onerror=alert(1)> ]]> & &amp;"),
                Optional.of("C-\u202e12345\u0000\u001b[31m"),
                Optional.empty());
        String here = "<b>ré&gion</b>";
        return invoice(
                bill(
                        account,
                        book(),
                        NOVEMBER,
                        List.of(
                                server(
                                        here,
                                        "</td></tr></table><script>alert(1)</script>",
                                        "x</style><script>alert(2)</script>",
                                        2,
                                        4,
                                        "2026-10-01T00:00:00Z",
                                        "2027-01-01T00:00:00Z"),
                                server(
                                        here,
                                        "сервер-база-данных",
                                        "c2.средний",
                                        4,
                                        8,
                                        "2026-11-20T00:00:00Z",
                                        "2027-01-01T00:00:00Z"),
                                server(
                                        here,
                                        "x".repeat(200),
                                        "aVeryLongFlavorNameWithoutAnyBlankInIt-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789",
                                        1,
                                        1,
                                        "2026-10-01T00:00:00Z",
                                        "2027-01-01T00:00:00Z"),
                                server(
                                        here,
                                        "bell\u0007\u001b]0;owned\u0007\nnext line \ud800 lone",
                                        "=cmd|' /C calc'!A0",
                                        1,
                                        1,
                                        "2026-10-01T00:00:00Z",
                                        "2027-01-01T00:00:00Z"),
                                server(here, "", "−1+1,\"2\"", 1, 1, "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"))),
                List.of());
    }

    /// So many lines: volumes of as many types in three regions.
    static Invoice large(int lines) {
        List<Timeline> timelines = new ArrayList<>();
        for (int i = 0; i < lines - 2; i++) {
            timelines.add(volume(
                    "region-" + (i % 3 + 1),
                    "volume-" + i,
                    "type-%s".formatted(i),
                    10 + i % 990,
                    "2026-10-01T00:00:00Z",
                    "2027-01-01T00:00:00Z"));
        }
        return invoice(bill(account(), book(), NOVEMBER, timelines), List.of());
    }

    /// As it comes back from the ledger: without the uses.
    static Invoice frozen(Invoice invoice) {
        List<InvoiceLine> lines = invoice.lines().stream()
                .map(line -> new InvoiceLine(
                        line.key(),
                        line.item(),
                        line.meter(),
                        line.per(),
                        line.rate(),
                        line.quantity(),
                        line.exact(),
                        line.amount(),
                        line.correction(),
                        List.of()))
                .toList();
        return new Invoice(
                invoice.number(),
                invoice.kind(),
                invoice.seller(),
                invoice.account(),
                invoice.period(),
                invoice.issuedAt(),
                invoice.dueOn(),
                invoice.currency(),
                invoice.priceBook(),
                invoice.priceBookVersion(),
                invoice.cutoff(),
                lines,
                invoice.taxes(),
                invoice.voids(),
                invoice.reason(),
                invoice.previousHash());
    }

    static DocumentOptions full() {
        return DocumentOptions.PLAIN
                .withUsageByResource()
                .withFingerprint(FINGERPRINT)
                .withNotes(NOTES)
                .withSeller(SELLER);
    }

    static SortedMap<String, Invoice> invoices() {
        SortedMap<String, Invoice> invoices = new TreeMap<>();
        invoices.put("normal", invoice());
        invoices.put("corrected", correctedInvoice());
        invoices.put("credit-note", creditNote());
        invoices.put("yen", yen());
        invoices.put("hostile", hostile());
        invoices.put("large", large(300));
        return invoices;
    }
}
