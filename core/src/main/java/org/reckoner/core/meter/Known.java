package org.reckoner.core.meter;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What is known of a resource, as far as it takes to say how far back another fact reaches, without folding
/// all facts. So that periods of long ago are not computed again for every message of today.
///
/// @param began the earliest time that any fact gives
/// @param ended the earliest that any fact gives for the end
/// @param settled no fact later than this was the first to tell anything
/// @param told what was told at all: `owner`, `state`, `level vcpus`, `attribute flavor`, and the prefixes
///     whose attributes were told completely, as `all metadata.`
public record Known(Instant began, Optional<Instant> ended, Instant settled, SortedSet<String> told) {

    private static final String LEVEL = "level ";
    private static final String ATTRIBUTE = "attribute ";
    private static final String ALL = "all ";

    public Known {
        told = Collections.unmodifiableSortedSet(new TreeSet<>(told));
    }

    /// What the first fact makes known.
    public static Known of(Observation first) {
        Instant at = first.occurredAt();
        return new Known(at, Optional.empty(), at, new TreeSet<>()).with(first);
    }

    /// What is known with one more fact; most tell nothing new.
    public Known with(Observation fact) {
        Instant begins = begins(fact);
        List<String> news = news(fact.report()).toList();
        if (news.isEmpty() && !begins.isBefore(began) && !endsEarlier(fact)) {
            return this;
        }
        TreeSet<String> all = new TreeSet<>(told);
        all.addAll(news);
        return new Known(
                earlier(began, begins),
                endsEarlier(fact) ? fact.report().endedAt() : ended,
                !news.isEmpty() && fact.occurredAt().isAfter(settled) ? fact.occurredAt() : settled,
                all);
    }

    /// From when on the timeline can be another with this fact than without. Before that it is the same.
    ///
    /// A fact changes what comes after it. It reaches further back if it moves the end or the beginning of the
    /// life, and to the beginning if it may be the earliest to say something: [Timeline]'s rule 4.
    public Instant reach(Observation fact) {
        Instant reach = fact.occurredAt();
        if (endsEarlier(fact)) {
            reach = earlier(reach, fact.report().endedAt().orElseThrow());
        }
        if (begins(fact).isBefore(began)) {
            reach = earlier(reach, begins(fact));
        }
        boolean mayBeFirst = fact.report().tellsState()
                && (!fact.occurredAt().isAfter(settled)
                        || news(fact.report()).findAny().isPresent());
        return (mayBeFirst ? earlier(reach, began) : reach).truncatedTo(ChronoUnit.SECONDS);
    }

    private boolean endsEarlier(Observation fact) {
        return fact.report()
                .endedAt()
                .filter(end -> ended.isEmpty() || end.isBefore(ended.get()))
                .isPresent();
    }

    private static Instant begins(Observation fact) {
        return fact.report().beganAt().map(at -> earlier(at, fact.occurredAt())).orElse(fact.occurredAt());
    }

    /// What a report is the first to tell. Of attributes under a prefix that is told completely the prefix
    /// stands for all: one told later was not there before.
    private Stream<String> news(Report report) {
        if (!report.tellsState()) {
            return Stream.empty();
        }
        Stream<String> words = Stream.of(
                        report.owner().stream().map(owner -> "owner"),
                        report.state().stream().map(state -> "state"),
                        report.levels().keySet().stream().map(meter -> LEVEL + meter),
                        report.complete().stream().map(prefix -> ALL + prefix),
                        report.attributes().keySet().stream()
                                .filter(dimension -> report.complete().stream().noneMatch(dimension::startsWith))
                                .map(dimension -> ATTRIBUTE + dimension))
                .flatMap(each -> each);
        return words.filter(word -> !told.contains(word) && !isComplete(word));
    }

    private boolean isComplete(String word) {
        return told.tailSet(ALL).stream()
                .takeWhile(known -> known.startsWith(ALL))
                .anyMatch(known -> word.startsWith(ATTRIBUTE + known.substring(ALL.length())));
    }

    private static Instant earlier(Instant one, Instant other) {
        return other.isBefore(one) ? other : one;
    }
}
