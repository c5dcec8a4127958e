package org.reckoner.collect.measured;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.reckoner.collect.measured.Definition.Kind;
import org.reckoner.core.meter.Flow;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.time.Window;

/// A store of measures that learns late, forgets, contradicts itself and is asked in any order: what is
/// billed is what a plain reckoning of its values says, which shares nothing with the code that is tested.
class MeasuredLaws {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final String SOURCE = "gnocchi/net";
    private static final int WINDOWS = 6;
    private static final int PLACES = 12;

    /// A value as the store has it: hundredths, for a stretch that begins so many seconds after the start.
    private record Held(long second, long hundredths) {}

    /// How values become quantities, in whole numbers: `value x factor / divisor + quarters / 4`.
    ///
    /// @param table of [Mutation#MAP], from hundredths to hundredths
    private record Recipe(
            Kind kind,
            String aggregation,
            Duration window,
            Duration granularity,
            int factor,
            int divisor,
            int quarters,
            Mutation mutation,
            SortedMap<Long, Long> table,
            Optional<Integer> skipBelow) {

        static Recipe random(Random random) {
            Kind kind = random.nextInt(3) == 0 ? Kind.LEVEL : Kind.AMOUNT;
            List<String> aggregations =
                    List.of("sum", "max", "min", "mean", "first", "last", "count", "rate:sum", "rate:max", "rate:mean");
            Duration window = Duration.ofMinutes(List.of(60, 30, 15).get(random.nextInt(3)));
            Mutation mutation =
                    random.nextBoolean() ? Mutation.NONE : Mutation.values()[random.nextInt(Mutation.values().length)];
            SortedMap<Long, Long> table = new TreeMap<>();
            if (mutation == Mutation.MAP) {
                for (int i = 0; i < 4; i++) {
                    table.put(100L * i, (long) random.nextInt(500));
                }
            }
            boolean plain = mutation == Mutation.MAP;
            return new Recipe(
                    kind,
                    aggregations.get(random.nextInt(aggregations.size())),
                    window,
                    window.dividedBy(List.of(1, 3, 5).get(random.nextInt(3))),
                    plain ? 1 : 1 + random.nextInt(9),
                    plain ? 1 : 1 + random.nextInt(13),
                    plain ? 0 : random.nextInt(5) - 2,
                    mutation,
                    table,
                    random.nextInt(4) == 0 ? Optional.of(1 + random.nextInt(40)) : Optional.empty());
        }

        Definition definition() {
            TreeMap<Ratio, Ratio> mapped = new TreeMap<>();
            table.forEach((from, to) -> mapped.put(hundredths(from), hundredths(to)));
            return new Definition(
                    "net",
                    "net.bytes",
                    "port",
                    "GiB",
                    kind,
                    new Conversion(Ratio.parse(factor + "/" + divisor), Ratio.parse(quarters + "/4"), mutation, mapped),
                    Definition.Sampling.of(aggregation, Optional.of(granularity)),
                    Definition.Keys.of(List.of("id"), "project_id", List.of("flavor")),
                    skipBelow.map(most -> Skip.parse("qty < " + most)),
                    false,
                    new TreeMap<>());
        }

        long seconds() {
            return window.toSeconds();
        }

        Window at(int number) {
            Instant from = START.plus(window.multipliedBy(number));
            return new Window(from, from.plus(window));
        }
    }

    private static Ratio hundredths(long value) {
        return Ratio.of(BigDecimal.valueOf(value, 2));
    }

    /// A quantity of the plain reckoning, not in lowest terms.
    private record Part(BigInteger above, BigInteger below) {

        static final Part NONE = new Part(BigInteger.ZERO, BigInteger.ONE);

        static Part whole(BigInteger number) {
            return new Part(number, BigInteger.ONE);
        }

        Part plus(Part other) {
            return new Part(above.multiply(other.below).add(other.above.multiply(below)), below.multiply(other.below));
        }

        BigInteger floor() {
            BigInteger[] parts = above.divideAndRemainder(below);
            return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
        }

        boolean isWhole() {
            return above.mod(below).signum() == 0;
        }
    }

    /// What windows come to, reckoned plainly.
    private record Reference(Recipe recipe) {

        /// @return nothing if there is nothing that can be believed
        Optional<BigDecimal> quantity(int window, List<Held> all) {
            long from = window * recipe.seconds();
            TreeMap<Long, Long> own = new TreeMap<>();
            for (Held held : all) {
                if (held.second() < from || held.second() >= from + recipe.seconds()) {
                    continue;
                }
                boolean twice = own.put(held.second(), held.hundredths()) != null;
                boolean askew = (held.second() - from) % recipe.granularity().toSeconds() != 0;
                boolean fell = recipe.kind() == Kind.AMOUNT
                        && recipe.aggregation().startsWith("rate:")
                        && held.hundredths() < 0;
                if (twice || askew || fell) {
                    return Optional.empty();
                }
            }
            if (own.isEmpty()) {
                return Optional.empty();
            }
            Optional<Part> total = recipe.kind() == Kind.LEVEL
                    ? held(List.copyOf(own.values()))
                    : Optional.of(one(List.copyOf(own.values())))
                            .filter(part -> part.above().signum() >= 0);
            return total.map(part -> isSkipped(part)
                    ? BigDecimal.ZERO
                    : new BigDecimal(part.above())
                            .divide(new BigDecimal(part.below()), PLACES, RoundingMode.HALF_EVEN));
        }

