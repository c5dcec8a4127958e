package org.reckoner.collect.novabilling;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.reckoner.collect.novabilling.OldBilling.Resource;
import org.reckoner.collect.novabilling.OldBilling.Segment;

/// What really happened to each resource, as far as nova-billing's segments still tell.
///
/// Each event gave all segments of its resource its own time as their end, also those that had ended long
/// ago. When a segment began is therefore true, and when it ended is not: it ended at its own end or when the
/// next one began, whichever was first. What cannot be known any more is the end of something that was opened
/// again later.
public final class Histories {

    private static final int PLACES = 30;

    private final OldBilling billing;
    private final List<History> histories;

    private Histories(OldBilling billing, List<History> histories) {
        this.billing = billing;
        this.histories = List.copyOf(histories);
    }

    /// One resource, which may have been stored more than once.
    ///
    /// @param resource the row that later events went to
    /// @param outOfOrder whether an event told of a time before one that was known
    record History(Resource resource, boolean outOfOrder, List<Stretch> stretches) {}

    /// A segment with the end that it really had.
    ///
    /// @param end none while it is open
    /// @param duplicate whether it is of another row of the same resource
    record Stretch(Segment segment, Optional<Instant> end, boolean duplicate) {

        boolean isEmpty() {
            return end.filter(at -> !at.isAfter(segment.begin())).isPresent();
        }
    }

    /// What became of a quantity, to be told to the Heart.
    ///
    /// @param resource its id in the old database
    /// @param quantity of the type's unit at today's tariff; at a tariff of zero the cost itself, per 1
    public record Change(long resource, Instant at, Kind kind, BigDecimal quantity) {

        /// As events name it.
        public enum Kind {
            LINEAR,
            FIXED,
            CLOSED
        }
    }

    public static Histories of(OldBilling billing) {
        Map<Long, List<Segment>> segments = new HashMap<>();
        billing.segments()
                .forEach(segment -> segments.computeIfAbsent(segment.resource(), id -> new ArrayList<>())
                        .add(segment));
        List<History> histories = new ArrayList<>();
        same(billing).values().forEach(rows -> {
            Map<Long, List<Segment>> own = new TreeMap<>();
            rows.forEach(row -> own.put(row.id(), sorted(segments.getOrDefault(row.id(), List.of()))));
            histories.add(history(rows, own));
        });
        return new Histories(billing, histories);
    }

    private static List<Segment> sorted(List<Segment> segments) {
        return segments.stream()
                .sorted(Comparator.comparing(Segment::begin).thenComparing(Segment::id))
                .toList();
    }

    /// The rows of each resource: accounts, and resources of one parent, type and name, were stored again
    /// when two events were handled at once.
    private static TreeMap<Long, List<Resource>> same(OldBilling billing) {
        Map<Long, String> names = new HashMap<>();
        billing.accounts().forEach(account -> names.put(account.id(), account.name()));
        Map<Long, Resource> byId = new HashMap<>();
        billing.resources().forEach(resource -> byId.put(resource.id(), resource));
        Map<List<String>, Long> first = new HashMap<>();
        TreeMap<Long, List<Resource>> same = new TreeMap<>();
        billing.resources().forEach(resource -> {
            long id = first.computeIfAbsent(path(resource, byId, names), path -> resource.id());
            same.computeIfAbsent(id, known -> new ArrayList<>()).add(resource);
        });
        return same;
    }

    private static List<String> path(Resource resource, Map<Long, Resource> byId, Map<Long, String> accounts) {
        List<String> path = new ArrayList<>();
        Optional<Resource> at = Optional.of(resource);
        while (at.isPresent()) {
            Resource one = at.get();
            path.add(one.rtype());
            path.add(one.name().map(name -> "=" + name).orElse(""));
            at = one.parent().map(byId::get);
        }
        path.add(String.valueOf(accounts.get(resource.account())));
        return path;
    }

    private static History history(List<Resource> rows, Map<Long, List<Segment>> own) {
        Resource told = rows.stream()
                .max(Comparator.comparing((Resource row) -> lastTold(own.getOrDefault(row.id(), List.of())))
                        .thenComparing(Resource::id, Comparator.reverseOrder()))
                .orElseThrow();
        List<Segment> primary = own.getOrDefault(told.id(), List.of());
        List<Stretch> stretches = new ArrayList<>(ended(primary, false));
        Optional<Instant> begun = primary.stream().map(Segment::begin).findFirst();
        rows.stream()
                .filter(row -> row.id() != told.id())
                .forEach(row -> ended(own.getOrDefault(row.id(), List.of()), true)
                        .forEach(stretch -> stretches.add(until(stretch, begun))));
        stretches.sort(
                Comparator.comparing((Stretch stretch) -> stretch.segment().begin())
                        .thenComparing(stretch -> stretch.segment().id()));
        boolean outOfOrder = own.values().stream()
                .flatMap(List::stream)
                .anyMatch(segment -> segment.end()
                        .filter(end -> end.isBefore(segment.begin()))
                        .isPresent());
        return new History(told, outOfOrder, stretches);
    }

