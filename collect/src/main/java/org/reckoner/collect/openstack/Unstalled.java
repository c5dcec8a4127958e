package org.reckoner.collect.openstack;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// An answer that must not pause for too long. Java's client limits only how long the first byte may take; a server
/// that then says nothing more would be listened to for ever. Time that the reader takes for itself does not count.
final class Unstalled extends FilterInputStream {

    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("stalled-answers").factory());

    private final Duration longest;
    private final ScheduledFuture<?> watching;
    private volatile boolean reading;
    private volatile long since;
    private volatile boolean stalled;

    Unstalled(InputStream body, Duration longest) {
        super(body);
        this.longest = longest;
        long nanos = Math.max(1, longest.toNanos() / 4);
        this.watching = WATCH.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        if (!reading || System.nanoTime() - since < longest.toNanos()) {
            return;
        }
        stalled = true;
        watching.cancel(false);
        try {
            in.close();
        } catch (IOException e) {
            return; // whoever reads is told that it stalled
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int got = read(one, 0, 1);
        return got < 0 ? got : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int most) throws IOException {
        since = System.nanoTime();
        reading = true;
        int got;
        try {
            got = in.read(into, at, most);
        } catch (IOException e) {
            throw stalled ? new IOException("the answer stalled for " + longest.toSeconds() + " s", e) : e;
        } finally {
            reading = false;
        }
        if (stalled) {
            throw new IOException("the answer stalled for " + longest.toSeconds() + " s");
        }
        return got;
    }

    @Override
    public void close() throws IOException {
        watching.cancel(false);
        in.close();
    }
}
