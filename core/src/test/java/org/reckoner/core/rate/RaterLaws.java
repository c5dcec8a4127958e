package org.reckoner.core.rate;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.reference.NaiveBill;
import org.reckoner.core.reference.Scene;
import org.reckoner.core.time.Window;

/// Laws 2, 5 and 9, and that a rating is what walking through every second finds.
class RaterLaws {

    @Property(tries = 600, shrinking = ShrinkingMode.OFF)
    void a_rating_is_what_walking_through_every_second_finds(@ForAll long seed) {
        Scene scene = Scene.anything(seed);
        int from = scene.random().nextInt(scene.horizon());
        int to = from + 1 + scene.random().nextInt(scene.horizon());
        List<Timeline> timelines = scene.timelines();
        for (String project : Scene.PROJECTS) {
            Rating rating = Rater.rate(scene.book(), project, scene.window(from, to), timelines);
            NaiveBill naive = new NaiveBill(scene.book(), project, scene.stories(), scene.origin(), from, to);
            List<String> keys = new ArrayList<>();
            for (RatedLine line : rating.lines()) {
                List<String> group = line.price().groupBy().stream()
                        .map(dimension -> line.group().getOrDefault(dimension, ""))
                        .toList();
                String key = NaiveBill.key(line.section(), line.price().id(), group);
                keys.add(key);
                NaiveBill.Line expected = naive.lines().get(key);
                assertThat(expected).as("%s of %s", key, project).isNotNull();
                mustEqual(Objects.requireNonNull(expected), line);
            }
            assertThat(keys).doesNotHaveDuplicates();
            assertThat(new TreeSet<>(keys)).isEqualTo(naive.lines().keySet());
            assertThat(unpricedSeconds(rating)).isEqualTo(naive.unpriced());
        }
    }

    private static void mustEqual(NaiveBill.Line expected, RatedLine line) {
        assertThat(expected.quantity().equalTo(line.quantity()))
                .as("quantity of %s: %s, not %s", line.price(), expected.quantity(), line.quantity())
                .isTrue();
        assertThat(expected.amount().equalTo(line.amount()))
                .as("amount of %s: %s, not %s", line.price(), expected.amount(), line.amount())
                .isTrue();
        assertThat(line.charges().stream().map(Charge::resource).toList()).isEqualTo(List.copyOf(expected.resources()));
        for (Charge charge : line.charges()) {
            assertThat(expected.quantity(charge.resource()).equalTo(charge.quantity()))
                    .as("quantity of %s under %s", charge.resource(), line.price())
                    .isTrue();
        }
    }

    private static TreeMap<String, Long> unpricedSeconds(Rating rating) {
        TreeMap<String, Long> seconds = new TreeMap<>();
        rating.unpriced()
                .forEach(u ->
                        seconds.merge(u.resource() + " " + u.meter(), u.window().seconds(), Long::sum));
        return seconds;
    }

    /// Law 9: charges are the whole line.
    @Property(tries = 250, shrinking = ShrinkingMode.OFF)
    void charges_sum_to_their_line(@ForAll long seed) {
        Scene scene = Scene.anything(seed);
        for (String project : Scene.PROJECTS) {
            for (RatedLine line : scene.rate(project).lines()) {
                if (!line.charges().isEmpty()) {
                    assertThat(sum(line.charges().stream().map(Charge::quantity).toList()))
                            .isEqualTo(line.quantity());
                    assertThat(sum(line.charges().stream().map(Charge::amount).toList()))
                            .isEqualTo(line.amount());
                }
            }
        }
    }

