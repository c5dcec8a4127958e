package org.reckoner.serve.heart;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.reckoner.ledger.Database;

/// Writes events for many posters at once: whoever finds nobody writing writes for all who wait, in one
/// transaction, so that they share its price. Each event is answered after it is durable.
///
/// What is wrong in an event is found before anything of it is written; should a transaction fail all the
/// same, each poster's events are tried again by themselves, so that one harms no other.
final class EventLog {

    /// So many events in one transaction that others do not wait long.
    private static final int MOST_AT_ONCE = 2_000;

    private final Database database;
    private final BiFunction<Handle, List<Event>, List<Outcome>> record;
    private final ConcurrentLinkedQueue<Post> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock writing = new ReentrantLock();

    /// @param record writes events inside a transaction, and says what became of each, in order
    EventLog(Database database, BiFunction<Handle, List<Event>, List<Outcome>> record) {
        this.database = database;
        this.record = record;
    }

    /// Events of one request, and what became of them.
    private static final class Post {
        private final List<Event> events;
        private @Nullable List<Outcome> outcomes;
        private @Nullable RuntimeException failure;

        Post(List<Event> events) {
            this.events = events;
        }

        boolean isDone() {
            return outcomes != null || failure != null;
        }
    }

    /// Writes events, with those of other posters.
    ///
    /// @return what became of each, in order
    List<Outcome> post(List<Event> events) {
        Post post = new Post(List.copyOf(events));
        waiting.add(post);
        writing.lock();
        try {
            while (!post.isDone()) {
                write(next());
            }
        } finally {
            writing.unlock();
        }
        if (post.failure != null) {
            throw post.failure;
        }
        return post.outcomes == null ? List.of() : post.outcomes;
    }

    private List<Post> next() {
        List<Post> next = new ArrayList<>();
        int events = 0;
        for (Post post = waiting.peek();
                post != null && (next.isEmpty() || events + post.events.size() <= MOST_AT_ONCE);
                post = waiting.peek()) {
            next.add(post);
            events += post.events.size();
            waiting.remove();
        }
        return next;
    }

    private void write(List<Post> posts) {
        List<Event> all = posts.stream().flatMap(post -> post.events.stream()).toList();
        try {
            List<Outcome> outcomes = database.write(handle -> record.apply(handle, all));
            int at = 0;
            for (Post post : posts) {
                post.outcomes = outcomes.subList(at, at + post.events.size());
                at += post.events.size();
            }
        } catch (RuntimeException e) {
            if (posts.size() > 1) {
                posts.forEach(post -> write(List.of(post)));
            } else {
                posts.getFirst().failure = e;
            }
        }
    }
}
