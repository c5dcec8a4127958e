package org.reckoner.deliver.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.deliver.outbox.Courier;
import org.reckoner.deliver.reconcile.Finding;
import org.reckoner.deliver.reconcile.Reconciliation;
import org.reckoner.ledger.delivery.Deliveries;
import org.reckoner.ledger.delivery.Delivery;
import org.reckoner.simulators.http.SimulatedServer;
import org.reckoner.simulators.http.Trouble;

/// What every adapter must do with a billing system that fails, through the real outbox: each document arrives once.
/// Extend it, and open the adapter on a simulator that is empty.
///
/// The adapter must wait for an answer less than [#LATE]; half of that is a good choice.
public abstract class HostileContract {

    /// How long a late answer takes.
    protected static final Duration LATE = Duration.ofMillis(800);

    private static final String ERP = "erp";
    private static final int CONNECTIONS = 4;
    private static final int ROUNDS = 300;
    private static final int ROUNDS_OF_DISTORTION = 30;
    private static final int MOST_BETWEEN = 3;
    private static final int MOST_ACCOUNTS = 60;

    @TempDir
    protected Path folder = Path.of(".");

    @SuppressWarnings("NullAway.Init")
    private Cloud cloud;

    @SuppressWarnings("NullAway.Init")
    private Backend backend;

    private int accounts;

    /// The adapter, on a billing system without documents. Called before each test.
    protected abstract BillingSystem open() throws Exception;

    /// The web server of the simulator that the adapter was opened on.
    protected abstract SimulatedServer server();

    /// Every document that is in force, as a person sees it in the billing system: what was made, and is neither a
    /// draft nor cancelled. Not read through the adapter.
    protected abstract List<Receipt> inForce() throws Exception;

    /// What the adapter sends and nobody may read in a reason.
    protected abstract List<String> secrets();

    /// How the simulator can fail, if not in every way.
    protected Set<Trouble> troubles() {
        return EnumSet.allOf(Trouble.class);
    }

    @BeforeEach
    void begin() throws Exception {
        cloud = new Cloud(folder, List.of(ERP));
        backend =
                new Backend(ERP, open(), CONNECTIONS, Duration.ZERO, Backend.USUAL_LEASE, Backend.USUAL_MOST_ATTEMPTS);
        server().late(LATE);
        cloud.use(MOST_ACCOUNTS);
    }

    @AfterEach
    void end() {
        backend.close();
        cloud.close();
    }

    @ParameterizedTest
    @EnumSource
    void one_failure_at_any_request_of_a_delivery_does_not_double_it(Trouble trouble) throws Exception {
        if (!troubles().contains(trouble)) {
            return;
        }
        long requests = requestsOf(this::issue);
        for (int well = 0; well < requests; well++) {
            server().after(well, trouble);
            issue();
            deliverAll(new Random(well));
            server().behave();
        }
        allArrivedOnce();
    }

    @ParameterizedTest
    @EnumSource
    void one_failure_at_any_request_of_a_credit_note_does_not_double_it(Trouble trouble) throws Exception {
        if (!troubles().contains(trouble)) {
            return;
        }
        String first = issue();
        deliverAll(new Random(0));
        long requests = requestsOf(() -> cloud.takeBack(first));
        for (int well = 0; well < requests; well++) {
            String number = issue();
            deliverAll(new Random(well));
            server().after(well, trouble);
            cloud.takeBack(number);
            deliverAll(new Random(well));
            server().behave();
        }
        allArrivedOnce();
    }

