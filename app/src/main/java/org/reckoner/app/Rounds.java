package org.reckoner.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.reckoner.collect.openstack.BadCloud;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.ledger.LedgerException;
import org.slf4j.Logger;

/// What is done again and again while the server runs, each in a thread of its own. A round that fails is told to
/// the log, and the next comes all the same.
public final class Rounds implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    /// Begins with the first round at once.
    ///
    /// @param name of the thread, and of what is done in the log
    /// @param pause between two rounds
    public void start(Logger log, String name, Duration pause, Runnable round) {
        threads.add(Thread.ofPlatform().name(name).start(() -> {
            do {
                attempt(log, name, pause, round);
            } while (!isClosingWithin(pause));
        }));
    }

    /// A round, or a step of one.
    ///
    /// @param again when it is tried again, for the log
    /// @return whether it went well
    boolean attempt(Logger log, String what, Duration again, Runnable step) {
        try {
            step.run();
            return true;
        } catch (BadCloud | CloudFailure | AskedWrongly | LedgerException e) {
            log.error("{}: {}. Again in {}", what, e.getMessage(), again);
        } catch (RuntimeException e) {
            log.error("{} failed. Again in {}", what, again, e);
        }
        return false;
    }

    /// Whether no other step of a round shall begin.
    boolean areClosing() {
        return closing.getCount() == 0;
    }

    private boolean isClosingWithin(Duration pause) {
        try {
            return closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /// Begins no other round, waits for those under way, and interrupts those that last.
    @Override
    public void close() {
        closing.countDown();
        for (Thread thread : threads) {
            try {
                if (!thread.join(PATIENCE)) {
                    thread.interrupt();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