    /// Law 5: splitting a period never changes the sum before rounding.
    @Property(tries = 250, shrinking = ShrinkingMode.OFF)
    void splitting_a_period_never_changes_a_linear_sum(@ForAll long seed) {
        Scene scene = Scene.linear(seed);
        long end = scene.horizon() * 2L;
        long cut = 1 + scene.random().nextInt((int) end - 1);
        List<Timeline> timelines = scene.timelines();
        for (String project : Scene.PROJECTS) {
            TreeMap<String, Ratio> whole = amounts(scene.book(), project, scene.window(0, end), timelines);
            TreeMap<String, Ratio> parts = amounts(scene.book(), project, scene.window(0, cut), timelines);
            amounts(scene.book(), project, scene.window(cut, end), timelines)
                    .forEach((key, amount) -> parts.merge(key, amount, Ratio::plus));
            assertThat(parts).isEqualTo(whole);
        }
    }

    /// Law 5: handing resources from owner to owner never changes the sum before rounding.
    @Property(tries = 250, shrinking = ShrinkingMode.OFF)
    void splitting_an_account_never_changes_a_linear_sum(@ForAll long seed) {
        Scene scene = Scene.linear(seed);
        List<Timeline> timelines = scene.timelines();
        TreeMap<String, Ratio> parts = new TreeMap<>();
        for (String project : Scene.PROJECTS) {
            amounts(scene.book(), project, scene.whole(), timelines)
                    .forEach((key, amount) -> parts.merge(key, amount, Ratio::plus));
        }
        List<Timeline> ofOne = timelines.stream().map(RaterLaws::ownedByOne).toList();
        assertThat(amounts(scene.book(), "one", scene.whole(), ofOne)).isEqualTo(parts);
    }

    private static Timeline ownedByOne(Timeline timeline) {
        return new Timeline(
                timeline.resource(),
                timeline.life(),
                timeline.segments().stream()
                        .map(s -> new Segment(
                                s.window(),
                                s.owner().map(o -> "one"),
                                s.state(),
                                s.levels(),
                                s.attributes(),
                                s.evidence()))
                        .toList(),
                timeline.flows().stream()
                        .map(f -> new org.reckoner.core.meter.Flow(
                                f.at(),
                                f.owner().map(o -> "one"),
                                f.meter(),
                                f.quantity(),
                                f.attributes(),
                                f.evidence()))
                        .toList());
    }

    /// Law 2: billed + free + unpriced time is the lifetime, for every resource and meter, over all owners.
    @Property(tries = 250, shrinking = ShrinkingMode.OFF)
    void billed_free_and_unpriced_seconds_are_the_lifetime(@ForAll long seed) {
        Scene scene = Scene.anything(seed);
        List<Timeline> timelines = scene.timelines();
        TreeMap<String, List<Window>> covered = new TreeMap<>();
        for (String project : Scene.PROJECTS) {
            Rating rating = Rater.rate(scene.book(), project, scene.whole(), timelines);
            for (RatedLine line : rating.lines()) {
                if (line.price().surcharge().isEmpty() && line.price().meter().isPresent()) {
                    String meter = line.price().meter().get();
                    line.charges()
                            .forEach(charge ->
                                    charge.uses().forEach(use -> add(covered, charge.resource(), meter, use.window())));
                }
            }
            rating.unpriced().forEach(u -> add(covered, u.resource(), u.meter(), u.window()));
        }
        for (Timeline timeline : timelines) {
            for (Segment segment : timeline.segments()) {
                segment.window()
                        .intersect(scene.whole())
                        .ifPresent(part -> segment.levels().forEach((meter, quantity) -> {
                            if (isFree(scene.book(), timeline.resource(), segment, meter)) {
                                add(covered, timeline.resource(), meter, part);
                            }
                        }));
            }
        }
        for (Timeline timeline : timelines) {
            long lifetime = timeline.life()
                    .flatMap(life -> life.intersect(scene.whole()))
                    .map(Window::seconds)
                    .orElse(0L);
            TreeSet<String> meters = new TreeSet<>();
            timeline.segments().forEach(s -> meters.addAll(s.levels().keySet()));
            for (String meter : meters) {
                List<Window> windows =
                        new ArrayList<>(covered.getOrDefault(timeline.resource() + " " + meter, List.of()));
                Collections.sort(windows);
                long free = scene.book().free().contains(meter) ? lifetime - seconds(windows) : 0;
                assertThat(seconds(windows) + free).isEqualTo(lifetime);
                for (int i = 1; i < windows.size(); i++) {
                    assertThat(windows.get(i).overlaps(windows.get(i - 1))).isFalse();
                }
            }
        }
    }