    /// The time of the last event that told of a row.
    private static Instant lastTold(List<Segment> segments) {
        return segments.stream()
                .flatMap(segment -> Stream.concat(Stream.of(segment.begin()), segment.end().stream()))
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
    }

    /// What another row tells holds until the row that later events went to tells something.
    private static Stretch until(Stretch stretch, Optional<Instant> begun) {
        Optional<Instant> end = begun.map(at -> at.isBefore(stretch.segment().begin())
                        ? stretch.segment().begin()
                        : at)
                .map(at -> stretch.end().filter(own -> own.isBefore(at)).orElse(at))
                .or(stretch::end);
        return new Stretch(stretch.segment(), end, true);
    }

    private static List<Stretch> ended(List<Segment> sorted, boolean duplicate) {
        List<Stretch> stretches = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            Segment segment = sorted.get(i);
            Optional<Instant> next =
                    i + 1 < sorted.size() ? Optional.of(sorted.get(i + 1).begin()) : Optional.empty();
            Optional<Instant> told = segment.end().filter(end -> !end.isBefore(segment.begin()));
            Optional<Instant> own = told.isEmpty() && segment.end().isPresent() ? lastEnd(sorted, segment) : told;
            stretches.add(new Stretch(
                    segment,
                    own.filter(end -> next.isEmpty() || end.isBefore(next.get()))
                            .or(() -> next),
                    duplicate));
        }
        return stretches;
    }

    /// When a resource ended of which an event of an earlier time was told last.
    private static Optional<Instant> lastEnd(List<Segment> segments, Segment backwards) {
        if (segments.stream().anyMatch(segment -> segment.end().isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(segments.stream()
                .flatMap(segment -> segment.end().stream())
                .filter(end -> end.isAfter(backwards.begin()))
                .max(Comparator.naturalOrder())
                .orElse(backwards.begin()));
    }

    List<History> all() {
        return histories;
    }

    OldBilling billing() {
        return billing;
    }

    /// How many resources at the top of a tree were opened again, after an end that is not known any more:
    /// the time until then counts as use.
    public long reopened() {
        return histories.stream()
                .filter(history -> history.resource().parent().isEmpty())
                .filter(history -> history.resource().rtype().equals("nova/instance"))
                .filter(history -> history.stretches().stream()
                                .filter(stretch -> !stretch.isEmpty())
                                .count()
                        > 1)
                .count();
    }

    /// Everything that happened, in the order of time.
    public List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        for (History history : histories) {
            List<Stretch> told = history.stretches().stream()
                    .filter(stretch -> !(stretch.duplicate() && stretch.isEmpty()))
                    .toList();
            BigDecimal tariff = billing.tariff(history.resource().rtype());
            for (int i = 0; i < told.size(); i++) {
                Stretch stretch = told.get(i);
                Instant begin = stretch.segment().begin();
                BigDecimal cost = stretch.segment().cost();
                changes.add(new Change(
                        history.resource().id(),
                        begin,
                        cost.signum() < 0 ? Change.Kind.FIXED : Change.Kind.LINEAR,
                        quantity(cost.abs(), tariff)));
                Optional<Instant> next = i + 1 < told.size()
                        ? Optional.of(told.get(i + 1).segment().begin())
                        : Optional.empty();
                stretch.end()
                        .filter(end -> !next.equals(Optional.of(end)))
                        .ifPresent(end -> changes.add(
                                new Change(history.resource().id(), end, Change.Kind.CLOSED, BigDecimal.ZERO)));
            }
        }
        changes.sort(Comparator.comparing(Change::at));
        return changes;
    }

    /// What costs so much at a tariff: the shortest decimal that does, as far as the cost's digits can be
    /// believed.
    BigDecimal quantity(BigDecimal cost, BigDecimal tariff) {
        if (cost.signum() == 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal divisor = tariff.signum() == 0 ? BigDecimal.ONE : tariff;
        BigDecimal exact = cost.divide(divisor, new MathContext(PLACES + 10));
        BigDecimal believable = cost.movePointLeft(billing.digits()).abs();
        for (int digits = 1; digits < billing.digits(); digits++) {
            BigDecimal shorter = exact.round(new MathContext(digits));
            if (shorter.multiply(divisor).subtract(cost).abs().compareTo(believable) <= 0) {
                return plain(shorter);
            }
        }
        return plain(exact.setScale(PLACES, RoundingMode.HALF_EVEN));
    }

    private static BigDecimal plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
