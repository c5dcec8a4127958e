package org.reckoner.deliver.killbill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
import org.reckoner.core.money.Money;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.deliver.outbox.Courier;
import org.reckoner.deliver.reconcile.Finding;
import org.reckoner.deliver.reconcile.Reconciliation;
import org.reckoner.ledger.delivery.Deliveries;
import org.reckoner.ledger.delivery.Delivery;
import org.reckoner.simulators.http.Trouble;

/// Charges on a real Kill Bill while everything goes wrong.
@Tag("live")
@Timeout(180)
class ChargesTroublesLiveTest {

    private static final BillingPeriod NOVEMBER = BillingPeriod.parse("2026-11");
    private static final Map<String, Object> CREATING = Map.of("create-accounts", "true");

    @TempDir
    private Path folder = Path.of(".");

    @SuppressWarnings("NullAway.Init")
    private RealKillBill killBill;

    @BeforeAll
    static void find() {
        RealKillBill.mustBeThere();
    }

    @BeforeEach
    void open() throws Exception {
        killBill = new RealKillBill();
    }

    @AfterEach
    void close() {
        killBill.close();
    }

    private static Outgoing withCorrections(String number, String project) {
        return Paper.november(number, project)
                .line("volume", "30.00")
                .line("ip", "5.00")
                .correction("2026-10", "volume", "-12.34")
                .correction("2026-10", "server", "-20.00")
                .tax("VAT", "25", "2.66", "0.67")
                .outgoing();
    }

    @Test
    void money_given_back_is_an_adjustment_and_the_total_is_ours_to_the_cent() throws Exception {
        Outgoing document = withCorrections("INV-1", "p-1");
        try (KillBill adapter = new KillBill(killBill.settings(CREATING))) {
            Receipt saved = adapter.create(document);

            assertThat(saved.total()).contains(Money.parse("EUR 3.33"));
            assertThat(saved.status()).isEqualTo(Receipt.Status.OPEN);
            assertThat(adapter.find(document)).contains(saved);
        }
        assertThat(killBill.invoices("p-1")).singleElement().satisfies(invoice -> {
            assertThat(invoice.balance()).isEqualByComparingTo("3.33");
            assertThat(invoice.items()).extracting(KillBillInvoice.Item::type).contains("ITEM_ADJ");
            assertThat(invoice.items())
                    .filteredOn(item -> item.type().equals("EXTERNAL_CHARGE"))
                    .hasSize(3);
        });
    }

    @Test
    void a_process_that_dies_between_any_two_requests_leaves_nothing_lost_and_nothing_twice() throws Exception {
        killBill.passed.clear();
        try (KillBill adapter = new KillBill(killBill.throughProxy(CREATING))) {
            adapter.create(withCorrections("INV-0", "p-0"));
        }
        int requests = killBill.passed.size();
        assertThat(requests).as("%s", killBill.passed).isGreaterThan(8);
        for (int i = 1; i <= requests; i++) {
            for (boolean done : new boolean[] {true, false}) {
                String project = "p-%d-%s".formatted(i, done);
                Outgoing document = withCorrections("INV-" + project, project);
                killBill.dieAt(i, done);
                try (KillBill adapter = new KillBill(killBill.throughProxy(CREATING))) {
                    assertThatThrownBy(() -> adapter.create(document)).isInstanceOf(Undelivered.Unavailable.class);
                }
                killBill.live();
                try (KillBill adapter = new KillBill(killBill.throughProxy(CREATING))) {
                    Optional<Receipt> there = adapter.find(document);
                    Receipt receipt = there.isPresent() ? there.get() : adapter.create(document);
                    assertThat(receipt.total()).contains(document.invoice().total());
                }
                assertThat(killBill.invoices(project))
                        .as("died at request %d, %s", i, done ? "done" : "not done")
                        .singleElement()
                        .satisfies(invoice -> {
                            assertThat(invoice.status()).isEqualTo("COMMITTED");
                            assertThat(invoice.balance()).isEqualByComparingTo("3.33");
                        });
                assertThat(killBill.fields(project)).containsEntry("openstack_project_id", project);
            }
        }
    }

