package org.reckoner.ledger.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.reckoner.ledger.OnEachDatabase;
import org.reckoner.ledger.idempotency.IdempotentRequests.Answer;
import org.reckoner.ledger.idempotency.IdempotentRequests.Known;
import org.reckoner.ledger.idempotency.IdempotentRequests.Request;

class IdempotentRequestsTest extends OnEachDatabase {

    private static final Instant NOW = Instant.parse("2027-06-01T08:00:00Z");
    private static final Request REQUEST = new Request("ann", "k1", "hash");
    private static final Answer ANSWER = new Answer(201, "application/json", Optional.of("/there"), "{}");

    private Known begin(Request request, Instant now) {
        return house.ledger().idempotentRequests().begin(request, now);
    }

    @Test
    void a_request_is_done_once_and_then_answered_for_a_day() {
        assertThat(begin(REQUEST, NOW)).isEqualTo(new Known.Fresh());
        assertThat(begin(REQUEST, NOW)).isEqualTo(new Known.Running());
        house.ledger().idempotentRequests().answer(REQUEST, ANSWER);

        assertThat(begin(REQUEST, NOW.plus(Duration.ofHours(23)))).isEqualTo(new Known.Answered(ANSWER));
        assertThat(begin(REQUEST, NOW.plus(Duration.ofHours(24)))).isEqualTo(new Known.Fresh());
    }

    @Test
    void a_key_stands_for_one_request_of_one_caller() {
        begin(REQUEST, NOW);

        assertThat(begin(new Request("ann", "k1", "other"), NOW)).isEqualTo(new Known.KeyTaken());
        assertThat(begin(new Request("bob", "k1", "other"), NOW)).isEqualTo(new Known.Fresh());
        assertThat(begin(new Request("ann", "k2", "other"), NOW)).isEqualTo(new Known.Fresh());
    }

    @Test
    void what_was_refused_and_what_was_abandoned_is_done_again() {
        begin(REQUEST, NOW);
        house.ledger().idempotentRequests().forget(REQUEST);
        assertThat(begin(REQUEST, NOW)).isEqualTo(new Known.Fresh());

        Instant later = NOW.plus(IdempotentRequests.ABANDONED);
        assertThat(begin(REQUEST, later.minusSeconds(1))).isEqualTo(new Known.Running());
        assertThat(begin(REQUEST, later)).isEqualTo(new Known.Fresh());
        assertThat(begin(REQUEST, later)).isEqualTo(new Known.Running());
    }

    @Test
    void of_many_at_once_one_is_fresh() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Known>> begun =
                    threads.invokeAll(Stream.generate(() -> (Callable<Known>) () -> begin(REQUEST, NOW))
                            .limit(24)
                            .toList());
            int fresh = 0;
            for (Future<Known> each : begun) {
                fresh += each.get() instanceof Known.Fresh ? 1 : 0;
            }
            assertThat(fresh).isEqualTo(1);
        }
    }
}
