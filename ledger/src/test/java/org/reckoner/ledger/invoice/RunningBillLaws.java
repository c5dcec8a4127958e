package org.reckoner.ledger.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.Telling;
import org.reckoner.core.money.Money;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.House;
import org.reckoner.ledger.TestDatabase;
import org.reckoner.ledger.Told;

/// A bill of a month that is not over has all that flowed and was told, whatever came last, and in whatever
/// order it came.
class RunningBillLaws {

    private static final BillingPeriod MONTH = House.month("2026-11");
    private static final Instant BEGIN = MONTH.window().from();
    private static final int DAYS = 20;

    @Property(tries = 40)
    void all_that_flowed_is_on_the_running_bill_in_every_order_of_arrival(
            @ForAll TestDatabase database, @ForAll long seed) {
        Random random = new Random(seed);
        List<Observation> told = told(random);
        List<Observation> otherwise = new ArrayList<>(told);
        Collections.shuffle(otherwise, random);
        try (House one = new House(database.open());
                House other = new House(database.open())) {
            one.load(House.BOOK);
            other.load(House.BOOK);
            Map<Long, Instant> reached = tell(one, told, random);
            tell(other, otherwise, random);
            Bill bill = running(one);
            assertThat(downloads(bill)).isEqualTo(flowed(told));
            assertThat(bill.until()).isEqualTo(end(told));
            assertThat(running(other)).isEqualTo(bill);
            reached.forEach((cutoff, until) ->
                    assertThat(one.ledger().biller().until(MONTH, cutoff)).isEqualTo(until));
        }
    }

    /// In batches of any size.
    ///
    /// @return up to when use could be counted, by the cutoff of each batch
    private static Map<Long, Instant> tell(House house, List<Observation> told, Random random) {
        LinkedHashMap<Long, Instant> reached = new LinkedHashMap<>();
        int from = 0;
        while (from < told.size()) {
            int to = Math.min(told.size(), from + 1 + random.nextInt(5));
            house.tell(told.subList(from, to).toArray(Observation[]::new));
            assertThat(house.ledger().observations().cutoff()).isEqualTo(to);
            assertThat(house.ledger().biller().until(MONTH, to)).isEqualTo(end(told.subList(0, to)));
            reached.put((long) to, house.ledger().biller().until(MONTH, to));
            from = to;
        }
        return reached;
    }

    private static List<Observation> told(Random random) {
        List<Observation> told = new ArrayList<>();
        told.add(Told.image("i", "alpha", BEGIN.toString()));
        TreeMap<String, Integer> tellings = new TreeMap<>();
        int count = 1 + random.nextInt(12);
        for (int i = 0; i < count; i++) {
            Instant at = BEGIN.plusMillis(random.nextLong(Duration.ofDays(DAYS).toMillis()));
            told.add(
                    switch (random.nextInt(4)) {
                        case 0 -> Told.volume("v" + i, "alpha", at.toString(), 1 + random.nextInt(9));
                        case 1 -> Told.download("i", at.toString(), 1_000L * (1 + random.nextInt(9)));
                        default -> measured(random, at, tellings);
                    });
        }
        return told;
    }

    /// What some store measured in a window of the clock; perhaps told before, otherwise.
    private static Observation measured(Random random, Instant within, Map<String, Integer> tellings) {
        Duration length = List.of(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofDays(1))
                .get(random.nextInt(3));
        Instant from =
                Instant.ofEpochSecond(Math.floorDiv(within.getEpochSecond(), length.toSeconds()) * length.toSeconds());
        Window window = new Window(from, from.plus(length));
        String stem = "i/%s/%s".formatted(window.from(), window.to());
        int number = tellings.merge(stem, 1, Integer::sum) - 1;
        return new Observation(
                new Telling(stem, number).id("store"),
                "measured",
                Told.image("i"),
                window.from(),
                Report.NOTHING
                        .owner("alpha")
                        .flow("image.download", BigDecimal.valueOf(1_000L * (1 + random.nextInt(9))))
                        .measured(window));
    }

    /// Up to when something is known: the end of what was measured, the second of what flowed, else the time of
    /// what happened.
    private static Instant end(List<Observation> told) {
        return told.stream().map(RunningBillLaws::end).max(Instant::compareTo).orElseThrow();
    }

    private static Instant end(Observation told) {
        Instant second = told.occurredAt().truncatedTo(ChronoUnit.SECONDS);
        return told.report()
                .measured()
                .map(Window::to)
                .orElse(told.report().flows().isEmpty() ? second : second.plusSeconds(1));
    }

    /// Each window as it was told last, and every download: 1 EUR for each kB.
    private static Money flowed(List<Observation> told) {
        TreeMap<ObservationId, Observation> inOrder = new TreeMap<>();
        told.forEach(observation -> inOrder.put(observation.id(), observation));
        TreeMap<String, BigDecimal> kept = new TreeMap<>();
        inOrder.forEach((id, observation) -> observation
                .report()
                .flows()
                .forEach((meter, bytes) -> kept.put(
                        observation.report().measured().map(Window::toString).orElse(id.toString()), bytes)));
        BigDecimal bytes = kept.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        return Money.parse("EUR %s.00".formatted(bytes.divideToIntegralValue(BigDecimal.valueOf(1_000))));
    }

    private static Money downloads(Bill bill) {
        return bill.lines().stream()
                .filter(line -> line.item().equals("Download"))
                .map(InvoiceLine::amount)
                .reduce(Money::plus)
                .orElse(Money.parse("EUR 0.00"));
    }

    private static Bill running(House house) {
        long cutoff = house.ledger().observations().cutoff();
        return house.ledger()
                .biller()
                .bill(
                        house.account("alpha"),
                        house.ledger().biller().priceBook(house.account("alpha"), MONTH),
                        MONTH,
                        house.ledger().biller().until(MONTH, cutoff),
                        cutoff);
    }
}