        private Optional<Part> held(List<Long> values) {
            Part total = Part.NONE;
            for (long value : values) {
                Part each = converted(value, 1);
                if (each.above().signum() < 0) {
                    return Optional.empty();
                }
                for (long second = 0; second < recipe.granularity().toSeconds(); second += 60) {
                    total = total.plus(new Part(each.above().multiply(BigInteger.valueOf(60)), each.below()));
                }
            }
            return Optional.of(total);
        }

        private Part one(List<Long> values) {
            long sum = values.stream().mapToLong(Long::longValue).sum();
            return switch (recipe.aggregation().replace("rate:", "")) {
                case "sum", "count" -> converted(sum, 1);
                case "mean" -> converted(sum, values.size());
                case "max" -> converted(Collections.max(values), 1);
                case "min" -> converted(Collections.min(values), 1);
                case "first" -> converted(values.getFirst(), 1);
                default -> converted(values.getLast(), 1);
            };
        }

        private Part converted(long hundredths, int among) {
            long below = 400L * among * recipe.divisor();
            Part part = new Part(
                    BigInteger.valueOf(
                            4 * hundredths * recipe.factor() + 100L * among * recipe.divisor() * recipe.quarters()),
                    BigInteger.valueOf(below));
            boolean isZero = part.above().signum() == 0;
            return switch (recipe.mutation()) {
                case NONE -> part;
                case NUMBOOL -> isZero ? Part.NONE : Part.whole(BigInteger.ONE);
                case NOTNUMBOOL -> isZero ? Part.whole(BigInteger.ONE) : Part.NONE;
                case FLOOR -> Part.whole(part.floor());
                case CEIL -> part.isWhole() ? part : Part.whole(part.floor().add(BigInteger.ONE));
                case MAP ->
                    hundredths % among == 0
                            ? new Part(
                                    BigInteger.valueOf(recipe.table().getOrDefault(hundredths / among, 0L)),
                                    BigInteger.valueOf(100))
                            : Part.NONE;
            };
        }

        private boolean isSkipped(Part part) {
            return recipe.skipBelow()
                    .filter(most -> part.above().compareTo(part.below().multiply(BigInteger.valueOf(most))) < 0)
                    .isPresent();
        }
    }

    /// What the store knows in the course of time.
    private static final class Remembering {

        private final Random random;
        private final Recipe recipe;
        private final Map<String, List<Held>> values = new LinkedHashMap<>();

        Remembering(Random random, Recipe recipe) {
            this.random = random;
            this.recipe = recipe;
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                values.put("port-" + i, new ArrayList<>());
            }
        }

        List<String> resources() {
            List<String> shuffled = new ArrayList<>(values.keySet());
            Collections.shuffle(shuffled, random);
            return shuffled;
        }

        /// Measures come late and out of order, change, go, and are now and then of no use.
        void goOn() {
            long step = recipe.granularity().toSeconds();
            long end = WINDOWS * recipe.seconds();
            values.forEach((resource, known) -> {
                known.removeIf(held -> random.nextInt(12) == 0);
                known.replaceAll(held -> random.nextInt(8) == 0 ? new Held(held.second(), number()) : held);
                for (int i = random.nextInt(12); i > 0; i--) {
                    long askew = random.nextInt(60) == 0 ? 1 + random.nextInt(59) : 0;
                    long second = random.nextLong(end / step) * step + askew;
                    boolean twice = random.nextInt(60) == 0;
                    if (twice || known.stream().noneMatch(held -> held.second() == second)) {
                        known.add(new Held(second, number()));
                    }
                }
            });
        }

        private long number() {
            return random.nextInt(25) == 0 ? -random.nextInt(20_000) : 25L * random.nextInt(800);
        }

