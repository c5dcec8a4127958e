package org.reckoner.deliver.killbill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.money.Money;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.deliver.outbox.Courier;
import org.reckoner.deliver.reconcile.Finding;
import org.reckoner.deliver.reconcile.Reconciliation;
import org.reckoner.prices.PriceBookFile;
import org.reckoner.simulators.http.Trouble;

/// The mode `usage` on a real Kill Bill, whose test clock says which month it is.
@Tag("live")
@Timeout(240)
class UsageLiveTest {

    private static final BillingPeriod NOVEMBER = BillingPeriod.parse("2026-11");
    private static final Map<String, Object> USAGE =
            Map.of("mode", "usage", "create-accounts", "true", "cluster-id", "stack", "cluster-name", "stack_name");

    @TempDir
    private Path folder = Path.of(".");

    @SuppressWarnings("NullAway.Init")
    private RealKillBill killBill;

    @SuppressWarnings("NullAway.Init")
    private KillBill adapter;

    @BeforeAll
    static void find() {
        RealKillBill.mustBeThere();
    }

    @BeforeEach
    void open() throws Exception {
        killBill = new RealKillBill();
        killBill.clock(Instant.parse("2026-12-02T09:00:00Z"));
        adapter = new KillBill(killBill.settings(USAGE));
        adapter.uploadCatalog(List.of(book("volume", "ip", "server", "base")), LocalDate.parse("2026-12-01"), false);
    }

    @AfterEach
    void close() throws Exception {
        adapter.close();
        killBill.clock(Instant.parse("2026-12-02T09:00:00Z"));
        killBill.close();
    }

    static PriceBook book(String... ids) {
        StringBuilder text = new StringBuilder("price-book: standard\ncurrency: EUR\nprices:\n");
        for (String id : ids) {
            text.append("  - {id: %s, item: Item, meter: volume.size, per: GiB day, price: 0.3, when: {state: %s}}%n"
                    .formatted(id, id));
        }
        if (!(PriceBookFile.read("test", text.toString()) instanceof PriceBookFile.Read read)) {
            throw new AssertionError("the price book of the test is refused:\n" + text);
        }
        return read.book();
    }

    @Test
    void a_month_of_many_projects_is_billed_by_kill_bill_to_the_cent() throws Exception {
        try (Cloud cloud = new Cloud(folder, List.of("kb"))) {
            List<String> numbers = cloud.issue(12);
            new Courier(cloud.ledger(), Backend.of("kb", adapter), cloud, new Random(1), attempt -> {}).deliverDue();

            assertThat(Reconciliation.of(cloud.ledger(), "kb", adapter, NOVEMBER))
                    .hasSize(12)
                    .allSatisfy(finding -> assertThat(finding.kind()).isEqualTo(Finding.Kind.AGREES));
            for (String number : numbers) {
                Invoice invoice = cloud.invoice(number);
                List<KillBillInvoice> there = killBill
                        .invoices(invoice.account().project())
                        .stream()
                        .filter(each -> each.total().amount().signum() != 0)
                        .toList();
                assertThat(there).singleElement().satisfies(each -> {
                    assertThat(each.total().amount())
                            .isEqualByComparingTo(invoice.total().amount());
                    assertThat(each.balance())
                            .isEqualByComparingTo(invoice.total().amount());
                    assertThat(each.items())
                            .allSatisfy(item -> assertThat(item.type()).isEqualTo("USAGE"));
                });
            }
        }
    }

    @Test
    void three_months_with_corrections_both_ways_and_late_ones_agree_to_the_cent() throws Exception {
        Random random = new Random(3);
        List<Outgoing> documents = new ArrayList<>();
        Money sum = Money.parse("EUR 0.00");
        for (int month = 9; month <= 12; month++) {
            String period = "2026-%02d".formatted(month);
            Paper paper = new Paper("INV-" + month, "p-1", period, "EUR");
            for (String price : List.of("volume", "ip", "server", "volume")) {
                paper.line(price, cents(random, 100_000));
            }
            if (month > 9) { // of the month before, and of one that Kill Bill does not look at any more
                paper.correction("2026-%02d".formatted(month - 1), "volume", cents(random, 5_000));
                paper.correction("2026-%02d".formatted(month - 1), "ip", "-" + cents(random, 900));
                paper.correction("2026-05", "server", cents(random, 700));
            }
            paper.tax("VAT", "19", "10.00", cents(random, 9_000));
            Outgoing document = paper.outgoing();
            documents.add(document);
            killBill.clock(document.invoice().period().window().to().plusSeconds(40_000));

            Receipt receipt = adapter.create(document);

            assertThat(receipt.total()).contains(document.invoice().total());
            assertThat(adapter.find(document)).contains(receipt);
            sum = sum.plus(document.invoice().total());
        }
        assertThat(killBill.balance("p-1")).isEqualByComparingTo(sum.amount());
        assertThat(killBill.invoices("p-1").stream()
                        .flatMap(invoice -> invoice.items().stream())
                        .map(KillBillInvoice.Item::type)
                        .distinct())
                .contains("USAGE", "EXTERNAL_CHARGE", "CREDIT_ADJ");
    }

