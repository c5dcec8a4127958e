package org.reckoner.deliver.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.deliver.outbox.Misbehaving.Mood;
import org.reckoner.deliver.reconcile.Finding;
import org.reckoner.deliver.reconcile.Reconciliation;
import org.reckoner.ledger.delivery.Deliveries;
import org.reckoner.ledger.delivery.Delivery;

/// Each document arrives once, whatever fails.
class CourierTest {

    @TempDir
    private Path folder = Path.of(".");

    @SuppressWarnings("NullAway.Init")
    private Cloud cloud;

    @BeforeEach
    void open() {
        cloud = new Cloud(folder, List.of("erp"));
    }

    @AfterEach
    void close() {
        cloud.close();
    }

    private Courier courier(Misbehaving system) {
        return new Courier(cloud.ledger(), Backend.of("erp", system), cloud, new Random(1), attempt -> {});
    }

    private static Misbehaving moods(Mood... first) {
        ConcurrentLinkedQueue<Mood> moods = new ConcurrentLinkedQueue<>(List.of(first));
        return new Misbehaving(() -> Optional.ofNullable(moods.poll()).orElse(Mood.WELL));
    }

    private List<Delivery> deliveries() {
        return cloud.ledger().deliveries().page(Deliveries.Filter.ALL, 0, 1000);
    }

    private Delivery only() {
        assertThat(deliveries()).hasSize(1);
        return deliveries().getFirst();
    }

    @Test
    void what_is_issued_is_owed_and_delivered_once() throws Exception {
        List<String> numbers = cloud.issue(5);
        Misbehaving erp = moods();

        courier(erp).deliverDue();
        courier(erp).deliverDue();

        assertThat(erp.saved()).extracting(Receipt::reference).containsExactlyInAnyOrderElementsOf(numbers);
        assertThat(deliveries())
                .allSatisfy(delivery -> assertThat(delivery.state()).isEqualTo(Delivery.State.CONFIRMED));
    }

    @Test
    void a_lost_answer_is_looked_up_before_anything_is_sent_again() throws Exception {
        cloud.issue(1);
        Misbehaving erp = moods(Mood.LOST_AFTER_SAVING);
        Courier courier = courier(erp);

        courier.deliverDue();
        assertThat(only()).satisfies(delivery -> {
            assertThat(delivery.state()).isEqualTo(Delivery.State.SENT);
            assertThat(delivery.reason()).contains("timed out");
        });
        cloud.pass(Duration.ofMinutes(1));
        courier.deliverDue();

        assertThat(erp.saved()).hasSize(1);
        assertThat(only().remoteId()).contains("remote-0");
    }

    @Test
    void what_a_killed_process_had_under_way_is_looked_up_once_its_answer_counts_as_lost() throws Exception {
        cloud.issue(1);
        Misbehaving erp = moods();
        Delivery claimed = cloud.ledger()
                .deliveries()
                .settleAndClaim(List.of(), "erp", cloud.instant(), Backend.USUAL_LEASE, 1)
                .getFirst();
        erp.create(cloud.outgoing(claimed.number()));

        courier(erp).deliverDue();
        assertThat(only().state()).isEqualTo(Delivery.State.SENT);
        cloud.pass(Backend.USUAL_LEASE);
        courier(erp).deliverDue();

        assertThat(erp.saved()).hasSize(1);
        assertThat(only().state()).isEqualTo(Delivery.State.CONFIRMED);
    }

    @Test
    void what_was_taken_and_is_not_shown_is_looked_for_and_not_sent_again_also_by_another_process() throws Exception {
        cloud.issue(1);
        Misbehaving erp = moods(Mood.TAKEN);

        courier(erp).deliverDue();
        for (int attempt = 0; attempt < 3; attempt++) {
            cloud.pass(Duration.ofMinutes(10));
            cloud.ledger().deliveries().retry(only().id(), cloud.instant(), "ada");
            courier(erp).deliverDue();
            assertThat(only().reason()).contains("it took it and does not show it");
            assertThat(erp.saved()).isEmpty();
        }
        erp.show();
        cloud.pass(Duration.ofHours(1));
        courier(erp).deliverDue();

        assertThat(erp.saved()).hasSize(1);
        assertThat(only().state()).isEqualTo(Delivery.State.CONFIRMED);
    }

