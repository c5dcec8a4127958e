package org.reckoner.core.meter;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.time.Window;

/// A resource's history, folded from what was observed of it. The same for every order of arrival and any
/// repetition.
///
/// The rules of the fold:
///
/// 1. Facts are taken in the order in which they happened, not in which they arrived; one told twice counts
///    once.
/// 2. Time is whole seconds: a second belongs to the last state that began in it. So no second is in two
///    segments, and the segments fill the life of the resource.
/// 3. Life begins at the earliest time that any fact gives (a creation time, or the fact itself), and ends at
///    the earliest that any fact gives for the end. The end is final: OpenStack never uses an id again, so
///    whatever is told of later is stale.
/// 4. Each fact replaces what it tells and leaves the rest. What the first facts leave unsaid (when the
///    message that said it was lost) is taken from the earliest fact that says it.
/// 5. What was measured over a window and is told again by the same source replaces what was told of it before.
///
/// @param life from creation to deletion; empty if nothing but flows is known
/// @param segments ascending, touching, together exactly `life`
/// @param flows ascending by time
public record Timeline(ResourceId resource, Optional<Window> life, List<Segment> segments, List<Flow> flows) {

    public Timeline {
        segments = List.copyOf(segments);
        flows = List.copyOf(flows);
    }

    /// @throws IllegalArgumentException if an observation is about another resource
    public static Timeline fold(ResourceId resource, Collection<Observation> observations) {
        boolean inOrder = true;
        Observation before = null;
        for (Observation fact : observations) {
            if (!fact.resource().equals(resource)) {
                throw new IllegalArgumentException(fact.id() + " is about " + fact.resource() + ", not " + resource);
            }
            inOrder = inOrder && (before == null || comesAfter(before, fact));
            before = fact;
        }
        List<Observation> facts = inOrder ? List.copyOf(observations) : ordered(observations);
        return new Fold(resource, facts).timeline();
    }

    /// Whether a fact comes after one before it both by its time and by its id. Where every one does, none is there
    /// twice.
    private static boolean comesAfter(Observation before, Observation fact) {
        return !fact.occurredAt().isBefore(before.occurredAt()) && fact.id().compareTo(before.id()) > 0;
    }

    private static List<Observation> ordered(Collection<Observation> observations) {
        LinkedHashMap<ObservationId, Observation> distinct = new LinkedHashMap<>();
        observations.forEach(observation -> distinct.putIfAbsent(observation.id(), observation));
        List<Observation> facts = new ArrayList<>(distinct.values());
        facts.sort(Observation.ORDER);
        return facts;
    }

    /// The state that held at an instant, if the resource was there.
    public Optional<Segment> at(Instant instant) {
        return segments.stream().filter(s -> s.window().contains(instant)).findFirst();
    }

    /// Whether a project owned it, or something flowed for that project, before an instant.
    public boolean isOwnedBefore(String project, Instant instant) {
        return Stream.concat(
                        segments.stream()
                                .filter(segment -> segment.window().from().isBefore(instant))
                                .map(Segment::owner),
                        flows.stream()
                                .filter(flow -> flow.at().isBefore(instant))
                                .map(Flow::owner))
                .anyMatch(owner -> owner.filter(project::equals).isPresent());
    }

    /// The same history with ids replaced by names where names are known, cut where a name changes.
    public Timeline named(References references) {
        return new Timeline(
                resource,
                life,
                segments.stream()
                        .flatMap(segment -> references.named(segment).stream())
                        .toList(),
                flows.stream()
                        .map(f -> new Flow(
                                f.at(),
                                f.owner(),
                                f.meter(),
                                f.quantity(),
                                references.named(f.attributes(), f.at()),
                                f.evidence()))
                        .toList());
    }

    /// One pass over the facts of one resource, in order.
    private static final class Fold {

        private final ResourceId resource;
        private final List<Observation> facts;
        private final List<Segment> segments = new ArrayList<>();
        private final List<Flow> flows;
        private final Map<Measured, Integer> measured = new HashMap<>();
        private final boolean eachWindowOnce;

        /// Of the flow before. What is measured hour by hour is told of the same again and again: all of them have the
        /// very same owner and attributes, which takes less memory and makes them quick to compare.
        private State shared = State.NOTHING;

        Fold(ResourceId resource, List<Observation> facts) {
            this.resource = resource;
            this.facts = facts;
            this.flows = new ArrayList<>(facts.size());
            this.eachWindowOnce = isEachWindowOnce();
        }

        Timeline timeline() {
            Optional<Window> life = life();
            State state = firstKnown();
            Opening open = null;
            for (Observation fact : facts) {
                Instant at = second(fact.occurredAt());
                State next = state.with(fact.report());
                if (fact.report().tellsState() && life.isPresent()) {
                    if (open == null) {
                        open = new Opening(life.get().from(), state, fact.id());
                    }
                    if (at.isBefore(life.get().to())) {
                        if (!next.equals(open.state)) {
                            close(open, at, fact.id());
                            open = new Opening(at, next, fact.id());
                        }
                        state = next;
                    }
                }
                collectFlows(fact, at, next);
            }
            if (open != null) {
                close(open, life.orElseThrow().to(), endEvidence());
            }
            return new Timeline(resource, life, segments, flows);
        }