    private static String cents(Random random, int most) {
        return java.math.BigDecimal.valueOf(1 + random.nextInt(most), 2).toPlainString();
    }

    @Test
    void each_cluster_has_its_subscription_with_the_fields_of_its_stack() throws Exception {
        Outgoing document = Paper.november("INV-1", "p-1")
                .line("server", "10.00", "stack", "stack-1")
                .line("server", "20.50", "stack", "stack-2")
                .line("volume", "5.00")
                .outgoing();

        Receipt receipt = adapter.create(document);

        assertThat(receipt.total()).contains(Money.parse("EUR 35.50"));
        String subscription = killBill.send("GET", "/subscriptions?externalKey=p-1%2Fstack-2", "")
                .path("subscriptionId")
                .asString();
        assertThat(killBill.send("GET", "/subscriptions/%s/customFields".formatted(subscription), "")
                        .toString())
                .contains("openstack_stack_id")
                .contains("stack-2");
        assertThat(killBill.invoices("p-1").stream()
                        .flatMap(invoice -> invoice.items().stream())
                        .filter(item ->
                                item.subscription().filter(subscription::equals).isPresent())
                        .map(KillBillInvoice.Item::amount)
                        .reduce(java.math.BigDecimal.ZERO, java.math.BigDecimal::add))
                .isEqualByComparingTo("20.50");
    }

    @Test
    void a_subscription_that_another_integration_made_for_a_stack_is_used() throws Exception {
        adapter.create(Paper.november("INV-0", "p-1").line("volume", "1.00").outgoing());
        String account = killBill.send("GET", "/accounts?externalKey=p-1", "")
                .path("accountId")
                .asString();
        killBill.send(
                "POST", "/subscriptions?entitlementDate=2026-11-12&billingDate=2026-11-12", """
                {"accountId": "%s", "externalKey": "theirs", "planName": "openstack-standard-monthly"}
                """.formatted(account));
        String theirs = killBill.send("GET", "/subscriptions?externalKey=theirs", "")
                .path("subscriptionId")
                .asString();
        killBill.field("subscriptions", theirs, "openstack_stack_id", "stack-1");

        Receipt receipt = adapter.create(Paper.november("INV-1", "p-1")
                .line("server", "10.00", "stack", "stack-1")
                .outgoing());

        assertThat(receipt.total()).contains(Money.parse("EUR 10.00"));
        assertThat(killBill.invoices("p-1").stream()
                        .flatMap(invoice -> invoice.items().stream())
                        .filter(item ->
                                item.subscription().filter(theirs::equals).isPresent())
                        .map(KillBillInvoice.Item::amount)
                        .reduce(java.math.BigDecimal.ZERO, java.math.BigDecimal::add))
                .isEqualByComparingTo("10.00");
    }

    @Test
    void what_the_catalog_has_no_unit_for_is_charged_and_not_lost() throws Exception {
        Outgoing document = Paper.november("INV-1", "p-1")
                .line("volume", "10.00")
                .line("unheard-of", "4.44")
                .line("server", "1234567.00")
                .outgoing();

        Receipt receipt = adapter.create(document);

        assertThat(receipt.total()).contains(document.invoice().total());
        assertThat(adapter.find(document)).contains(receipt);
    }

    @Test
    void a_new_price_is_usage_once_a_new_version_of_the_catalog_holds() throws Exception {
        adapter.create(Paper.november("INV-1", "p-1").line("volume", "10.00").outgoing());
        PriceBook more = book("volume", "gpu");
        assertThat(adapter.uploadCatalog(List.of(book("volume")), LocalDate.parse("2026-12-01"), false))
                .isEmpty();
        assertThat(adapter.uploadCatalog(List.of(more), LocalDate.parse("2026-12-01"), true))
                .hasValueSatisfying(text -> assertThat(text).contains("openstack-billed-gpu", "openstack-billed-ip"));
        adapter.uploadCatalog(List.of(more), LocalDate.parse("2026-12-01"), false);
        assertThatThrownBy(() -> adapter.uploadCatalog(List.of(book("disk")), LocalDate.parse("2026-12-01"), false))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("later day");
        killBill.clock(Instant.parse("2027-01-02T12:00:00Z"));

        Outgoing december =
                new Paper("INV-2", "p-1", "2026-12", "EUR").line("gpu", "7.77").outgoing();
        assertThat(adapter.create(december).total()).contains(Money.parse("EUR 7.77"));
        assertThat(killBill.invoices("p-1").stream().flatMap(invoice -> invoice.items().stream()))
                .noneMatch(item -> item.type().equals("EXTERNAL_CHARGE"));
    }