        /// In any order, and more than was asked for.
        List<Point> answer(String resource) {
            List<Point> points = new ArrayList<>();
            for (Held held : values.getOrDefault(resource, List.of())) {
                points.add(new Point(START.plusSeconds(held.second()), hundredths(held.hundredths())));
            }
            Collections.shuffle(points, random);
            return points;
        }
    }

    /// What was told, and how it is told next.
    private static final class Told {

        private final Map<String, Observation> last = new HashMap<>();
        private final Map<String, List<Observation>> all = new HashMap<>();

        void take(Definition definition, Finding finding) {
            if (finding instanceof Finding.Found(Measure measure)) {
                measure.news("R", SOURCE, definition, Optional.ofNullable(last.get(measure.stem())))
                        .ifPresent(news -> {
                            last.put(measure.stem(), news);
                            all.computeIfAbsent(measure.resource(), resource -> new ArrayList<>())
                                    .add(news);
                        });
            }
        }

        /// By window, in whatever order it arrives, and more than once; windows of nothing are left out.
        SortedMap<Instant, BigDecimal> billed(String resource, Random random) {
            List<Observation> arrived = new ArrayList<>(all.getOrDefault(resource, List.of()));
            if (arrived.isEmpty()) {
                return new TreeMap<>();
            }
            arrived.addAll(arrived.subList(0, random.nextInt(arrived.size() + 1)));
            Collections.shuffle(arrived, random);
            TreeMap<Instant, BigDecimal> billed = new TreeMap<>();
            for (Flow flow : Timeline.fold(new ResourceId("R", "port", resource), arrived)
                    .flows()) {
                billed.merge(flow.at(), flow.quantity(), BigDecimal::add);
            }
            return withoutNothing(billed);
        }
    }

    private static SortedMap<Instant, BigDecimal> withoutNothing(Map<Instant, BigDecimal> quantities) {
        TreeMap<Instant, BigDecimal> some = new TreeMap<>();
        quantities.forEach((at, quantity) -> {
            if (quantity.signum() != 0) {
                some.put(at, quantity.stripTrailingZeros());
            }
        });
        return some;
    }

    @Property(tries = 600, shrinking = ShrinkingMode.OFF)
    void windows_collected_in_any_order_and_spans_and_again_are_billed_as_the_plain_reckoning_says(@ForAll long seed) {
        Random random = new Random(seed);
        Recipe recipe = Recipe.random(random);
        Definition definition = recipe.definition();
        Reference reference = new Reference(recipe);
        Remembering store = new Remembering(random, recipe);
        Told told = new Told();
        Map<String, Map<Instant, BigDecimal>> expected = new HashMap<>();
        for (int step = 1 + random.nextInt(5); step > 0; step--) {
            store.goOn();
            for (int span = 1 + random.nextInt(4); span > 0; span--) {
                int first = random.nextInt(WINDOWS);
                int after = first + 1 + random.nextInt(WINDOWS - first);
                Making making = new Making(
                        definition,
                        recipe.window(),
                        new Window(recipe.at(first).from(), recipe.at(after).from()));
                for (String resource : store.resources()) {
                    making.of(
                                    resource,
                                    store.answer(resource),
                                    window -> new Making.Attributes(Optional.of("p"), new TreeMap<>()))
                            .forEach(finding -> told.take(definition, finding));
                    for (int window = first; window < after; window++) {
                        Instant from = recipe.at(window).from();
                        reference
                                .quantity(window, store.values.getOrDefault(resource, List.of()))
                                .ifPresent(quantity -> expected.computeIfAbsent(resource, any -> new HashMap<>())
                                        .put(from, quantity));
                    }
                }
            }
        }
        for (String resource : store.resources()) {
            assertThat(told.billed(resource, random))
                    .as("%s, %s", resource, recipe)
                    .isEqualTo(withoutNothing(expected.getOrDefault(resource, Map.of())));
        }
    }

    @Property(tries = 400, shrinking = ShrinkingMode.OFF)
    void every_window_is_asked_for_once_it_is_over_and_the_last_ones_once_more(@ForAll long seed) {
        Random random = new Random(seed);
        Duration length = Duration.ofMinutes(List.of(5, 15, 60, 360).get(random.nextInt(4)));
        Windows windows = new Windows(length, 1 + random.nextInt(3), random.nextInt(4), 1 + random.nextInt(5));
        Instant start = START.plusSeconds(random.nextInt(100_000));
        Instant first = Windows.around(start, length).from();
        Instant now = start.minusSeconds(random.nextInt(10_000));
        Optional<Instant> complete = Optional.empty();
        for (int run = 0; run < 8; run++) {
            now = now.plusSeconds(random.nextLong(length.toSeconds() * 6));
            List<Window> due = windows.due(complete, start, now);
            TreeSet<Instant> asked = new TreeSet<>();
            Instant expected = due.isEmpty() ? first : due.getFirst().from();
            for (Window span : due) {
                assertThat(span.from()).isEqualTo(expected);
                List<Window> own = windows.of(span);
                assertThat(own).hasSizeBetween(1, windows.together());
                own.forEach(window -> asked.add(window.from()));
                expected = span.to();
            }
            for (Instant from = first; from.isBefore(now.plus(length)); from = from.plus(length)) {
                boolean isOver =
                        !from.plus(length.multipliedBy(windows.patience())).isAfter(now);
                boolean isKnown = complete.isPresent()
                        && from.isBefore(complete.get().minus(length.multipliedBy(windows.again())));
                assertThat(asked.contains(from))
                        .as("the window of %s, at %s, complete until %s, by %s", from, now, complete, windows)
                        .isEqualTo(isOver && !isKnown);
            }
            if (!due.isEmpty() && random.nextInt(4) > 0) {
                Instant reached = due.get(random.nextInt(due.size())).to();
                complete = complete.filter(reached::isBefore).or(() -> Optional.of(reached));
            }
        }
    }
}
