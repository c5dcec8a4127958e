package org.reckoner.deliver.outbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.delivery.Delivery;
import org.reckoner.ledger.delivery.Settlement;
import org.reckoner.ledger.invoice.Invoices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers what is owed to one billing system.
///
/// Each delivery is marked as sent before the billing system hears of it, and what was marked before is
/// looked up before it is sent again. So a document arrives once, whatever is killed or lost in between.
public final class Courier {

    private static final Logger LOG = LoggerFactory.getLogger("deliver");

    /// How often it looks for what came since.
    private static final Duration IDLE = Duration.ofSeconds(2);

    /// While one is under way, the next ones are read from the ledger and wait for the connection.
    private static final int CLAIMED_FOR_EACH_CONNECTION = 8;

    /// Results are written down together, so many at once.
    private static final int GATHERED_FOR_EACH_CONNECTION = 4;

    /// How long a result may wait for others.
    private static final Duration GATHERING = Duration.ofMillis(250);

    private static final int LONGEST_REASON = 2000;

    private final Ledger ledger;
    private final Backend backend;
    private final Clock clock;
    private final RandomGenerator random;
    private final Breaker breaker;
    private final Pace pace;
    private final Consumer<Attempt> news;
    private final CountDownLatch closing = new CountDownLatch(1);

    /// One attempt and what became of it.
    public record Attempt(Delivery delivery, Settlement settlement) {}

    /// @param random spreads retries
    /// @param news is told of every attempt, from one thread
    public Courier(Ledger ledger, Backend backend, Clock clock, RandomGenerator random, Consumer<Attempt> news) {
        this.ledger = ledger;
        this.backend = backend;
        this.clock = clock;
        this.random = random;
        this.breaker = new Breaker(random);
        this.pace = new Pace(backend.interval());
        this.news = news;
    }

