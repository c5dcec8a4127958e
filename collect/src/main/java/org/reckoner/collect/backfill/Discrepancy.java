package org.reckoner.collect.backfill;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.time.Window;

/// By how many seconds a resource's history was wrong before something was found out, for one meter.
///
/// @param lost it was held, and the ledger did not have it
/// @param doubled the ledger had it, and it was not held
/// @param otherwise it was held by another owner, in another state, at another quantity or under other
///     attributes than the ledger had it
public record Discrepancy(long lost, long doubled, long otherwise) {

    public static final Discrepancy NONE = new Discrepancy(0, 0, 0);

    public Discrepancy plus(Discrepancy more) {
        return new Discrepancy(lost + more.lost, doubled + more.doubled, otherwise + more.otherwise);
    }

    /// By meter, of the levels that either history has; meters of which nothing was wrong are left out.
    ///
    /// @param within only what is in this window, which has an end
    public static SortedMap<String, Discrepancy> between(Timeline had, Timeline is, Window within) {
        TreeMap<String, Discrepancy> wrong = new TreeMap<>();
        for (Window piece : pieces(had, is, within)) {
            Optional<Segment> before = had.at(piece.from());
            Optional<Segment> after = is.at(piece.from());
            SortedMap<String, BigDecimal> old = before.map(Segment::levels).orElseGet(TreeMap::new);
            SortedMap<String, BigDecimal> now = after.map(Segment::levels).orElseGet(TreeMap::new);
            TreeSet<String> meters = new TreeSet<>(old.keySet());
            meters.addAll(now.keySet());
            for (String meter : meters) {
                Discrepancy one;
                if (!old.containsKey(meter)) {
                    one = new Discrepancy(piece.seconds(), 0, 0);
                } else if (!now.containsKey(meter)) {
                    one = new Discrepancy(0, piece.seconds(), 0);
                } else if (isOtherwise(before.orElseThrow(), after.orElseThrow(), meter)) {
                    one = new Discrepancy(0, 0, piece.seconds());
                } else {
                    continue;
                }
                wrong.merge(meter, one, Discrepancy::plus);
            }
        }
        return wrong;
    }

    private static boolean isOtherwise(Segment before, Segment after, String meter) {
        BigDecimal had = before.levels().getOrDefault(meter, BigDecimal.ZERO);
        BigDecimal has = after.levels().getOrDefault(meter, BigDecimal.ZERO);
        return had.compareTo(has) != 0
                || !before.owner().equals(after.owner())
                || !before.state().equals(after.state())
                || before.attributes().entrySet().stream().anyMatch(told -> isOtherwise(told, after));
    }

    /// What is merely known in addition is not otherwise.
    private static boolean isOtherwise(Map.Entry<String, String> told, Segment after) {
        String now = after.attributes().get(told.getKey());
        return now == null || !now.equals(told.getValue());
    }

    /// The stretches within a window in which neither history changes.
    private static SortedSet<Window> pieces(Timeline had, Timeline is, Window within) {
        TreeSet<Instant> cuts = new TreeSet<>();
        cuts.add(within.from());
        cuts.add(within.to());
        for (Timeline timeline : List.of(had, is)) {
            for (Segment segment : timeline.segments()) {
                segment.window().intersect(within).ifPresent(part -> {
                    cuts.add(part.from());
                    cuts.add(part.to());
                });
            }
        }
        TreeSet<Window> pieces = new TreeSet<>();
        Instant from = cuts.first();
        for (Instant to : cuts.tailSet(from, false)) {
            pieces.add(new Window(from, to));
            from = to;
        }
        return pieces;
    }
}
