package org.reckoner.core.price;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.core.meter.Unit;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.time.Window;

/// What one price buys: `vCPU hour`, `GiB month`, `1000 request`.
///
/// @param count how many units; 1 unless written
/// @param time none for what flows or is counted
public record Per(BigDecimal count, Unit unit, Optional<Time> time) {

    /// Lengths of time that things are priced by. A month is the calendar month (UTC) in which the time lies.
    public enum Time {
        SECOND(1),
        MINUTE(60),
        HOUR(3_600),
        DAY(86_400),
        MONTH(0);

        private final long seconds;

        Time(long seconds) {
            this.seconds = seconds;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// @throws IllegalArgumentException unless the count is positive
    public Per {
        if (count.signum() <= 0) {
            throw new IllegalArgumentException("a price is per a positive number of units, not " + count);
        }
        count = new BigDecimal(count.stripTrailingZeros().toPlainString());
    }

    /// Reads `[count] unit [time]`, such as `GiB month`; `parse(p.toString())` equals `p`.
    ///
    /// @throws IllegalArgumentException if the text is not of that form
    public static Per parse(String text) {
        String[] words = text.trim().split("[\\s]+");
        int at = 0;
        BigDecimal count = BigDecimal.ONE;
        if (words.length > 1 && words[0].matches("[0-9.]+")) {
            count = new BigDecimal(words[at++]);
        }
        Unit unit = Unit.of(words[at++]);
        Optional<Time> time = Optional.empty();
        if (at < words.length) {
            time = Optional.of(time(words[at++], text));
        }
        if (at < words.length || unit.symbol().isEmpty()) {
            throw new IllegalArgumentException(
                    "expected '[count] unit [time]' such as 'GiB month', not '" + text + "'");
        }
        return new Per(count, unit, time);
    }

    private static Time time(String word, String text) {
        try {
            return Time.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected second, minute, hour, day or month, not '%s' in '%s'".formatted(word, text), e);
        }
    }

    /// How many of these a quantity is that flowed.
    public Ratio amount(BigDecimal quantity, Unit of) {
        return Ratio.of(quantity.multiply(of.size())).dividedBy(one());
    }

    /// How many of these a quantity is that was held through a window.
    public Ratio held(BigDecimal quantity, Unit of, Window window) {
        return held(List.of(new Held(window, quantity)), of);
    }

    /// How many of these some quantities are together: integrated first, and divided once for each length of
    /// a month.
    public Ratio held(Collection<Held> all, Unit of) {
        Time by = time.orElseThrow(() -> new IllegalStateException("not a price by time: " + this));
        TreeMap<Long, BigDecimal> byLength = new TreeMap<>();
        for (Held held : all) {
            if (by == Time.MONTH) {
                addByMonth(held, byLength);
            } else {
                add(held.quantity(), held.window().seconds(), by.seconds, byLength);
            }
        }
        Ratio sum = Ratio.ZERO;
        for (Map.Entry<Long, BigDecimal> ofLength : byLength.entrySet()) {
            sum = sum.plus(amount(ofLength.getValue(), of).dividedBy(Ratio.of(ofLength.getKey())));
        }
        return sum;
    }

    private static void addByMonth(Held held, TreeMap<Long, BigDecimal> byLength) {
        Window rest = held.window();
        while (!rest.isEmpty()) {
            YearMonth month = YearMonth.from(rest.from().atOffset(ZoneOffset.UTC));
            Window whole =
                    new Window(start(month.atDay(1)), start(month.plusMonths(1).atDay(1)));
            Window part = rest.intersect(whole).orElseThrow();
            add(held.quantity(), part.seconds(), whole.seconds(), byLength);
            rest = new Window(part.to(), rest.to());
        }
    }

    /// @param byLength quantity × seconds, by the seconds of the time that is sold
    private static void add(BigDecimal quantity, long seconds, long length, TreeMap<Long, BigDecimal> byLength) {
        byLength.merge(length, quantity.multiply(BigDecimal.valueOf(seconds)), BigDecimal::add);
    }

    private Ratio one() {
        return Ratio.of(count.multiply(unit.size()));
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    @Override
    public String toString() {
        return (count.compareTo(BigDecimal.ONE) == 0 ? "" : count.toPlainString() + " ")
                + unit
                + time.map(t -> " " + t).orElse("");
    }
}