    /// Delivers until told to stop. While the ledger fails nothing is sent.
    public void run() throws InterruptedException {
        while (!isClosing()) {
            try {
                deliverDue();
            } catch (RuntimeException e) {
                LOG.error("{}: nothing is delivered for now", backend.name(), e);
            }
            if (closing.await(IDLE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    /// Sends nothing new; what is under way is ended.
    public void close() {
        closing.countDown();
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    /// Delivers what is due now, and returns once all of it is settled.
    public void deliverDue() throws InterruptedException {
        BlockingQueue<Attempt> done = new LinkedBlockingQueue<>();
        int most = CLAIMED_FOR_EACH_CONNECTION * backend.connections();
        int gathered = GATHERED_FOR_EACH_CONNECTION * backend.connections();
        try (ExecutorService senders = Executors.newFixedThreadPool(
                backend.connections(),
                Thread.ofPlatform().name("deliver-" + backend.name() + "-", 1).factory())) {
            UnderWay underWay = new UnderWay();
            List<Attempt> ended = List.of();
            while (true) {
                int room = most - underWay.ids.size() + ended.size();
                List<Delivery> claimed = settleAndClaim(ended, room < backend.connections() ? 0 : room);
                ended.forEach(attempt -> underWay.ids.remove(attempt.delivery().id()));
                Map<String, Invoices.Stored> documents = ledger.invoices()
                        .find(claimed.stream().map(Delivery::number).toList());
                for (Delivery delivery : claimed) {
                    underWay.ids.add(delivery.id());
                    Invoices.Stored document = Objects.requireNonNull(documents.get(delivery.number()));
                    senders.execute(() -> done.add(attempt(delivery, document)));
                }
                ended.forEach(news);
                if (underWay.ids.isEmpty()) {
                    return;
                }
                underWay.renew();
                ended = ended(done, Math.min(gathered, underWay.ids.size()));
            }
        }
    }

    /// What senders are at. Its leases are renewed, so that what takes long is not sent by another as well.
    private final class UnderWay {

        private final TreeSet<Long> ids = new TreeSet<>();
        private long renewed = System.nanoTime();

        void renew() {
            long now = System.nanoTime();
            if (now - renewed >= renewal().toNanos()) {
                ledger.deliveries().renew(ids, clock.instant().plus(backend.lease()));
                renewed = now;
            }
        }
    }

    private Duration renewal() {
        return backend.lease().dividedBy(3);
    }

    /// Writes down results and takes what is due, in one transaction, since each costs a disk's wait.
    private List<Delivery> settleAndClaim(List<Attempt> ended, int room) {
        Instant now = clock.instant();
        return ledger.deliveries()
                .settleAndClaim(
                        ended.stream().map(Attempt::settlement).toList(),
                        backend.name(),
                        now,
                        backend.lease(),
                        isClosing() ? 0 : breaker.room(now, room));
    }

    /// The results that are there, waiting for the first one, but no longer than leases may wait; then for
    /// others, until there are enough. No connection waits for that: more deliveries than that are claimed
    /// beyond those under way.
    private List<Attempt> ended(BlockingQueue<Attempt> done, int enough) throws InterruptedException {
        List<Attempt> ended = new ArrayList<>();
        long wait = renewal().toNanos();
        Attempt next = done.poll(wait, TimeUnit.NANOSECONDS);
        long last = System.nanoTime() + GATHERING.toNanos();
        while (next != null) {
            ended.add(next);
            next = done.poll(ended.size() < enough ? last - System.nanoTime() : 0, TimeUnit.NANOSECONDS);
        }
        return ended;
    }

    private Attempt attempt(Delivery delivery, Invoices.Stored stored) {
        try {
            return new Attempt(delivery, send(delivery, stored));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Attempt(delivery, later(delivery, "stopped"));
        } catch (Throwable e) { // of an adapter's jar that lacks a class, or of a language without checked exceptions
            LOG.error("{}: delivering {} failed inside the adapter", backend.name(), delivery.number(), e);
            return new Attempt(delivery, later(delivery, kept("the adapter failed: " + e)));
        }
    }

    private Settlement send(Delivery delivery, Invoices.Stored stored) throws InterruptedException {
        Optional<String> takesBack = stored.columns().voids();
        Optional<String> baseless = takesBack.flatMap(number -> baseless(stored, number));
        if (baseless.isPresent()) {
            return new Settlement.Refused(delivery.id(), baseless.get());
        }
        Outgoing document = Outgoing.of(
                stored, takesBack.flatMap(number -> ledger.deliveries().remoteId(backend.name(), number)));
        return send(delivery, document);
    }

    private Settlement send(Delivery delivery, Outgoing document) throws InterruptedException {
        Instant now = clock.instant();
        if (isClosing()) {
            return new Settlement.Unsent(delivery.id(), "stopped before it was sent", now);
        }
        Instant closed = breaker.closedUntil();
        if (now.isBefore(closed)) {
            return new Settlement.Unsent(delivery.id(), "waits until the billing system is asked again", closed);
        }
        pace.await();
        try {
            Optional<Receipt> there = delivery.attempts() > 0 ? backend.system().find(document) : Optional.empty();
            if (there.isEmpty() && delivery.taken()) {
                breaker.worked();
                return taken(delivery, delivery.reason().orElse("it is not shown yet"));
            }
            Receipt receipt = there.isPresent() ? there.get() : backend.system().create(document);
            breaker.worked();
            return accepted(delivery, document, receipt);
        } catch (Undelivered.Taken e) {
            breaker.worked();
            return taken(delivery, message(e));
        } catch (Undelivered.Refused e) {
            breaker.worked();
            return new Settlement.Refused(delivery.id(), message(e));
        } catch (Undelivered.Throttled e) {
            Instant until = clock.instant().plus(e.pause());
            breaker.pause(until);
            return new Settlement.TurnedAway(delivery.id(), message(e), until);
        } catch (Undelivered e) {
            breaker.failed(clock.instant());
            return later(delivery, message(e));
        }
    }

    private Settlement later(Delivery delivery, String reason) {
        return isLast(delivery)
                ? givenUp(delivery, reason)
                : new Settlement.Postponed(delivery.id(), reason, next(delivery));
    }

    private Settlement taken(Delivery delivery, String reason) {
        return isLast(delivery)
                ? givenUp(delivery, reason)
                : new Settlement.Taken(delivery.id(), reason, next(delivery));
    }

    private boolean isLast(Delivery delivery) {
        return delivery.attempts() + 1 >= backend.mostAttempts();
    }

    private static Settlement givenUp(Delivery delivery, String reason) {
        return new Settlement.Refused(
                delivery.id(), "given up after %d attempts; the last: %s".formatted(delivery.attempts() + 1, reason));
    }

    private Instant next(Delivery delivery) {
        return clock.instant().plus(Backoff.USUAL.after(delivery.attempts() + 1, random));
    }

    private static Settlement accepted(Delivery delivery, Outgoing document, Receipt receipt) {
        Money total = document.invoice().total();
        if (!receipt.reference().equals(document.reference())
                || receipt.remoteId().isBlank()) {
            return new Settlement.Refused(
                    delivery.id(),
                    "the adapter answered with '%s' as '%s', which is not %s by an id; look whether that is there"
                            .formatted(receipt.reference(), receipt.remoteId(), document.reference()));
        }
        return receipt.differsFrom(total)
                ? new Settlement.Refused(
                        delivery.id(),
                        "the billing system has %s as %s with a total of %s, not %s; compare them, then cancel this delivery or mend the other and retry"
                                .formatted(
                                        document.reference(),
                                        receipt.remoteId(),
                                        receipt.total().orElseThrow(),
                                        total))
                : new Settlement.Confirmed(delivery.id(), receipt.remoteId());
    }

    /// Why a credit note is for a person: what it takes back is not to be in this billing system.
    private Optional<String> baseless(Invoices.Stored note, String takesBack) {
        Optional<Delivery.State> state = ledger.deliveries().state(backend.name(), takesBack);
        if (state.isEmpty()) {
            return Optional.of(
                    "it takes back %s, which was never owed to this billing system. Cancel this delivery; or, if both are to be there, reckoner deliveries add %s --period %s, and retry"
                            .formatted(takesBack, backend.name(), note.invoice().period()));
        }
        return state.filter(Delivery.State.CANCELLED::equals)
                .map(cancelled ->
                        "it takes back %s, whose delivery was cancelled. Cancel this one too; or, if both are to be there, retry that one and then this"
                                .formatted(takesBack));
    }

    private static String message(Undelivered e) {
        return kept(String.valueOf(e.getMessage()));
    }

    /// A reason that every ledger can keep: others write messages, and what a database does not take would
    /// keep the results of all other documents from being written down.
    private static String kept(String reason) {
        StringBuilder kept = new StringBuilder();
        reason.codePoints()
                .limit(LONGEST_REASON)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? ' ' : c)
                .forEach(kept::appendCodePoint);
        return kept.toString();
    }
}