    @Test
    void a_process_that_dies_between_any_two_requests_leaves_nothing_lost_and_nothing_twice() throws Exception {
        killBill.passed.clear();
        try (KillBill through = new KillBill(killBill.throughProxy(USAGE))) {
            through.create(document("p-0"));
        }
        int requests = killBill.passed.size();
        assertThat(requests).as("%s", killBill.passed).isGreaterThan(9);
        for (int i = 1; i <= requests; i++) {
            for (boolean done : new boolean[] {true, false}) {
                Outgoing document = document("p-%d-%s".formatted(i, done));
                killBill.dieAt(i, done);
                try (KillBill through = new KillBill(killBill.throughProxy(USAGE))) {
                    assertThatThrownBy(() -> through.create(document)).isInstanceOf(Undelivered.Unavailable.class);
                }
                killBill.live();
                Optional<Receipt> there = adapter.find(document);
                Receipt receipt = there.isPresent() ? there.get() : adapter.create(document);
                assertThat(receipt.total())
                        .as("died at request %d, %s", i, done ? "done" : "not done")
                        .contains(document.invoice().total());
                assertThat(killBill.balance(document.invoice().account().project()))
                        .isEqualByComparingTo(document.invoice().total().amount());
            }
        }
    }

    private static Outgoing document(String project) {
        return Paper.november("INV-" + project, project)
                .line("volume", "30.00")
                .line("unheard-of", "5.00")
                .correction("2026-10", "volume", "-12.34")
                .outgoing();
    }

