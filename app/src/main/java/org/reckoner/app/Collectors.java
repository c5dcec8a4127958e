package org.reckoner.app;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.reckoner.app.config.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Collecting from stores of measures while a server runs: each in a thread of its own, whenever another window is
/// over. What a store does not answer is asked for again after a while, and holds up nothing else.
public final class Collectors implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("collect");
    private static final Duration AFTER_TROUBLE = Duration.ofMinutes(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    /// Collects nothing.
    public static Collectors none() {
        return new Collectors();
    }

    /// Starts with all that are configured; with none if there are none.
    ///
    /// @throws AskedWrongly if one cannot work as it is configured; then none is started
    public static Collectors start(Session session) {
        Collectors collectors = new Collectors();
        Stores stores = new Stores(session);
        List<Stores.Ready> ready = session.configuration().measuring().stream()
                .map(Configuration.Measuring::stores)
                .flatMap(List::stream)
                .map(settings -> stores.open(settings, Optional.empty()))
                .toList();
        ready.forEach(one -> collectors.threads.add(Thread.ofPlatform()
                .name("collect-" + one.store().name())
                .start(() -> collectors.run(session.clock(), stores, one))));
        return collectors;
    }

    private void run(Clock clock, Stores stores, Stores.Ready ready) {
        String name = ready.store().name();
        LOG.info("collecting {} meters from {}", ready.definitions().size(), name);
        Instant next = Instant.MIN;
        do {
            if (clock.instant().isBefore(next)) {
                continue;
            }
            try {
                Collecting collecting = stores.collecting(Optional.empty(), Optional.empty(), false);
                if (collecting.isDue(ready.store(), ready.definitions())) {
                    boolean fine = tell(name, collecting.run(ready.store(), ready.definitions(), windows -> {}));
                    next = fine ? Instant.MIN : clock.instant().plus(AFTER_TROUBLE);
                }
            } catch (RuntimeException e) {
                LOG.error("{}: {}; again in {} minutes", name, e.getMessage(), AFTER_TROUBLE.toMinutes(), e);
                next = clock.instant().plus(AFTER_TROUBLE);
            }
        } while (!isStopped());
    }

    private boolean isStopped() {
        try {
            return stopped.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static boolean tell(String store, List<Collecting.Outcome> outcomes) {
        boolean fine = true;
        for (Collecting.Outcome outcome : outcomes) {
            String meter = store + "/" + outcome.meter();
            LOG.info(
                    "{}: {} measures, {} new, {} changed, {} refused; complete until {}",
                    meter,
                    outcome.measures(),
                    outcome.added(),
                    outcome.changed(),
                    outcome.refused(),
                    outcome.watermark().map(Instant::toString).orElse("unknown"));
            outcome.trouble().ifPresent(trouble -> LOG.warn("{}: {}", meter, trouble));
            fine &= outcome.trouble().isEmpty();
        }
        return fine;
    }

    /// Lets what is under way come to its end for a while, and begins nothing new.
    @Override
    public void close() {
        stopped.countDown();
        for (Thread thread : threads) {
            try {
                if (!thread.join(Duration.ofSeconds(30))) {
                    thread.interrupt();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