    private static boolean isFree(PriceBook book, ResourceId resource, Segment segment, String meter) {
        return book.states().factor(resource.type(), meter, segment.state()).signum() == 0;
    }

    private static long seconds(List<Window> windows) {
        return windows.stream().mapToLong(Window::seconds).sum();
    }

    private static void add(Map<String, List<Window>> covered, ResourceId resource, String meter, Window window) {
        covered.computeIfAbsent(resource + " " + meter, k -> new ArrayList<>()).add(window);
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void twice_the_price_is_twice_the_charge(@ForAll long seed) {
        Scene scene = Scene.linear(seed);
        List<Timeline> timelines = scene.timelines();
        PriceBook dearer = withPrices(
                scene.book(),
                scene.book().prices().stream().map(RaterLaws::doubled).toList());
        for (String project : Scene.PROJECTS) {
            TreeMap<String, Ratio> twice = amounts(scene.book(), project, scene.whole(), timelines);
            twice.replaceAll((key, amount) -> amount.plus(amount));
            assertThat(amounts(dearer, project, scene.whole(), timelines)).isEqualTo(twice);
        }
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void the_order_of_timelines_does_not_matter(@ForAll long seed) {
        Scene scene = Scene.anything(seed);
        List<Timeline> timelines = new ArrayList<>(scene.timelines());
        for (String project : Scene.PROJECTS) {
            Rating rating = Rater.rate(scene.book(), project, scene.whole(), timelines);
            Collections.shuffle(timelines, scene.random());
            assertThat(Rater.rate(scene.book(), project, scene.whole(), timelines))
                    .isEqualTo(rating);
        }
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void an_empty_period_bears_only_fixed_fees(@ForAll long seed) {
        Scene scene = Scene.anything(seed);
        Instant later = scene.origin().plusSeconds(100_000);
        Rating rating = Rater.rate(scene.book(), "alpha", new Window(later, later.plusSeconds(60)), List.of());
        Ratio fees = Ratio.ZERO;
        for (RatedLine line : rating.lines()) {
            assertThat(line.charges()).isEmpty();
            if (line.price().model() instanceof PriceModel.Fixed fee) {
                fees = fees.plus(Ratio.of(fee.price()));
            } else {
                assertThat(line.price().model()).isInstanceOf(PriceModel.Percentage.class);
                assertThat(line.quantity().compareTo(fees)).isLessThanOrEqualTo(0);
            }
        }
        assertThat(rating.unpriced()).isEmpty();
    }

    private static Price doubled(Price price) {
        BigDecimal once = ((PriceModel.PerUnit) price.model()).price();
        return new Price(
                price.id(),
                price.item(),
                price.meter(),
                price.surcharge(),
                price.when(),
                price.validity(),
                price.per(),
                new PriceModel.PerUnit(once.multiply(BigDecimal.TWO)),
                price.slice(),
                price.groupBy(),
                price.priority());
    }

    private static PriceBook withPrices(PriceBook book, List<Price> prices) {
        return new PriceBook(
                book.name(),
                book.version(),
                book.validFrom(),
                book.currency(),
                book.rounding(),
                book.meters(),
                book.states(),
                prices,
                book.free());
    }

    private static TreeMap<String, Ratio> amounts(
            PriceBook book, String project, Window window, List<Timeline> timelines) {
        TreeMap<String, Ratio> amounts = new TreeMap<>();
        Rater.rate(book, project, window, timelines)
                .lines()
                .forEach(line -> amounts.merge(
                        line.section() + "|" + line.price().id() + "|" + line.group(), line.amount(), Ratio::plus));
        return amounts;
    }

    private static Ratio sum(List<Ratio> ratios) {
        return ratios.stream().reduce(Ratio.ZERO, Ratio::plus);
    }
}
