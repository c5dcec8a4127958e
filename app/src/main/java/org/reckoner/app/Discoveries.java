package org.reckoner.app;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.reckoner.collect.backfill.Discrepancy;
import org.reckoner.collect.backfill.Missed;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.time.Window;

/// What a reconciliation found out, added up for people.
public final class Discoveries {

    private final Window counted;
    private final boolean each;
    private final List<Entry> entries = new ArrayList<>();
    private final TreeMap<Key, Sum> sums = new TreeMap<>();

    /// @param counted of which time wrong seconds are counted; it has an end
    /// @param each whether every resource is kept, and not only what they add up to
    public Discoveries(Window counted, boolean each) {
        this.counted = counted;
        this.each = each;
    }

    /// Who had how much wrong in a service.
    ///
    /// @param project the owner's id; empty if nobody knows
    public record Key(String service, String project) implements Comparable<Key> {

        @Override
        public int compareTo(Key other) {
            int byService = service.compareTo(other.service);
            return byService != 0 ? byService : project.compareTo(other.project);
        }
    }

    /// One resource of which something was missed.
    ///
    /// @param seconds by meter, for how long the ledger had it wrong
    /// @param uncertain how many seconds may still be otherwise
    public record Entry(
            Key key, ResourceId resource, List<Missed> missed, SortedMap<String, Discrepancy> seconds, long uncertain) {

        /// Of the meters, the one that was wrong for longest.
        public Discrepancy worst() {
            long lost = 0;
            long doubled = 0;
            long otherwise = 0;
            for (Discrepancy one : seconds.values()) {
                lost = Math.max(lost, one.lost());
                doubled = Math.max(doubled, one.doubled());
                otherwise = Math.max(otherwise, one.otherwise());
            }
            return new Discrepancy(lost, doubled, otherwise);
        }
    }

    /// @param kinds how many of each kind were missed
    /// @param seconds of each resource's worst meter, added up
    public record Sum(int resources, Map<Missed.Kind, Integer> kinds, Discrepancy seconds, long uncertain) {

        static final Sum NOTHING = new Sum(0, Map.of(), Discrepancy.NONE, 0);

        Sum plus(Entry entry) {
            EnumMap<Missed.Kind, Integer> more = new EnumMap<>(Missed.Kind.class);
            more.putAll(kinds);
            entry.missed().forEach(missed -> more.merge(missed.kind(), 1, Integer::sum));
            return new Sum(resources + 1, more, seconds.plus(entry.worst()), uncertain + entry.uncertain());
        }

        public int of(Missed.Kind kind) {
            return kinds.getOrDefault(kind, 0);
        }
    }

    /// Takes note of what is found out in a service.
    public Consumer<Backfill.Discovery> in(String service) {
        return discovery -> {
            Entry entry = entry(service, discovery);
            if (each) {
                entries.add(entry);
            }
            sums.merge(entry.key(), Sum.NOTHING.plus(entry), (before, one) -> before.plus(entry));
        };
    }

    private Entry entry(String service, Backfill.Discovery discovery) {
        List<Missed> missed = discovery.supplement().missed();
        return new Entry(
                new Key(
                        service,
                        owner(discovery.after())
                                .or(() -> owner(discovery.before()))
                                .orElse("")),
                discovery.resource(),
                missed,
                Discrepancy.between(discovery.before(), discovery.after(), counted),
                uncertain(missed));
    }

    private static Optional<String> owner(Timeline timeline) {
        return timeline.segments().isEmpty()
                ? Optional.empty()
                : timeline.segments().getLast().owner();
    }

    /// Stretches that overlap count once.
    private long uncertain(List<Missed> missed) {
        List<Window> windows = missed.stream()
                .flatMap(one -> one.within().stream())
                .flatMap(window -> window.intersect(counted).stream())
                .sorted()
                .toList();
        long seconds = 0;
        Window last = new Window(counted.from(), counted.from());
        for (Window window : windows) {
            Window beyond = new Window(
                    window.from().isBefore(last.to()) ? last.to() : window.from(),
                    window.to().isBefore(last.to()) ? last.to() : window.to());
            seconds += beyond.seconds();
            last = beyond;
        }
        return seconds;
    }

    /// Every resource, if they are kept.
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    public SortedMap<Key, Sum> sums() {
        return sums;
    }
}