    @Test
    void look_ups_that_lag_behind_make_drafts_of_charges_of_which_one_is_committed() throws Exception {
        adapter.create(Paper.november("INV-0", "p-1").line("volume", "1.00").outgoing());
        Outgoing document = document("p-1");
        try (KillBill through = new KillBill(killBill.throughProxy(USAGE))) {
            killBill.lag(5);
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThat(attempt == 0 ? Optional.empty() : through.find(document))
                        .isEmpty();
                assertThatThrownBy(() -> through.create(document))
                        .isInstanceOf(Undelivered.Unavailable.class)
                        .hasMessageContaining("does not list them");
            }

            assertThat(through.find(document)).isEmpty();
            assertThat(through.create(document).total())
                    .contains(document.invoice().total());
        }
        assertThat(killBill.balance("p-1"))
                .isEqualByComparingTo(document.invoice().total().amount().add(java.math.BigDecimal.ONE));
    }

    @Test
    void charges_and_credits_that_a_proxy_sends_twice_are_committed_once() throws Exception {
        Outgoing document = document("p-1");
        try (KillBill through = new KillBill(killBill.throughProxy(USAGE))) {
            through.create(Paper.november("INV-0", "p-1").line("volume", "1.00").outgoing());
            for (int i = 0; i < 12; i++) {
                killBill.proxy.next(Trouble.TWICE);
            }
            assertThat(through.create(document).total())
                    .contains(document.invoice().total());
        }
        assertThat(killBill.balance("p-1"))
                .isEqualByComparingTo(document.invoice().total().amount().add(java.math.BigDecimal.ONE));
    }

    @Test
    void a_charge_that_comes_late_stays_a_draft_and_is_told_as_doubled() throws Exception {
        Outgoing document = document("p-1");
        try (KillBill through = new KillBill(killBill.throughProxy(USAGE))) {
            through.create(document);
            killBill.repeatCharges();

            assertThat(through.documents(NOVEMBER))
                    .extracting(receipt -> receipt.reference() + " " + receipt.status())
                    .containsExactlyInAnyOrder("INV-p-1 OPEN", "INV-p-1 DRAFT");
            assertThat(through.find(document).flatMap(Receipt::total))
                    .contains(document.invoice().total());
            assertThat(through.documents(NOVEMBER))
                    .singleElement()
                    .satisfies(receipt -> assertThat(receipt.total())
                            .contains(document.invoice().total()));
        }
        assertThat(killBill.balance("p-1"))
                .isEqualByComparingTo(document.invoice().total().amount());
    }

    @Test
    void processes_that_bring_the_same_document_at_once_charge_it_once() throws Exception {
        Outgoing document = Paper.november("INV-1", "p-1")
                .line("unheard-of", "5.00")
                .line("unheard-of-too", "25.00")
                .correction("2026-10", "volume", "-12.34")
                .outgoing();
        adapter.create(Paper.november("INV-0", "p-1").line("volume", "1.00").outgoing());
        List<KillBill> processes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            processes.add(new KillBill(killBill.settings(USAGE)));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(processes.size())) {
            List<Future<Receipt>> saved = new ArrayList<>();
            processes.forEach(each -> saved.add(threads.submit(() -> each.create(document))));
            for (Future<Receipt> each : saved) {
                try {
                    each.get();
                } catch (ExecutionException e) { // another did it at the same moment; the outbox comes again
                    assertThat(e.getCause()).isInstanceOf(Undelivered.class);
                }
            }
        }
        assertThat(adapter.find(document).flatMap(Receipt::total))
                .contains(document.invoice().total());
        processes.forEach(KillBill::close);
        assertThat(killBill.invoices("p-1").stream()
                        .filter(invoice -> invoice.isMarked(document.reference()))
                        .map(KillBillInvoice::status))
                .doesNotContain("DRAFT");
        assertThat(killBill.balance("p-1"))
                .isEqualByComparingTo(document.invoice().total().amount().add(java.math.BigDecimal.ONE));
    }

    @Test
    void a_credit_note_leaves_nothing_to_pay() throws Exception {
        Paper paper = Paper.november("INV-1", "p-1").line("volume", "30.00").tax("VAT", "25", "30.00", "7.50");
        adapter.create(paper.outgoing());
        Outgoing note = paper.takenBack("CN-1", Instant.parse("2026-12-03T00:00:00Z"));

        Receipt receipt = adapter.create(note);

        assertThat(receipt.total()).contains(Money.parse("EUR -37.50"));
        assertThat(adapter.find(note)).contains(receipt);
        assertThat(killBill.balance("p-1")).isEqualByComparingTo("0");
    }

    @Test
    void a_voided_invoice_is_told_as_cancelled_and_what_kill_bill_makes_of_its_usage_again_counts_once()
            throws Exception {
        Outgoing document =
                Paper.november("INV-1", "p-1").line("volume", "30.00").outgoing();
        Receipt receipt = adapter.create(document);
        killBill.send("PUT", "/invoices/%s/voidInvoice".formatted(receipt.remoteId()), "");
        assertThat(adapter.documents(NOVEMBER))
                .allSatisfy(each -> assertThat(each.status()).isEqualTo(Receipt.Status.CANCELLED));

        String account = killBill.send("GET", "/accounts?externalKey=p-1", "")
                .path("accountId")
                .asString();
        adapter.orders().bill(account, LocalDate.parse("2026-12-01"));

        assertThat(adapter.documents(NOVEMBER)).singleElement().satisfies(each -> {
            assertThat(each.total()).contains(Money.parse("EUR 30.00"));
            assertThat(each.status()).isEqualTo(Receipt.Status.OPEN);
        });
    }

    @Test
    void a_document_of_nothing_arrives() throws Exception {
        for (Paper paper : List.of(
                Paper.november("INV-1", "p-1"),
                Paper.november("INV-2", "p-1").line("volume", "0.00"),
                Paper.november("INV-3", "p-1").line("volume", "0.00").line("ip", "1.00"))) {
            Receipt receipt = adapter.create(paper.outgoing());
            assertThat(receipt.total()).contains(paper.invoice().total());
            assertThat(adapter.find(paper.outgoing())).contains(receipt);
        }
    }

    @Test
    void without_a_trigger_kill_bill_bills_when_its_own_time_comes() throws Exception {
        Outgoing december =
                new Paper("INV-2", "p-1", "2026-12", "EUR").line("ip", "7.77").outgoing();
        try (KillBill waiting = new KillBill(
                killBill.settings(Map.of("mode", "usage", "create-accounts", "true", "trigger", "false")))) {
            Receipt receipt = waiting.create(december);
            assertThat(receipt.total()).isEmpty();
            assertThat(receipt.status()).isEqualTo(Receipt.Status.DRAFT);
            assertThat(waiting.create(december)).isEqualTo(receipt);

            killBill.clock(Instant.parse("2027-01-01T23:00:00Z"));
            for (int i = 0; i < 100 && waiting.find(december).isEmpty(); i++) {
                Thread.sleep(100);
            }
            assertThat(waiting.find(december).flatMap(Receipt::total)).contains(Money.parse("EUR 7.77"));
        }
    }
}