    @Test
    void threads_that_bring_the_same_document_save_it_once() throws Exception {
        Outgoing document = withCorrections("INV-1", "p-1");
        try (KillBill adapter = new KillBill(killBill.settings(CREATING));
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Receipt>> saved = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                saved.add(threads.submit(() -> adapter.create(document)));
            }
            for (Future<Receipt> each : saved) {
                assertThat(each.get()).isEqualTo(saved.getFirst().get());
            }
        }
        assertThat(killBill.invoices("p-1")).hasSize(1);
    }

    @Test
    void processes_that_bring_the_same_document_at_once_commit_one_invoice() throws Exception {
        List<Outgoing> documents = List.of(
                withCorrections("INV-1", "p-1"),
                Paper.november("INV-2", "p-1").line("a", "7.00").outgoing(),
                Paper.november("INV-3", "p-1")
                        .line("a", "2.00")
                        .takenBack("CN-3", Instant.parse("2026-12-03T00:00:00Z")));
        List<KillBill> processes = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            processes.add(new KillBill(killBill.settings(CREATING)));
        }
        for (Outgoing document : documents) {
            try (ExecutorService threads = Executors.newFixedThreadPool(processes.size())) {
                List<Future<Receipt>> saved = new ArrayList<>();
                processes.forEach(each -> saved.add(threads.submit(() -> each.create(document))));
                for (Future<Receipt> each : saved) {
                    try {
                        each.get();
                    } catch (ExecutionException e) { // another did it at the same moment; the outbox comes again
                        assertThat(e.getCause()).isInstanceOf(Undelivered.Unavailable.class);
                    }
                }
            }
            for (KillBill each : processes) {
                assertThat(each.find(document).flatMap(Receipt::total))
                        .contains(document.invoice().total());
            }
            assertThat(killBill.invoices("p-1").stream()
                            .filter(invoice -> invoice.isMarked(document.reference()))
                            .map(KillBillInvoice::status))
                    .containsOnlyOnce("COMMITTED")
                    .doesNotContain("DRAFT");
        }
        processes.forEach(KillBill::close);
        assertThat(killBill.balance("p-1")).isEqualByComparingTo("8.33");
    }

    @Test
    void what_a_proxy_sends_twice_is_committed_once() throws Exception {
        Outgoing document = Paper.november("INV-1", "p-1").line("a", "1.00").outgoing();
        try (KillBill adapter = new KillBill(killBill.throughProxy(CREATING))) {
            adapter.create(Paper.november("INV-0", "p-1").line("a", "1.00").outgoing());
            killBill.proxy.next(Trouble.TWICE, Trouble.TWICE, Trouble.TWICE, Trouble.TWICE);
            adapter.create(document);

            assertThat(adapter.documents(NOVEMBER))
                    .extracting(receipt -> receipt.reference() + " " + receipt.status())
                    .containsExactlyInAnyOrder("INV-0 OPEN", "INV-1 OPEN", "INV-1 CANCELLED");
        }
        assertThat(killBill.balance("p-1")).isEqualByComparingTo("2.00");
    }

    @Test
    void what_comes_after_nobody_waits_for_it_any_more_stays_a_draft_that_nobody_owes() throws Exception {
        Outgoing document = Paper.november("INV-1", "p-1").line("a", "1.00").outgoing();
        try (KillBill adapter = new KillBill(killBill.throughProxy(CREATING))) {
            adapter.create(document);
            killBill.repeatCharges(); // as a request that was held up somewhere for long

            assertThat(killBill.balance("p-1")).isEqualByComparingTo("1.00");
            assertThat(adapter.documents(NOVEMBER))
                    .extracting(receipt -> receipt.reference() + " " + receipt.status())
                    .containsExactlyInAnyOrder("INV-1 OPEN", "INV-1 DRAFT");
            assertThat(adapter.find(document).map(Receipt::status)).contains(Receipt.Status.OPEN);
            assertThat(adapter.documents(NOVEMBER))
                    .extracting(receipt -> receipt.reference() + " " + receipt.status())
                    .containsExactlyInAnyOrder("INV-1 OPEN", "INV-1 CANCELLED");
        }
    }

    @Test
    void look_ups_that_lag_behind_make_drafts_of_which_one_is_committed() throws Exception {
        Outgoing document = withCorrections("INV-1", "p-1");
        try (KillBill adapter = new KillBill(killBill.throughProxy(CREATING))) {
            killBill.lag(5);
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThat(attempt == 0 ? Optional.empty() : adapter.find(document))
                        .isEmpty();
                assertThatThrownBy(() -> adapter.create(document))
                        .isInstanceOf(Undelivered.Unavailable.class)
                        .hasMessageContaining("does not list it");
            }

            assertThat(adapter.find(document).flatMap(Receipt::total))
                    .contains(document.invoice().total());
        }
        assertThat(killBill.invoices("p-1"))
                .extracting(KillBillInvoice::status)
                .containsExactlyInAnyOrder("COMMITTED", "VOID", "VOID");
        assertThat(killBill.balance("p-1")).isEqualByComparingTo("3.33");
    }

    @Test
    void an_account_that_is_the_projects_no_more_is_looked_for_again_once_it_is_refused() throws Exception {
        Outgoing document = Paper.november("INV-1", "p-1").line("a", "1.00").outgoing();
        String wrong = killBill.account("one", "USD");
        killBill.field("accounts", wrong, "openstack_project_id", "p-1");
        try (KillBill adapter = new KillBill(killBill.settings(CREATING))) {
            assertThatThrownBy(() -> adapter.create(document)).isInstanceOf(Undelivered.Refused.class);
            killBill.removeFields(wrong);

            assertThat(adapter.create(document).total()).contains(Money.parse("EUR 1.00"));
        }
    }

    @Test
    void through_the_outbox_each_document_arrives_once_whatever_the_weather() throws Exception {
        try (Cloud cloud = new Cloud(folder, List.of("kb"));
                KillBill adapter = new KillBill(killBill.throughProxy(Map.of(
                        "create-accounts", "true",
                        "timeout", "PT2S")))) {
            List<String> numbers = cloud.issue(20);
            cloud.takeBack(numbers.getFirst());
            killBill.proxy.late(Duration.ofSeconds(3));
            killBill.proxy.share(
                    12,
                    7,
                    List.of(
                            Trouble.REFUSED_CONNECTION,
                            Trouble.ERROR_BEFORE,
                            Trouble.ERROR_AFTER,
                            Trouble.LOST_ANSWER,
                            Trouble.HALF_ANSWER,
                            Trouble.LATE_ANSWER,
                            Trouble.THROTTLED));
            for (int i = 0; i < 60 && deliveries(cloud).stream().anyMatch(Delivery::isWaiting); i++) {
                new Courier(cloud.ledger(), Backend.of("kb", adapter), cloud, new Random(i), attempt -> {})
                        .deliverDue();
                cloud.pass(Duration.ofHours(1));
            }
            killBill.proxy.share(0, 0, List.of());

            assertThat(deliveries(cloud))
                    .hasSize(21)
                    .allSatisfy(delivery ->
                            assertThat(delivery.state()).as("%s", delivery).isEqualTo(Delivery.State.CONFIRMED));
            assertThat(Reconciliation.of(cloud.ledger(), "kb", adapter, NOVEMBER))
                    .hasSize(21)
                    .allSatisfy(finding -> assertThat(finding.kind()).isEqualTo(Finding.Kind.AGREES));
        }
    }

    private static List<Delivery> deliveries(Cloud cloud) {
        return cloud.ledger().deliveries().page(Deliveries.Filter.ALL, 0, 1000);
    }

    @Test
    void a_credit_note_leaves_nothing_to_pay() throws Exception {
        Paper paper = Paper.november("INV-1", "p-1")
                .line("volume", "30.00")
                .correction("2026-10", "volume", "-12.34")
                .tax("VAT", "25", "17.66", "4.42");
        Outgoing note = paper.takenBack("CN-1", Instant.parse("2026-12-03T00:00:00Z"));
        try (KillBill adapter = new KillBill(killBill.settings(CREATING))) {
            adapter.create(paper.outgoing());

            Receipt saved = adapter.create(note);

            assertThat(saved.total()).contains(Money.parse("EUR -22.08"));
            assertThat(adapter.find(note)).contains(saved);
            assertThat(adapter.documents(NOVEMBER))
                    .extracting(receipt -> receipt.reference() + " " + receipt.status())
                    .containsExactly("CN-1 PAID", "INV-1 PAID");
        }
        assertThat(killBill.balance("p-1")).isEqualByComparingTo("0");
    }

    @Test
    void large_amounts_small_ones_and_nothing_arrive_as_they_are() throws Exception {
        List<Outgoing> documents = List.of(
                Paper.november("INV-1", "p-1").line("a", "12345678.91").outgoing(),
                Paper.november("INV-2", "p-1").line("a", "0.00").outgoing(),
                Paper.november("INV-3", "p-1").outgoing(),
                Paper.november("INV-4", "p-1")
                        .line("a", "0.0049")
                        .line("b", "0.0049")
                        .line("c", "0.0002")
                        .outgoing(),
                new Paper("INV-5", "p-2", "2026-11", "JPY").line("a", "7654321").outgoing(),
                new Paper("INV-6", "p-3", "2026-11", "KWD").line("a", "1.234").outgoing());
        try (KillBill adapter = new KillBill(killBill.settings(CREATING))) {
            for (Outgoing document : documents) {
                Receipt saved = adapter.create(document);
                assertThat(saved.total()).contains(document.invoice().total());
                assertThat(adapter.find(document)).contains(saved);
            }
        }
    }

    @Test
    void what_became_of_an_invoice_there_is_told() throws Exception {
        try (KillBill adapter = new KillBill(killBill.settings(CREATING));
                KillBill drafting =
                        new KillBill(killBill.settings(Map.of("create-accounts", "true", "draft", "true")))) {
            String paid = adapter.create(
                            Paper.november("INV-1", "p-1").line("a", "1.00").outgoing())
                    .remoteId();
            String voided = adapter.create(
                            Paper.november("INV-2", "p-2").line("a", "2.00").outgoing())
                    .remoteId();
            adapter.create(Paper.november("INV-3", "p-3").line("a", "3.00").outgoing());
            drafting.create(withCorrections("INV-4", "p-4"));
            killBill.send("PUT", "/invoices/%s/voidInvoice".formatted(voided), "");
            killBill.pay("p-1", paid);

            assertThat(adapter.documents(NOVEMBER))
                    .extracting(receipt -> receipt.reference() + " " + receipt.status() + " "
                            + receipt.total().orElseThrow())
                    .containsExactly(
                            "INV-1 PAID EUR 1.00",
                            "INV-2 CANCELLED EUR 2.00",
                            "INV-3 OPEN EUR 3.00",
                            "INV-4 DRAFT EUR 3.33");
        }
    }

    @Test
    void a_project_is_found_wherever_an_integration_has_put_its_id() throws Exception {
        String byField = killBill.account("CM_team1", "EUR");
        killBill.field("accounts", byField, "project_cloud_id", "gen-3");
        String older = killBill.account("CM_team2", "EUR");
        killBill.field("accounts", older, "openstack_project_id", "gen-2");
        killBill.send("POST", "/catalog/xml", CatalogText.SMALL);
        String oldest = killBill.account("CM_team3", "EUR");
        killBill.field("subscriptions", killBill.subscription(oldest), "openstack_project_id", "gen-1");
        try (KillBill adapter = new KillBill(killBill.settings(Map.of()))) {
            for (Map.Entry<String, String> each :
                    Map.of("gen-3", byField, "gen-2", older, "gen-1", oldest).entrySet()) {
                Outgoing document = Paper.november("INV-" + each.getKey(), each.getKey())
                        .line("a", "1.00")
                        .outgoing();
                String id = adapter.create(document).remoteId();
                assertThat(killBill.send("GET", "/invoices/" + id, "")
                                .path("accountId")
                                .asString())
                        .isEqualTo(each.getValue());
            }
            assertThatThrownBy(() -> adapter.create(
                            Paper.november("INV-9", "nobody").line("a", "1.00").outgoing()))
                    .isInstanceOf(Undelivered.Refused.class)
                    .hasMessageContaining("no account for the project nobody")
                    .hasMessageContaining("create-accounts");
        }
    }

    @Test
    void accounts_that_both_claim_a_project_are_for_a_person() throws Exception {
        killBill.field("accounts", killBill.account("one", "EUR"), "openstack_project_id", "p-1");
        killBill.field("accounts", killBill.account("two", "EUR"), "project_cloud_id", "p-1");
        try (KillBill adapter = new KillBill(killBill.settings(CREATING))) {
            assertThatThrownBy(() -> adapter.create(
                            Paper.november("INV-1", "p-1").line("a", "1.00").outgoing()))
                    .isInstanceOf(Undelivered.Refused.class)
                    .hasMessageContaining("all claim to be of the project p-1");
        }
    }

    @Test
    void an_account_in_another_currency_is_refused() throws Exception {
        killBill.field("accounts", killBill.account("one", "USD"), "openstack_project_id", "p-1");
        try (KillBill adapter = new KillBill(killBill.settings(CREATING))) {
            assertThatThrownBy(() -> adapter.create(
                            Paper.november("INV-1", "p-1").line("a", "1.00").outgoing()))
                    .isInstanceOf(Undelivered.Refused.class)
                    .hasMessageContaining("EUR");
        }
    }

    @Test
    void wrong_credentials_and_a_stopped_server_are_waited_out_and_told_without_secrets() throws Exception {
        Outgoing document = Paper.november("INV-1", "p-1").line("a", "1.00").outgoing();
        AdapterSettings right = killBill.settings(CREATING);
        for (String key : List.of("PASSWORD", "API_SECRET")) {
            Map<String, String> environment = new java.util.TreeMap<>(right.environment());
            environment.put("RECKONER_DELIVER_KB_" + key, "hunter2");
            try (KillBill adapter = new KillBill(new AdapterSettings("kb", right.values(), environment))) {
                assertThatThrownBy(() -> adapter.create(document))
                        .isInstanceOf(Undelivered.Unavailable.class)
                        .hasMessageContaining("look at the credentials")
                        .hasMessageNotContaining("hunter2");
            }
        }
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        try (KillBill adapter = new KillBill(killBill.settings("http://127.0.0.1:" + free, CREATING))) {
            assertThatThrownBy(() -> adapter.create(document)).isInstanceOf(Undelivered.Unavailable.class);
            assertThatThrownBy(() -> adapter.find(document)).isInstanceOf(Undelivered.Unavailable.class);
            assertThatThrownBy(() -> adapter.documents(NOVEMBER)).isInstanceOf(Undelivered.Unavailable.class);
        }
    }

    @Test
    void the_release_is_told() throws Exception {
        try (KillBill adapter = new KillBill(killBill.settings(Map.of()))) {
            assertThat(adapter.version()).startsWith("0.2");
        }
    }
}
