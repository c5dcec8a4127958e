package org.reckoner.deliver;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// What was found in a billing system under a name, so that it is not asked for with every document. It is
/// remembered for ten minutes: people give a project to another customer there, and nobody tells us.
public final class Remembered<T> {

    static final Duration LONGEST = Duration.ofMinutes(10);

    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<String, Found<T>> known = new ConcurrentHashMap<>();

    private record Found<T>(T what, long since) {}

    public Remembered() {
        this(System::nanoTime);
    }

    /// @param nanoTime as of [System#nanoTime]
    Remembered(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    public Optional<T> get(String name) {
        return Optional.ofNullable(known.get(name))
                .filter(found -> nanoTime.getAsLong() - found.since() < LONGEST.toNanos())
                .map(Found::what);
    }

    public void put(String name, T what) {
        known.put(name, new Found<>(what, nanoTime.getAsLong()));
    }

    /// It may be another one now, or not be there.
    public void forget(String name) {
        known.remove(name);
    }

    public void forgetAll() {
        known.clear();
    }
}