    /// What was made twice is mended at the next look, which may fail in its turn. A late answer is left out: it is a
    /// lost one that takes its time.
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LATE_ANSWER")
    void a_repeated_request_and_a_failure_soon_after_it_double_nothing(Trouble trouble) throws Exception {
        if (!troubles().containsAll(List.of(Trouble.TWICE, trouble))) {
            return;
        }
        long requests = requestsOf(this::issue);
        for (int well = 0; well < requests; well++) {
            for (int between = 0; between < MOST_BETWEEN; between++) {
                server().after(well, Trouble.TWICE);
                server().after(between, trouble);
                issue();
                deliverAll(new Random(well));
                server().behave();
            }
        }
        allArrivedOnce();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void each_document_arrives_once_whatever_the_weather(long seed) throws Exception {
        Random random = new Random(seed);
        List<String> numbers = cloud.issue(0, 20);
        numbers.stream().filter(number -> random.nextInt(4) == 0).forEach(cloud::takeBack);
        server().share(25, seed, List.copyOf(troubles()));
        deliverAll(random);
        server().behave();
        allArrivedOnce();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void answers_with_values_of_the_wrong_kind_double_nothing_and_lose_nothing(long seed) throws Exception {
        Random random = new Random(seed);
        List<String> numbers = cloud.issue(0, 20);
        numbers.stream().filter(number -> random.nextInt(4) == 0).forEach(cloud::takeBack);
        server().rewrite(reply -> {
            synchronized (random) {
                return random.nextInt(5) == 0 ? Distorted.of(reply, random) : reply;
            }
        });
        for (int round = 0; round < ROUNDS_OF_DISTORTION; round++) {
            new Courier(cloud.ledger(), backend, cloud, new Random(round), attempt -> {}).deliverDue();
            cloud.pass(Duration.ofMinutes(10));
            for (Delivery each : deliveries()) {
                assertThat(each.reason().orElse("")).doesNotContain("the adapter failed");
                if (each.state() == Delivery.State.REFUSED) { // a person sees that nothing is wrong, and tries again
                    cloud.ledger().deliveries().retry(each.id(), cloud.instant(), "olga");
                }
            }
        }
        server().behave();
        for (Delivery each : deliveries()) {
            if (each.state() == Delivery.State.REFUSED) {
                cloud.ledger().deliveries().retry(each.id(), cloud.instant(), "olga");
            }
        }
        deliverAll(random);
        allArrivedOnce();
    }

    @Test
    void what_a_killed_process_had_under_way_is_not_sent_again() throws Exception {
        issue();
        Delivery claimed = cloud.ledger()
                .deliveries()
                .settleAndClaim(List.of(), ERP, cloud.instant(), Backend.USUAL_LEASE, 1)
                .getFirst();
        backend.system().create(cloud.outgoing(claimed.number()));
        cloud.pass(Backend.USUAL_LEASE);
        deliverAll(new Random(0));
        allArrivedOnce();
    }

    private String issue() {
        accounts++;
        return cloud.issue(accounts - 1, accounts).getFirst();
    }

    /// How many requests a delivery takes when all goes well.
    private long requestsOf(Runnable issuing) throws Exception {
        long before = server().requests();
        issuing.run();
        deliverAll(new Random(0));
        return server().requests() - before;
    }

    private List<Delivery> deliveries() {
        return cloud.ledger().deliveries().page(Deliveries.Filter.ALL, 0, Integer.MAX_VALUE);
    }

    private List<String> numbers() {
        return deliveries().stream().map(Delivery::number).toList();
    }

    /// As `reckoner serve` does it for hours, with a process that is killed now and then, and with a person who sends
    /// again what was given up.
    private void deliverAll(Random random) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<Delivery> all = deliveries();
            for (Delivery each : all) {
                assertThat(each.reason().orElse("")).doesNotContain(secrets()).doesNotContain("java.", "Exception");
                if (each.state() == Delivery.State.REFUSED) {
                    assertThat(each.reason().orElse("")).contains("given up after");
                    cloud.ledger().deliveries().retry(each.id(), cloud.instant(), "olga");
                }
            }
            if (all.stream().allMatch(each -> each.state() == Delivery.State.CONFIRMED)) {
                return;
            }
            if (round > 0 && random.nextInt(4) == 0) {
                cloud.ledger().deliveries().settleAndClaim(List.of(), ERP, cloud.instant(), Backend.USUAL_LEASE, 2);
            }
            new Courier(cloud.ledger(), backend, cloud, random, attempt -> {}).deliverDue();
            cloud.pass(Duration.ofMinutes(10));
        }
        throw new AssertionError("not all arrived: " + deliveries());
    }

    private void allArrivedOnce() throws Exception {
        List<Receipt> there = inForce();
        assertThat(there).extracting(Receipt::reference).containsExactlyInAnyOrderElementsOf(numbers());
        for (Receipt receipt : there) {
            Optional<Money> total = receipt.total();
            assertThat(total.orElseThrow().amount())
                    .as(receipt.reference())
                    .isEqualByComparingTo(
                            cloud.invoice(receipt.reference()).total().amount());
        }
        List<Finding> findings =
                new ArrayList<>(Reconciliation.of(cloud.ledger(), ERP, backend.system(), Cloud.NOVEMBER));
        findings.removeIf(finding -> finding.kind() == Finding.Kind.AGREES);
        assertThat(findings).isEmpty();
    }
}