        private Optional<Window> life() {
            Instant began = null;
            Instant ended = null;
            for (Observation fact : facts) {
                Report report = fact.report();
                if (!report.tellsState()) {
                    continue;
                }
                Instant told = report.beganAt()
                        .filter(b -> b.isBefore(fact.occurredAt()))
                        .orElse(fact.occurredAt());
                began = began == null || told.isBefore(began) ? told : began;
                if (report.endedAt().isPresent()) {
                    Instant end = report.endedAt().get();
                    ended = ended == null || end.isBefore(ended) ? end : ended;
                }
            }
            if (began == null) {
                return Optional.empty();
            }
            Instant from = second(began);
            Instant to = ended == null ? Window.FOREVER : second(ended);
            return to.isAfter(from) ? Optional.of(new Window(from, to)) : Optional.empty();
        }

        /// Rule 4: the earliest that is known of everything.
        private State firstKnown() {
            Optional<String> owner = Optional.empty();
            Optional<String> word = Optional.empty();
            TreeMap<String, BigDecimal> levels = new TreeMap<>();
            TreeMap<String, String> attributes = new TreeMap<>();
            TreeSet<String> complete = new TreeSet<>();
            for (Observation fact : facts) {
                Report report = fact.report();
                if (report.measured().isPresent()) {
                    continue;
                }
                owner = owner.or(report::owner);
                word = word.or(report::state);
                report.levels().forEach(levels::putIfAbsent);
                report.attributes().forEach((dimension, value) -> {
                    if (!attributes.containsKey(dimension) && complete.stream().noneMatch(dimension::startsWith)) {
                        attributes.put(dimension, value);
                    }
                });
                complete.addAll(report.complete());
            }
            return new State(owner, word.orElse(""), ByName.copyOf(levels), ByName.copyOf(attributes));
        }

        private void close(Opening open, Instant to, @Nullable ObservationId closing) {
            if (!open.from.isBefore(to)) {
                return;
            }
            List<ObservationId> evidence = closing == null || closing.equals(open.evidence)
                    ? List.of(open.evidence)
                    : List.of(open.evidence, closing);
            Segment last = segments.isEmpty() ? null : segments.getLast();
            if (last != null && open.state.equals(State.of(last))) {
                segments.removeLast();
                evidence = closing == null || closing.equals(last.evidence().getFirst())
                        ? List.of(last.evidence().getFirst())
                        : List.of(last.evidence().getFirst(), closing);
                open = new Opening(
                        last.window().from(), open.state, last.evidence().getFirst());
            }
            segments.add(open.state.segment(new Window(open.from, to), evidence));
        }

        private @Nullable ObservationId endEvidence() {
            return facts.stream()
                    .filter(f -> f.report().endedAt().isPresent())
                    .min(Comparator.comparing(
                                    (Observation f) -> f.report().endedAt().orElseThrow())
                            .thenComparing(Observation.ORDER))
                    .map(Observation::id)
                    .orElse(null);
        }

        private void collectFlows(Observation fact, Instant at, State state) {
            Report report = fact.report();
            if (report.flows().isEmpty()) {
                return;
            }
            shared = shared.equals(state) ? shared : state;
            report.flows().forEach((meter, quantity) -> {
                Flow flow = new Flow(at, shared.owner(), meter, quantity, shared.attributes(), fact.id());
                Integer before = report.measured()
                        .filter(window -> !eachWindowOnce)
                        .map(window ->
                                measured.putIfAbsent(new Measured(fact.id().source(), meter, window), flows.size()))
                        .orElse(null);
                if (before == null) {
                    flows.add(flow);
                } else {
                    flows.set(before, flow);
                }
            });
        }

        /// Whether every window that was measured begins after the one before it, so that none was told again.
        private boolean isEachWindowOnce() {
            Instant before = Instant.MIN;
            for (Observation fact : facts) {
                Window window = fact.report().measured().orElse(null);
                if (window != null && !window.from().isAfter(before)) {
                    return false;
                }
                before = window == null ? before : window.from();
            }
            return true;
        }

        /// What a source measured once, however often it tells it.
        private record Measured(String source, String meter, Window window) {}

        private static Instant second(Instant instant) {
            return instant.getNano() == 0 ? instant : Instant.ofEpochSecond(instant.getEpochSecond());
        }
    }

    private record Opening(Instant from, State state, ObservationId evidence) {}

    private record State(
            Optional<String> owner,
            String word,
            SortedMap<String, BigDecimal> levels,
            SortedMap<String, String> attributes) {

        private static final SortedSet<String> NOTHING_COMPLETE = Collections.emptySortedSet();
        private static final State NOTHING = new State(Optional.empty(), "", ByName.of(), ByName.of());

        static State of(Segment segment) {
            return new State(segment.owner(), segment.state(), segment.levels(), segment.attributes());
        }

        State with(Report report) {
            return new State(
                    report.owner().isPresent() ? report.owner() : owner,
                    report.state().orElse(word),
                    updated(levels, report.levels(), NOTHING_COMPLETE),
                    updated(attributes, report.attributes(), report.complete()));
        }

        /// The known with the told instead; the very same map if that changes nothing, as most messages repeat
        /// what is known.
        private static <T> SortedMap<String, T> updated(
                SortedMap<String, T> known, SortedMap<String, T> told, SortedSet<String> complete) {
            if (known.isEmpty()) {
                return told;
            }
            Predicate<String> isGone =
                    name -> !told.containsKey(name) && complete.stream().anyMatch(name::startsWith);
            if (known.entrySet().containsAll(told.entrySet())
                    && known.keySet().stream().noneMatch(isGone)) {
                return known;
            }
            TreeMap<String, T> updated = new TreeMap<>(known);
            updated.keySet().removeIf(isGone);
            updated.putAll(told);
            return ByName.copyOf(updated);
        }

        Segment segment(Window window, List<ObservationId> evidence) {
            return new Segment(window, owner, word, levels, attributes, evidence);
        }
    }
}
