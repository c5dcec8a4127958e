package org.reckoner.serve.heart;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;
import org.reckoner.ledger.Database;

/// Writes events for many posters at once: what is posted while a transaction is written goes into the next
/// one, all of it together, so that posters share its price. Each is answered as soon as its own events are
/// durable.
///
/// What is wrong in an event is found before anything of it is written; should a transaction fail all the
/// same, each poster's events are tried again by themselves, so that one harms no other.
final class EventLog {

    /// So many events in one transaction that others do not wait long.
    private static final int MOST_AT_ONCE = 2_000;

    private final Database database;
    private final BiFunction<Handle, List<Event>, List<Outcome>> record;
    private final ConcurrentLinkedQueue<Post> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unanswered = new AtomicInteger();

    /// A thread of the system's, since a virtual one that waits for the disk would keep the threads that read
    /// other requests from a processor. It goes when nothing was posted for a while.
    private final Executor writer = new ThreadPoolExecutor(
            0,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("heart-writer").factory());

    /// @param record writes events inside a transaction, and says what became of each, in order
    EventLog(Database database, BiFunction<Handle, List<Event>, List<Outcome>> record) {
        this.database = database;
        this.record = record;
    }

    /// Events of one request, and what will have become of them.
    private record Post(List<Event> events, CompletableFuture<List<Outcome>> outcomes) {}

    /// Writes events, with those of other posters.
    ///
    /// @return what became of each, in order
    /// @throws RuntimeException what the transaction failed with; then nothing of them is kept
    List<Outcome> post(List<Event> events) {
        Post post = new Post(List.copyOf(events), new CompletableFuture<>());
        waiting.add(post);
        if (unanswered.getAndIncrement() == 0) {
            writer.execute(this::writeAll);
        }
        try {
            return post.outcomes().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /// Posts that wait for their answer, those that are being written among them.
    int unanswered() {
        return unanswered.get();
    }

    /// Goes on until nobody waits.
    private void writeAll() {
        int written;
        do {
            List<Post> posts = next();
            written = posts.size();
            write(posts);
        } while (unanswered.addAndGet(-written) > 0);
    }

    private List<Post> next() {
        List<Post> next = new ArrayList<>();
        int events = 0;
        for (Post post = waiting.peek();
                post != null && (next.isEmpty() || events + post.events().size() <= MOST_AT_ONCE);
                post = waiting.peek()) {
            next.add(post);
            events += post.events().size();
            waiting.remove();
        }
        return next;
    }

    private void write(List<Post> posts) {
        List<Event> all = posts.stream().flatMap(post -> post.events().stream()).toList();
        try {
            List<Outcome> outcomes = database.write(handle -> record.apply(handle, all));
            int at = 0;
            for (Post post : posts) {
                int to = at + post.events().size();
                post.outcomes().complete(List.copyOf(outcomes.subList(at, to)));
                at = to;
            }
        } catch (RuntimeException | Error e) {
            if (posts.size() > 1) {
                posts.forEach(post -> write(List.of(post)));
            } else {
                posts.getFirst().outcomes().completeExceptionally(e);
            }
        }
    }
}