    @Test
    void what_was_taken_and_is_gone_is_sent_again_once_somebody_has_cancelled_and_retried_it() throws Exception {
        cloud.issue(1);
        Misbehaving erp = moods(Mood.TAKEN);
        courier(erp).deliverDue();

        cloud.ledger().deliveries().cancel(only().id(), cloud.instant(), "ada", "it is not there");
        cloud.ledger().deliveries().retry(only().id(), cloud.instant(), "ada");
        courier(erp).deliverDue();

        assertThat(erp.saved()).hasSize(1);
        assertThat(only().state()).isEqualTo(Delivery.State.CONFIRMED);
    }

    @Test
    void a_checked_exception_in_disguise_is_a_failure_as_any_other() throws Exception {
        cloud.issue(1);
        Misbehaving erp = moods(Mood.SNEAKY);

        courier(erp).deliverDue();
        assertThat(only().reason()).contains("the adapter failed: java.io.IOException: a disk");
        cloud.pass(Duration.ofMinutes(1));
        courier(erp).deliverDue();

        assertThat(only().state()).isEqualTo(Delivery.State.CONFIRMED);
    }

    @Test
    void an_answer_about_another_document_is_for_a_person() throws Exception {
        cloud.issue(1);

        courier(moods(Mood.ANOTHER_DOCUMENT)).deliverDue();

        assertThat(only().state()).isEqualTo(Delivery.State.REFUSED);
        assertThat(only().reason())
                .hasValueSatisfying(
                        reason -> assertThat(reason).contains("INV-1999-000001", "look whether that is there"));
    }

    @Test
    void a_throttled_request_is_not_counted_again_and_the_backend_is_left_alone_as_long_as_it_asks() throws Exception {
        cloud.issue(1);
        Misbehaving erp = moods(Mood.THROTTLED, Mood.WELL, Mood.THROTTLED, Mood.WELL, Mood.THROTTLED);
        Courier courier = courier(erp);

        for (int i = 0; i < 3; i++) {
            courier.deliverDue();
            assertThat(only()).satisfies(delivery -> {
                assertThat(delivery.state()).isEqualTo(Delivery.State.SENT);
                assertThat(delivery.attempts()).isEqualTo(1);
                assertThat(delivery.dueAt()).isEqualTo(cloud.instant().plusSeconds(30));
            });
            cloud.pass(Duration.ofSeconds(30));
        }
        courier.deliverDue();

        assertThat(only().state()).isEqualTo(Delivery.State.CONFIRMED);
    }

    @Test
    void what_was_saved_before_the_backend_asked_to_be_left_alone_is_not_sent_again() throws Exception {
        cloud.issue(1);
        Misbehaving erp = moods(Mood.THROTTLED_AFTER_SAVING);
        Courier courier = courier(erp);

        courier.deliverDue();
        cloud.pass(Duration.ofSeconds(30));
        courier.deliverDue();

        assertThat(erp.saved()).hasSize(1);
        assertThat(only().state()).isEqualTo(Delivery.State.CONFIRMED);
    }

    @Test
    void what_takes_longer_than_the_lease_is_not_handed_to_another() throws Exception {
        cloud.issue(1);
        Duration lease = Duration.ofMillis(1500);
        List<Delivery> handedOut = new ArrayList<>();
        Misbehaving slow = new Misbehaving(() -> {
            for (int i = 0; i < 5; i++) {
                pause(Duration.ofMillis(500));
                cloud.pass(Duration.ofMillis(500));
            }
            handedOut.addAll(cloud.ledger().deliveries().settleAndClaim(List.of(), "erp", cloud.instant(), lease, 1));
            return Mood.WELL;
        });
        Backend backend = new Backend("erp", slow, 1, Duration.ZERO, lease, 20);

        new Courier(cloud.ledger(), backend, cloud, new Random(1), attempt -> {}).deliverDue();

        assertThat(handedOut).isEmpty();
        assertThat(only().state()).isEqualTo(Delivery.State.CONFIRMED);
    }

