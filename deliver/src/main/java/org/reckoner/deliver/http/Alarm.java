package org.reckoner.deliver.http;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Interrupts the thread that has set it, once its time is over, unless it is closed before.
///
/// So a thread waits for the whole of an answer, and no longer. The timeout of a request of `java.net.http`
/// ends with the answer's headers (JDK-8208693), and an answer that is asked for without waiting takes a
/// third thread on its way.
final class Alarm implements AutoCloseable {

    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private final Thread sleeper = Thread.currentThread();
    private final Future<?> ringing;
    private boolean rang;
    private boolean closed;

    Alarm(Duration time) {
        ringing = CLOCK.schedule(this::ring, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("http-timeouts").factory());
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    private synchronized void ring() {
        if (!closed) {
            rang = true;
            sleeper.interrupt();
        }
    }

    synchronized boolean rang() {
        return rang;
    }

    /// Leaves no interruption of its own behind.
    @Override
    public synchronized void close() {
        closed = true;
        ringing.cancel(false);
        if (rang) {
            Thread.interrupted();
        }
    }
}
