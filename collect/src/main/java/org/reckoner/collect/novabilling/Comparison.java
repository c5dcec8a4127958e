package org.reckoner.collect.novabilling;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.collect.novabilling.Histories.History;
import org.reckoner.collect.novabilling.Histories.Stretch;
import org.reckoner.collect.novabilling.OldBilling.Segment;

/// What nova-billing billed as shipped, month by month, beside what its own documentation promises: each
/// second of use once, each fixed charge once. Pure: it reads what is stored, and asks nobody.
///
/// nova-billing computed a bill whenever it was asked for one. So this is what its bills of all months say
/// now; those that it gave out earlier may have said something else.
public final class Comparison {

    private static final BigDecimal YEAR = BigDecimal.valueOf(31_556_952);
    private static final int PLACES = 12;

    private Comparison() {}

    /// Why a bill was wrong.
    public enum Reason {
        STRETCHED("stretched", "segments that had ended were billed on, until a later event of their resource"),
        LEFT_OPEN("left_open", "segments that a later one replaced were never ended"),
        DUPLICATE("duplicate", "accounts or resources that were stored twice were billed twice"),
        OUT_OF_ORDER("out_of_order", "events of an earlier time than others moved time about"),
        FIXED_NEGATIVE("fixed_negative", "fixed charges were subtracted"),
        FIXED_REPEATED("fixed_repeated", "fixed charges came again in every later period");

        private final String word;
        private final String sentence;

        Reason(String word, String sentence) {
            this.word = word;
            this.sentence = sentence;
        }

        /// One word, as columns are named.
        public String word() {
            return word;
        }

        /// For people.
        public String sentence() {
            return sentence;
        }
    }

    /// @param account its name
    /// @param billed as shipped
    /// @param documented as it should have been; `billed` less all reasons
    /// @param reasons every one, in their order
    public record Line(
            String account,
            YearMonth month,
            BigDecimal billed,
            BigDecimal documented,
            Map<Reason, BigDecimal> reasons) {

        public Line {
            reasons = Collections.unmodifiableMap(new EnumMap<>(reasons));
        }

        /// What of the difference is for a reason.
        public BigDecimal because(Reason reason) {
            return reasons.getOrDefault(reason, BigDecimal.ZERO);
        }

        /// Too much if positive.
        public BigDecimal difference() {
            return billed.subtract(documented);
        }
    }

    /// Sums, as costs times seconds; divided by the year once, at the end.
    private static final class Sums {
        private BigDecimal billed = BigDecimal.ZERO;
        private BigDecimal documented = BigDecimal.ZERO;
        private final EnumMap<Reason, BigDecimal> reasons = new EnumMap<>(Reason.class);

        void add(BigDecimal old, BigDecimal right, Reason reason) {
            billed = billed.add(old);
            documented = documented.add(right);
            if (old.compareTo(right) != 0) {
                reasons.merge(reason, old.subtract(right), BigDecimal::add);
            }
        }

        Line line(String account, YearMonth month) {
            EnumMap<Reason, BigDecimal> all = new EnumMap<>(Reason.class);
            for (Reason reason : Reason.values()) {
                all.put(reason, money(reasons.getOrDefault(reason, BigDecimal.ZERO)));
            }
            return new Line(account, month, money(billed), money(documented), all);
        }

        private static BigDecimal money(BigDecimal costSeconds) {
            BigDecimal money =
                    costSeconds.divide(YEAR, PLACES, RoundingMode.HALF_EVEN).stripTrailingZeros();
            return money.scale() < 0 ? money.setScale(0) : money;
        }
    }

    /// By account's name and month, each month in which anything was billed or should have been. Nothing for
    /// the first generation, which knew no prices.
    ///
    /// @param now until when what is open has cost
    public static List<Line> of(Histories histories, Instant now) {
        if (histories.billing().generation() == OldBilling.Generation.G0) {
            return List.of();
        }
        Map<Long, String> names = new HashMap<>();
        histories.billing().accounts().forEach(account -> names.put(account.id(), account.name()));
        TreeMap<String, TreeMap<YearMonth, Sums>> sums = new TreeMap<>();
        for (History history : histories.all()) {
            String name = String.valueOf(names.get(history.resource().account()));
            TreeMap<YearMonth, Sums> months = sums.computeIfAbsent(name, account -> new TreeMap<>());
            history.stretches().forEach(stretch -> add(history, stretch, months, now));
        }
        return sums.entrySet().stream()
                .flatMap(account -> account.getValue().entrySet().stream()
                        .map(month -> month.getValue().line(account.getKey(), month.getKey())))
                .toList();
    }

    private static void add(History history, Stretch stretch, TreeMap<YearMonth, Sums> months, Instant now) {
        Segment segment = stretch.segment();
        if (segment.cost().signum() == 0) {
            return;
        }
        Instant last = later(
                segment.begin(), later(segment.end().orElse(now), stretch.end().orElse(now)));
        YearMonth month = month(earlier(segment.begin(), segment.end().orElse(segment.begin())));
        for (Instant until = earlier(last, now);
                !start(month).isAfter(until) && start(month).isBefore(now);
                month = month.plusMonths(1)) {
            Sums sums = months.computeIfAbsent(month, known -> new Sums());
            if (segment.cost().signum() < 0) {
                addFixed(stretch, month, sums);
            } else {
                addHeld(history, stretch, month, sums, now);
            }
        }
    }

    private static YearMonth month(Instant at) {
        return YearMonth.from(at.atOffset(ZoneOffset.UTC));
    }

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /// Whether nova-billing's bill of a month has a segment in it.
    private static boolean isIn(Segment segment, YearMonth month) {
        return segment.begin().isBefore(start(month.plusMonths(1)))
                && segment.end().filter(end -> !end.isAfter(start(month))).isEmpty();
    }

    private static void addFixed(Stretch stretch, YearMonth month, Sums sums) {
        Segment segment = stretch.segment();
        BigDecimal cost = segment.cost().multiply(YEAR);
        BigDecimal old = isIn(segment, month) ? cost : BigDecimal.ZERO;
        boolean charged = month.equals(month(segment.begin()));
        if (stretch.duplicate() && stretch.isEmpty()) {
            sums.add(old, BigDecimal.ZERO, Reason.DUPLICATE);
        } else if (charged) {
            sums.add(old, cost.negate(), Reason.FIXED_NEGATIVE);
        } else {
            sums.add(old, BigDecimal.ZERO, Reason.FIXED_REPEATED);
        }
    }

    private static void addHeld(History history, Stretch stretch, YearMonth month, Sums sums, Instant now) {
        Segment segment = stretch.segment();
        Instant from = later(segment.begin(), start(month));
        Instant to = start(month.plusMonths(1));
        long old = isIn(segment, month) ? seconds(from, earlier(segment.end().orElse(now), to)) : 0;
        long right = Math.max(0, seconds(from, earlier(earlier(stretch.end().orElse(now), now), to)));
        sums.add(
                segment.cost().multiply(BigDecimal.valueOf(old)),
                segment.cost().multiply(BigDecimal.valueOf(right)),
                reason(history, stretch));
    }

    /// Whole seconds, rounded down, also below zero.
    private static long seconds(Instant from, Instant to) {
        return Duration.between(from, to).getSeconds();
    }

    private static Reason reason(History history, Stretch stretch) {
        if (stretch.duplicate()) {
            return Reason.DUPLICATE;
        }
        if (history.outOfOrder()) {
            return Reason.OUT_OF_ORDER;
        }
        Optional<Instant> end = stretch.segment().end();
        return end.isEmpty() ? Reason.LEFT_OPEN : Reason.STRETCHED;
    }
}