    @Test
    void what_still_waits_for_a_connection_when_it_is_stopped_is_sent_the_next_time() throws Exception {
        cloud.issue(4);
        ConcurrentLinkedQueue<Courier> running = new ConcurrentLinkedQueue<>();
        Misbehaving erp = new Misbehaving(() -> {
            running.forEach(Courier::close);
            return Mood.WELL;
        });
        Backend backend = new Backend("erp", erp, 1, Duration.ZERO, Backend.USUAL_LEASE, 20);
        Courier courier = new Courier(cloud.ledger(), backend, cloud, new Random(1), attempt -> {});
        running.add(courier);

        courier.deliverDue();

        assertThat(erp.saved()).hasSize(1);
        assertThat(deliveries())
                .filteredOn(Delivery::isWaiting)
                .hasSize(3)
                .allMatch(each -> each.state() == Delivery.State.PENDING && each.attempts() == 0);

        courier(erp).deliverDue();
        assertThat(deliveries()).allMatch(each -> each.state() == Delivery.State.CONFIRMED);
        assertThat(erp.saved()).hasSize(4);
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void an_adapter_that_lacks_a_class_stops_no_delivery() throws Exception {
        cloud.issue(2);
        Misbehaving erp = moods(Mood.INCOMPLETE);

        courier(erp).deliverDue();

        assertThat(erp.saved()).hasSize(1);
        assertThat(deliveries())
                .filteredOn(Delivery::isWaiting)
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.reason().orElse("")).contains("org/example/Missing"));
    }

    @Test
    void a_reason_is_kept_without_what_a_database_does_not_take() throws Exception {
        cloud.issue(1);
        Misbehaving erp = moods(Mood.BABBLING);

        courier(erp).deliverDue();

        assertThat(only().reason().orElse("")).startsWith("no   babble").hasSize(2000);
    }

    @Test
    void totals_are_the_same_however_many_places_are_written() throws Exception {
        String number = cloud.issue(1).getFirst();
        Money total = cloud.outgoing(number).invoice().total();
        Money longer = new Money(total.currency(), total.amount().setScale(6));
        Misbehaving erp = moods();
        erp.keep(new Receipt(number, "theirs", Optional.of(longer), Receipt.Status.OPEN));
        cloud.ledger().deliveries().settleAndClaim(List.of(), "erp", cloud.instant(), Duration.ofSeconds(1), 1);
        cloud.pass(Duration.ofSeconds(1));

        courier(erp).deliverDue();

        assertThat(only().state()).isEqualTo(Delivery.State.CONFIRMED);
        assertThat(Reconciliation.of(cloud.ledger(), "erp", erp, Cloud.NOVEMBER))
                .extracting(Finding::kind)
                .containsExactly(Finding.Kind.AGREES);
    }

    @Test
    void what_was_cancelled_there_is_not_there_twice() throws Exception {
        String number = cloud.issue(1).getFirst();
        Misbehaving erp = moods();
        erp.keep(new Receipt(number, "gone", Optional.of(Money.parse("EUR 1.00")), Receipt.Status.CANCELLED));

        courier(erp).deliverDue();

        assertThat(Reconciliation.of(cloud.ledger(), "erp", erp, Cloud.NOVEMBER))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.kind()).isEqualTo(Finding.Kind.AGREES);
                    assertThat(finding.remoteId()).contains("remote-1");
                });
    }

    @Test
    void a_backend_that_is_down_is_not_asked_for_every_document() throws Exception {
        cloud.issue(40);
        List<Mood> asked = new ArrayList<>();
        Misbehaving erp = new Misbehaving(() -> {
            synchronized (asked) {
                asked.add(Mood.DOWN);
            }
            return Mood.DOWN;
        });

        courier(erp).deliverDue();

        assertThat(asked).hasSizeBetween(5, 5 + Backend.USUAL_CONNECTIONS);
        assertThat(deliveries()).noneMatch(delivery -> delivery.state() == Delivery.State.REFUSED);
    }

    @Test
    void after_many_attempts_a_person_must_look_and_can_send_it_again() throws Exception {
        cloud.issue(1);
        Misbehaving down = new Misbehaving(() -> Mood.DOWN);
        Courier courier = courier(down);
        for (int i = 0; i < 2 * Backend.USUAL_MOST_ATTEMPTS; i++) {
            courier.deliverDue();
            cloud.pass(Duration.ofHours(1));
        }
        assertThat(only().state()).isEqualTo(Delivery.State.REFUSED);
        assertThat(only().reason().orElse(""))
                .contains("given up after 20 attempts")
                .contains("connection reset");

        cloud.ledger().deliveries().retry(only().id(), cloud.instant(), "olga");
        Misbehaving up = moods();
        courier(up).deliverDue();
        assertThat(only().state()).isEqualTo(Delivery.State.CONFIRMED);
        assertThat(up.saved()).hasSize(1);
    }

    @Test
    void a_credit_note_of_an_invoice_that_was_never_owed_is_for_a_person() throws Exception {
        Path place = Files.createDirectory(folder.resolve("a-ledger-from-before"));
        String number;
        try (Cloud before = new Cloud(place, List.of())) {
            number = before.issue(1).getFirst();
        }
        try (Cloud since = new Cloud(place, List.of("erp"))) {
            since.takeBack(number);
            Misbehaving erp = moods();

            new Courier(since.ledger(), Backend.of("erp", erp), since, new Random(1), attempt -> {}).deliverDue();

            assertThat(erp.saved()).isEmpty();
            assertThat(since.ledger().deliveries().page(Deliveries.Filter.ALL, 0, 10))
                    .singleElement()
                    .satisfies(delivery -> {
                        assertThat(delivery.state()).isEqualTo(Delivery.State.REFUSED);
                        assertThat(delivery.reason().orElse("")).contains(number, "never owed", "2026-11");
                    });
        }
    }

    @Test
    void a_credit_note_of_an_invoice_whose_delivery_was_cancelled_is_for_a_person() throws Exception {
        String number = cloud.issue(1).getFirst();
        Delivery invoice =
                cloud.ledger().deliveries().page(Deliveries.Filter.ALL, 0, 10).getFirst();
        cloud.ledger().deliveries().cancel(invoice.id(), cloud.instant(), "olga", "entered by hand");
        cloud.takeBack(number);
        Misbehaving erp = moods();

        courier(erp).deliverDue();

        assertThat(erp.saved()).isEmpty();
        assertThat(cloud.ledger().deliveries().page(Deliveries.Filter.ALL, 0, 10))
                .filteredOn(delivery -> !delivery.number().equals(number))
                .singleElement()
                .satisfies(delivery -> {
                    assertThat(delivery.state()).isEqualTo(Delivery.State.REFUSED);
                    assertThat(delivery.reason().orElse("")).contains(number, "was cancelled");
                });
    }

    @Test
    void a_credit_note_waits_for_the_invoice_that_it_takes_back() throws Exception {
        String number = cloud.issue(1).getFirst();
        String note = cloud.takeBack(number);
        Misbehaving erp = moods(Mood.DOWN);
        Courier courier = courier(erp);

        courier.deliverDue();
        assertThat(erp.saved()).isEmpty();
        cloud.pass(Duration.ofMinutes(1));
        courier.deliverDue();
        courier.deliverDue();

        assertThat(erp.saved()).extracting(Receipt::reference).containsExactly(number, note);
    }

    @Test
    void another_total_under_our_reference_is_for_a_person() throws Exception {
        String number = cloud.issue(1).getFirst();
        Misbehaving erp = moods();
        erp.keep(new Receipt(number, "theirs", Optional.of(Money.parse("EUR 1.00")), Receipt.Status.OPEN));
        cloud.ledger().deliveries().settleAndClaim(List.of(), "erp", cloud.instant(), Duration.ofSeconds(1), 1);
        cloud.pass(Duration.ofSeconds(1));

        courier(erp).deliverDue();

        assertThat(only().state()).isEqualTo(Delivery.State.REFUSED);
        assertThat(only().reason().orElse("")).contains("theirs").contains("EUR 1.00");
        assertThat(Reconciliation.of(cloud.ledger(), "erp", erp, Cloud.NOVEMBER))
                .extracting(Finding::kind)
                .containsExactly(Finding.Kind.DIFFERENT);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void each_document_arrives_once_whatever_the_weather(long seed) throws Exception {
        List<String> numbers = cloud.issue(30);
        Random random = new Random(seed);
        List<Mood> moods = EnumSet.complementOf(EnumSet.of(Mood.ANOTHER_DOCUMENT, Mood.TAKEN)).stream()
                .toList();
        Supplier<Mood> weather = () -> {
            synchronized (random) {
                return random.nextInt(3) == 0 ? Mood.WELL : moods.get(random.nextInt(moods.size()));
            }
        };
        Misbehaving erp = new Misbehaving(weather);
        for (int i = 0; i < 400 && deliveries().stream().anyMatch(Delivery::isWaiting); i++) {
            if (random.nextInt(4) == 0) { // a process that dies with deliveries under way
                cloud.ledger().deliveries().settleAndClaim(List.of(), "erp", cloud.instant(), Backend.USUAL_LEASE, 3);
            }
            courier(erp).deliverDue();
            cloud.pass(Duration.ofMinutes(10));
        }

        assertThat(erp.saved()).as("none twice").extracting(Receipt::reference).doesNotHaveDuplicates();
        List<Finding> findings = Reconciliation.of(cloud.ledger(), "erp", erp, Cloud.NOVEMBER);
        assertThat(findings).hasSameSizeAs(numbers);
        assertThat(deliveries())
                .filteredOn(delivery -> delivery.state() == Delivery.State.CONFIRMED)
                .allSatisfy(delivery ->
                        assertThat(erp.saved()).extracting(Receipt::reference).contains(delivery.number()));
        assertThat(findings).filteredOn(Finding::isFine).hasSizeGreaterThan(numbers.size() * 3 / 4);
    }
}
