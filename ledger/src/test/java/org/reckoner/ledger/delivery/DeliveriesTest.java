package org.reckoner.ledger.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.reckoner.ledger.House;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.OnEachDatabase;
import org.reckoner.ledger.Told;

/// What is owed to billing systems, and to whom it is handed.
class DeliveriesTest extends OnEachDatabase {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Instant NOW = Instant.parse("2027-06-01T09:00:00Z");

    private Deliveries deliveries() {
        return house.ledger().deliveries();
    }

    private void invoice(int accounts) {
        for (int i = 0; i < accounts; i++) {
            house.tell(Told.volume("v" + i, "p" + i, "2026-11-01", 1));
        }
        house.issueAll("2026-11");
    }

    private List<Delivery> all() {
        return deliveries().page(Deliveries.Filter.ALL, 0, 1000);
    }

    @Test
    void documents_of_before_are_owed_once() {
        invoice(3);

        assertThat(deliveries().oweAll("erp", Optional.of(House.month("2026-10")), NOW, House.OPERATOR))
                .isZero();
        assertThat(deliveries().oweAll("erp", Optional.of(House.month("2026-11")), NOW, House.OPERATOR))
                .isEqualTo(3);
        assertThat(deliveries().oweAll("erp", Optional.empty(), NOW, House.OPERATOR))
                .isZero();
        assertThat(all()).extracting(Delivery::state).containsOnly(Delivery.State.PENDING);
    }

    @Test
    void it_is_told_what_is_refused_and_since_when_the_oldest_waits() {
        assertThat(deliveries().refused()).isZero();
        assertThat(deliveries().waitingSince()).isEmpty();
        invoice(2);
        deliveries().oweAll("erp", Optional.empty(), NOW, House.OPERATOR);
        assertThat(deliveries().refused()).isZero();
        assertThat(deliveries().waitingSince()).contains(NOW);

        List<Settlement> refused = deliveries().settleAndClaim(List.of(), "erp", NOW, LEASE, 1).stream()
                .<Settlement>map(delivery -> new Settlement.Refused(delivery.id(), "no such customer"))
                .toList();
        deliveries().settleAndClaim(refused, "erp", NOW.plusSeconds(9), LEASE, 0);

        assertThat(deliveries().refused()).isEqualTo(1);
        assertThat(deliveries().waitingSince()).contains(NOW);
    }

    @Test
    void each_is_handed_to_one_of_many_senders() throws Exception {
        invoice(12);
        deliveries().oweAll("erp", Optional.empty(), NOW, House.OPERATOR);
        List<Long> handed = new ArrayList<>();
        try (ExecutorService senders = Executors.newFixedThreadPool(4)) {
            Callable<List<Delivery>> claim = () -> deliveries().settleAndClaim(List.of(), "erp", NOW, LEASE, 5);
            for (Future<List<Delivery>> each :
                    senders.invokeAll(Stream.generate(() -> claim).limit(6).toList())) {
                each.get().forEach(delivery -> handed.add(delivery.id()));
            }
        }
        assertThat(handed).hasSize(12).doesNotHaveDuplicates();
    }

    @Test
    void what_was_handed_out_is_due_again_when_its_answer_counts_as_lost() {
        invoice(1);
        deliveries().oweAll("erp", Optional.empty(), NOW, House.OPERATOR);

        assertThat(deliveries().settleAndClaim(List.of(), "erp", NOW, LEASE, 5))
                .extracting(Delivery::attempts)
                .containsExactly(0);
        assertThat(deliveries().settleAndClaim(List.of(), "erp", NOW, LEASE, 5)).isEmpty();
        assertThat(deliveries().settleAndClaim(List.of(), "erp", NOW.plus(LEASE), LEASE, 5))
                .extracting(Delivery::attempts)
                .containsExactly(1);
    }

    @Test
    void what_arrived_is_neither_sent_again_nor_cancelled() {
        invoice(1);
        deliveries().oweAll("erp", Optional.empty(), NOW, House.OPERATOR);
        long id = deliveries()
                .settleAndClaim(List.of(), "erp", NOW, LEASE, 5)
                .getFirst()
                .id();
        deliveries().settleAndClaim(List.of(new Settlement.Confirmed(id, "4711")), "erp", NOW, LEASE, 0);

        assertThat(deliveries().settleAndClaim(List.of(), "erp", NOW.plus(LEASE), LEASE, 5))
                .isEmpty();
        assertThat(deliveries().remoteId("erp", all().getFirst().number())).contains("4711");
        assertThatThrownBy(() -> deliveries().retry(id, NOW, House.OPERATOR)).isInstanceOf(LedgerException.class);
        assertThatThrownBy(() -> deliveries().cancel(id, NOW, House.OPERATOR, "because"))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("credit note");
    }

    @Test
    void what_was_refused_waits_for_a_person() {
        invoice(2);
        deliveries().oweAll("erp", Optional.empty(), NOW, House.OPERATOR);
        deliveries().settleAndClaim(List.of(), "erp", NOW, LEASE, 5);
        deliveries()
                .settleAndClaim(
                        List.of(new Settlement.Refused(1, "no such customer"), new Settlement.Refused(2, "no")),
                        "erp",
                        NOW,
                        LEASE,
                        0);
        assertThat(deliveries().settleAndClaim(List.of(), "erp", NOW.plus(Duration.ofDays(3650)), LEASE, 5))
                .isEmpty();

        deliveries().retry(1, NOW, House.OPERATOR);
        deliveries().cancel(2, NOW, House.OPERATOR, "paid in cash");

        assertThat(deliveries().settleAndClaim(List.of(), "erp", NOW, LEASE, 5))
                .extracting(Delivery::id)
                .containsExactly(1L);
        assertThat(deliveries().find(2).orElseThrow().state()).isEqualTo(Delivery.State.CANCELLED);
        assertThat(house.ledger().audit().latest(10))
                .anySatisfy(entry -> assertThat(entry.why()).contains("paid in cash"));
    }

    @Test
    void all_that_was_refused_is_sent_again_once_the_reason_is_mended() {
        invoice(3);
        deliveries().oweAll("erp", Optional.empty(), NOW, House.OPERATOR);
        deliveries().oweAll("shop", Optional.empty(), NOW, House.OPERATOR);
        List<Settlement> settlements = new ArrayList<>();
        for (String backend : List.of("erp", "shop")) {
            deliveries()
                    .settleAndClaim(List.of(), backend, NOW, LEASE, 2)
                    .forEach(delivery -> settlements.add(new Settlement.Refused(delivery.id(), "no such customer")));
        }
        deliveries().settleAndClaim(settlements, "erp", NOW, LEASE, 0);

        assertThat(retried(Optional.of("erp"), Optional.of("2026-10"))).isZero();
        assertThat(retried(Optional.of("erp"), Optional.of("2026-11"))).isEqualTo(2);
        assertThat(retried(Optional.of("erp"), Optional.empty())).isZero();

        assertThat(deliveries().settleAndClaim(List.of(), "erp", NOW, LEASE, 5)).hasSize(3);
        assertThat(deliveries().refused()).isEqualTo(2);
        assertThat(retried(Optional.empty(), Optional.empty())).isEqualTo(2);
        assertThat(deliveries().refused()).isZero();
    }

    private int retried(Optional<String> backend, Optional<String> period) {
        return deliveries().retryRefused(backend, period.map(House::month), NOW, House.OPERATOR);
    }
}
