package org.reckoner.serve.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reckoner.ledger.Database;
import tools.jackson.databind.node.JsonNodeFactory;

/// What posters wait for, and what becomes of the others when one of them fails.
@Timeout(60)
class EventLogTest {

    private final Database database = TestDatabase.SQLITE.open();
    private final ExecutorService posters = Executors.newVirtualThreadPerTaskExecutor();
    private final List<List<String>> transactions = new ArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @AfterEach
    void close() {
        posters.close();
        database.close();
    }

    @Test
    void what_is_posted_while_a_transaction_is_written_shares_the_next_one() throws Exception {
        EventLog log = new EventLog(database, (handle, events) -> written(events));
        Future<List<Outcome>> first = posters.submit(() -> log.post(List.of(event("first"))));
        await(begun);
        List<Future<List<Outcome>>> others = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            others.add(posters.submit(() -> log.post(List.of(event(name), event(name + name)))));
            untilWaiting(log, 1 + others.size());
        }
        goOn.countDown();
        assertThat(first.get()).containsExactly(counted("first"));
        assertThat(others.get(2).get()).containsExactly(counted("c"), counted("cc"));
        assertThat(others.get(0).get()).containsExactly(counted("a"), counted("aa"));
        assertThat(others.get(1).get()).containsExactly(counted("b"), counted("bb"));
        assertThat(transactions).containsExactly(List.of("first"), List.of("a", "aa", "b", "bb", "c", "cc"));
    }

    @Test
    void a_post_that_fails_harms_no_other_and_none_after_it() throws Exception {
        EventLog log = new EventLog(database, (handle, events) -> {
            List<Outcome> outcomes = written(events);
            if (outcomes.contains(counted("poison"))) {
                throw new IllegalStateException("poisoned");
            }
            if (outcomes.contains(counted("worse"))) {
                throw new StackOverflowError("too deep");
            }
            return outcomes;
        });
        Future<List<Outcome>> first = posters.submit(() -> log.post(List.of(event("first"))));
        await(begun);
        Future<List<Outcome>> poison = posters.submit(() -> log.post(List.of(event("poison"))));
        Future<List<Outcome>> worse = posters.submit(() -> log.post(List.of(event("worse"))));
        Future<List<Outcome>> good = posters.submit(() -> log.post(List.of(event("good"))));
        untilWaiting(log, 4);
        goOn.countDown();
        assertThat(first.get()).containsExactly(counted("first"));
        assertThat(good.get()).containsExactly(counted("good"));
        assertThatThrownBy(poison::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("poisoned");
        assertThatThrownBy(worse::get).hasRootCauseInstanceOf(StackOverflowError.class);
        assertThat(log.post(List.of(event("later")))).containsExactly(counted("later"));
    }

    private List<Outcome> written(List<Event> events) {
        transactions.add(events.stream().map(EventLogTest::name).toList());
        if (begun.getCount() > 0) {
            begun.countDown();
            await(goOn);
        }
        return events.stream().map(event -> counted(name(event))).toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Until so many posts are not answered, the one that is being written among them.
    private static void untilWaiting(EventLog log, int posts) throws InterruptedException {
        while (log.unanswered() < posts) {
            Thread.sleep(1);
        }
    }

    private static Outcome counted(String name) {
        return new Outcome.Counted(1, name);
    }

    private static String name(Event event) {
        return event.root().name().orElseThrow();
    }

    private static Event event(String name) {
        return new Event(
                Optional.of("account"),
                Optional.empty(),
                Instant.EPOCH,
                new Event.Node("x", Optional.of(name), Optional.empty(), Optional.empty(), List.of()),
                JsonNodeFactory.instance.stringNode(name));
    }
}
