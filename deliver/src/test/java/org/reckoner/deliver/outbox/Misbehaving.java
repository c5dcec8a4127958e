package org.reckoner.deliver.outbox;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.money.Money;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;

/// A billing system in memory that keeps every document it is sent, also twice, and fails as told.
final class Misbehaving implements BillingSystem {

    /// How one request goes.
    enum Mood {
        WELL,
        /// saved, but the answer is lost
        LOST_AFTER_SAVING,
        /// not saved
        DOWN,
        THROTTLED,
        /// saved, but then asked for something else too often, or a gateway answers in its place
        THROTTLED_AFTER_SAVING,
        /// not saved, and told at length in characters that are none
        BABBLING,
        /// an adapter in a jar that lacks a class
        INCOMPLETE,
        /// a mistake in the adapter, before anything is sent
        BROKEN,
        /// a checked exception of a language that does not check them
        SNEAKY,
        /// an adapter that looks up carelessly
        ANOTHER_DOCUMENT,
        /// saved, and to be seen later
        TAKEN
    }

    private final ConcurrentLinkedQueue<Receipt> saved = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Receipt> hidden = new AtomicReference<>();
    private final Supplier<Mood> moods;

    Misbehaving(Supplier<Mood> moods) {
        this.moods = moods;
    }

    List<Receipt> saved() {
        return List.copyOf(saved);
    }

    @Override
    public Optional<Receipt> find(Outgoing document) throws Undelivered {
        Mood mood = moods.get();
        if (mood == Mood.DOWN || mood == Mood.LOST_AFTER_SAVING) {
            throw new Undelivered.Unavailable("connection reset");
        }
        return saved.stream()
                .filter(receipt -> receipt.reference().equals(document.reference()))
                .findFirst();
    }

    @Override
    public Receipt create(Outgoing document) throws Undelivered {
        switch (moods.get()) {
            case WELL -> {
                return save(document);
            }
            case LOST_AFTER_SAVING -> {
                save(document);
                throw new Undelivered.Unavailable("timed out");
            }
            case DOWN -> throw new Undelivered.Unavailable("503 Service Unavailable");
            case THROTTLED -> throw new Undelivered.Throttled("429 Too Many Requests", Duration.ofSeconds(30));
            case THROTTLED_AFTER_SAVING -> {
                save(document);
                throw new Undelivered.Throttled("503 Service Unavailable", Duration.ofSeconds(30));
            }
            case BABBLING -> throw new Undelivered.Unavailable("no\0\n\uD800" + "babble".repeat(10_000));
            case INCOMPLETE -> throw new NoClassDefFoundError("org/example/Missing");
            case BROKEN -> throw new IllegalStateException("a mistake");
            case SNEAKY -> throw Misbehaving.<RuntimeException>unchecked(new IOException("a disk"));
            case ANOTHER_DOCUMENT -> {
                return new Receipt("INV-1999-000001", "remote-1", Optional.empty(), Receipt.Status.OPEN);
            }
            case TAKEN -> {
                hidden.set(save(document));
                saved.remove(hidden.get());
                throw new Undelivered.Taken("it took it and does not show it");
            }
        }
        throw new IllegalStateException("no such mood");
    }

    /// What was taken is to be seen.
    void show() {
        saved.add(Objects.requireNonNull(hidden.get()));
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Exception> E unchecked(Exception checked) throws E {
        throw (E) checked;
    }

    /// As if somebody else had made it.
    void keep(Receipt receipt) {
        saved.add(receipt);
    }

    private Receipt save(Outgoing document) {
        Money total = document.invoice().total();
        Receipt receipt =
                new Receipt(document.reference(), "remote-" + saved.size(), Optional.of(total), Receipt.Status.OPEN);
        saved.add(receipt);
        return receipt;
    }

    @Override
    public List<Receipt> documents(BillingPeriod period) {
        return saved();
    }
}
