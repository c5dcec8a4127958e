package org.reckoner.app;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes use of samples again and again while the server runs, in a thread of its own.
public final class SamplingRounds implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("samples");

    private final CountDownLatch closing = new CountDownLatch(1);
    private final Optional<Thread> thread;

    private SamplingRounds(Session session) {
        this.thread = session.configuration()
                .samples()
                .map(settings -> Thread.ofPlatform().name("samples").start(() -> run(session, settings.interval())));
    }

    /// Does nothing if no use is to be made of samples.
    ///
    /// @throws org.reckoner.collect.distil.BadMapping if the mapping says something that is not known
    public static SamplingRounds start(Session session) {
        session.sampling();
        return new SamplingRounds(session);
    }

    private void run(Session session, Duration interval) {
        try {
            do {
                round(session);
            } while (!closing.await(interval.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A round that fails is logged, and tried again with the next.
    private static void round(Session session) {
        try {
            Sampling sampling = session.sampling().orElseThrow();
            sampling.run(new Sampling.Plan(false, false), session.clock().instant(), outcome -> {
                LOG.info(
                        "{} of {}: {} resources, {} observations told",
                        outcome.meter(),
                        outcome.window(),
                        outcome.resources(),
                        outcome.told().size());
                outcome.refused().forEach(LOG::warn);
            });
            int dropped = sampling.prune(session.clock().instant());
            if (dropped > 0) {
                LOG.info("{} samples were kept long enough and dropped", dropped);
            }
        } catch (RuntimeException e) {
            LOG.error("No use could be made of samples now; it is tried again", e);
        }
    }

    /// Waits for the round at hand.
    @Override
    public void close() {
        closing.countDown();
        try {
            if (thread.isPresent()) {
                thread.get().join(Duration.ofSeconds(30));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
