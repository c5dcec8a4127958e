package org.reckoner.core.price;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.price.PriceBook.PricedWindow;
import org.reckoner.core.price.PriceModel.Tier;
import org.reckoner.core.reference.NaiveBill;
import org.reckoner.core.reference.Sample;
import org.reckoner.core.reference.Scene;
import org.reckoner.core.time.Window;

/// What every price model promises, and that one price is chosen for every second.
class PriceLaws {

    @Provide
    Arbitrary<Ratio> quantities() {
        return Combinators.combine(Arbitraries.integers().between(0, 100_000), Arbitraries.of(1, 3, 7, 60, 3600))
                .as((top, bottom) -> Ratio.of(top).dividedBy(Ratio.of(bottom)));
    }

    @Provide
    Arbitrary<BigDecimal> prices() {
        return Arbitraries.bigDecimals()
                .between(BigDecimal.ZERO, BigDecimal.valueOf(1000))
                .ofScale(6);
    }

    @Provide
    Arbitrary<List<Tier>> tiers() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 20_000).set().ofMaxSize(5),
                        prices().list().ofSize(6))
                .as((ends, prices) -> {
                    List<Tier> tiers = new ArrayList<>();
                    for (int end : ends.stream().sorted().toList()) {
                        tiers.add(new Tier(Optional.of(BigDecimal.valueOf(end)), prices.get(tiers.size())));
                    }
                    tiers.add(new Tier(Optional.empty(), prices.get(5)));
                    return tiers;
                });
    }

    @Property(tries = 300)
    void one_tier_is_flat(@ForAll("prices") BigDecimal price, @ForAll("quantities") Ratio quantity) {
        List<Tier> one = List.of(new Tier(Optional.empty(), price));
        Ratio flat = new PriceModel.PerUnit(price).amount(quantity);
        assertThat(new PriceModel.Graduated(one).amount(quantity)).isEqualTo(flat);
        assertThat(new PriceModel.Volume(one).amount(quantity)).isEqualTo(flat);
        assertThat(new PriceModel.Included(BigDecimal.ZERO, new PriceModel.PerUnit(price)).amount(quantity))
                .isEqualTo(flat);
    }

    @Property(tries = 300)
    void graduated_is_monotone_and_continuous(
            @ForAll("tiers") List<Tier> tiers, @ForAll("quantities") Ratio a, @ForAll("quantities") Ratio b) {
        PriceModel model = new PriceModel.Graduated(tiers);
        Ratio low = a.min(b);
        Ratio high = a.max(b);
        Ratio step = model.amount(high).minus(model.amount(low));
        BigDecimal steepest = tiers.stream().map(Tier::price).reduce(BigDecimal.ZERO, BigDecimal::max);
        assertThat(step.signum()).isNotNegative();
        // No jump: never steeper than the dearest tier.
        assertThat(step).isLessThanOrEqualTo(high.minus(low).times(steepest));
    }

    @Property(tries = 300)
    void volume_charges_one_price_for_all(@ForAll("tiers") List<Tier> tiers, @ForAll("quantities") Ratio quantity) {
        Ratio amount = new PriceModel.Volume(tiers).amount(quantity);
        Tier reached = tiers.stream()
                .filter(t -> t.upTo().isEmpty() || Ratio.of(t.upTo().get()).compareTo(quantity) >= 0)
                .findFirst()
                .orElseThrow();
        assertThat(amount).isEqualTo(quantity.times(reached.price()));
    }

    @Property(tries = 300)
    void the_charge_lies_between_minimum_and_maximum(
            @ForAll("prices") BigDecimal a,
            @ForAll("prices") BigDecimal b,
            @ForAll("tiers") List<Tier> tiers,
            @ForAll("quantities") Ratio quantity) {
        Ratio least = Ratio.of(a.min(b));
        Ratio most = Ratio.of(a.max(b));
        PriceModel inner = new PriceModel.Graduated(tiers);
        Ratio amount = new PriceModel.Bounded(Optional.of(a.min(b)), Optional.of(a.max(b)), inner).amount(quantity);
        assertThat(amount).isBetween(least, most);
        Ratio unbound = inner.amount(quantity);
        if (unbound.compareTo(least) >= 0 && unbound.compareTo(most) <= 0) {
            assertThat(amount).isEqualTo(unbound);
        }
    }

    @Property(tries = 300)
    void packages_hold_the_quantity_and_none_is_idle(
            @ForAll("quantities") Ratio quantity, @ForAll("prices") BigDecimal size) {
        BigDecimal positive = size.add(BigDecimal.ONE);
        Ratio packages = new PriceModel.Package(positive, BigDecimal.ONE).amount(quantity);
        assertThat(packages.times(positive)).isGreaterThanOrEqualTo(quantity);
        assertThat(packages.minus(Ratio.of(1)).times(positive)).isLessThan(quantity);
    }

    @Property(tries = 300)
    void twice_the_price_is_twice_the_charge(
            @ForAll("tiers") List<Tier> tiers,
            @ForAll("prices") BigDecimal price,
            @ForAll("quantities") Ratio quantity) {
        List<Tier> dearer = tiers.stream()
                .map(t -> new Tier(t.upTo(), t.price().multiply(BigDecimal.TWO)))
                .toList();
        BigDecimal twice = price.multiply(BigDecimal.TWO);
        BigDecimal ten = BigDecimal.TEN;
        Map<PriceModel, PriceModel> pairs = Map.of(
                new PriceModel.Graduated(tiers), new PriceModel.Graduated(dearer),
                new PriceModel.Volume(tiers), new PriceModel.Volume(dearer),
                new PriceModel.PerUnit(price), new PriceModel.PerUnit(twice),
                new PriceModel.Package(ten, price), new PriceModel.Package(ten, twice),
                new PriceModel.Percentage(price, Set.of()), new PriceModel.Percentage(twice, Set.of()),
                new PriceModel.Included(ten, new PriceModel.Volume(tiers)),
                        new PriceModel.Included(ten, new PriceModel.Volume(dearer)),
                new PriceModel.Fixed(price, PriceModel.Fixed.Each.RESOURCE),
                        new PriceModel.Fixed(twice, PriceModel.Fixed.Each.RESOURCE));
        pairs.forEach((model, double_) -> assertThat(double_.amount(quantity))
                .isEqualTo(model.amount(quantity).plus(model.amount(quantity))));
    }

    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void the_chosen_parts_never_overlap_and_cover_what_some_price_covers(@ForAll long seed) {
        Scene scene = Scene.anything(seed);
        Map<String, String> dimensions = new TreeMap<>(
                Map.of("region", "RegionOne", "flavor", "c1.small", "state", "active", "metadata.tier", "gold"));
        Window whole = scene.window(0, scene.horizon());
        for (String meter : List.of("server", "vcpus", "memory")) {
            Map<String, List<PricedWindow>> chosen = scene.book().pricesFor(meter, dimensions, whole);
            for (Price price : scene.book().prices()) {
                if (price.meter().equals(Optional.of(meter)) && price.applies(dimensions)) {
                    price.validity()
                            .intersect(whole)
                            .ifPresent(part -> assertThat(
                                            seconds(chosen.getOrDefault(price.surcharge(), List.of()), part))
                                    .isEqualTo(part.seconds()));
                }
            }
            chosen.values().forEach(parts -> {
                for (int i = 0; i < parts.size(); i++) {
                    Window part = parts.get(i).window();
                    assertThat(part.intersect(whole)).contains(part);
                    assertThat(part.intersect(parts.get(i).price().validity())).contains(part);
                    assertThat(i > 0 && part.overlaps(parts.get(i - 1).window()))
                            .isFalse();
                }
            });
        }
    }

    private static long seconds(List<PricedWindow> parts, Window within) {
        return parts.stream()
                .flatMap(part -> part.window().intersect(within).stream())
                .mapToLong(Window::seconds)
                .sum();
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.strings().withChars('a', 'b', '*').ofMinLength(1).ofMaxLength(3);
    }

    /// Every text that two patterns of three characters could meet in.
    private static final List<String> UNIVERSE = texts(6);

    private static List<String> texts(int length) {
        List<String> all = new ArrayList<>(List.of(""));
        for (int from = 0, n = 0; n < length; n++) {
            int to = all.size();
            for (; from < to; from++) {
                all.add(all.get(from) + "a");
                all.add(all.get(from) + "b");
            }
        }
        return all;
    }

    @Property(tries = 500)
    void a_condition_accepts_what_its_stars_can_be_filled_to(@ForAll("patterns") String pattern) {
        Condition condition = Sample.where("d", pattern);
        for (String text : UNIVERSE) {
            assertThat(condition.holds(Map.of("d", text))).as(text).isEqualTo(NaiveBill.matches(pattern, text));
        }
    }

    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void prices_clash_exactly_if_there_is_usage_where_nothing_decides(@ForAll long seed) {
        Random random = new Random(seed);
        Price one = randomPrice("one", random);
        Price other = randomPrice("other", random);
        boolean undecided = false;
        for (String x : UNIVERSE) {
            for (String y : List.of("", "a", "b", "ab")) {
                Map<String, String> usage = Map.of("x", x, "y", y);
                for (int second = 0; second < 4; second++) {
                    boolean sameRank = one.when().size() == other.when().size() && one.priority() == other.priority();
                    undecided |= sameRank && holds(one, usage, second) && holds(other, usage, second);
                }
            }
        }
        assertThat(one.clashes(other)).as("%s and %s", one, other).isEqualTo(undecided);
        assertThat(other.clashes(one)).isEqualTo(undecided);
    }

    private static boolean holds(Price price, Map<String, String> usage, int second) {
        return price.validity().contains(java.time.Instant.ofEpochSecond(second))
                && price.when().stream()
                        .allMatch(c -> c.values().stream()
                                .anyMatch(v -> NaiveBill.matches(v, usage.getOrDefault(c.dimension(), "?"))));
    }

    private static Price randomPrice(String id, Random random) {
        List<Condition> when = new ArrayList<>();
        if (random.nextInt(4) > 0) {
            String second = random.nextBoolean() ? pattern(random) : "bab";
            when.add(new Condition("x", new java.util.TreeSet<>(List.of(pattern(random), second))));
        }
        if (random.nextInt(3) == 0) {
            when.add(Sample.where("y", List.of("a", "b", "*b").get(random.nextInt(3))));
        }
        int from = random.nextInt(3);
        Window validity = new Window(
                java.time.Instant.ofEpochSecond(from), java.time.Instant.ofEpochSecond(from + random.nextInt(3)));
        Price price = Sample.price(id, "vcpus", "vCPU hour", Sample.perUnit("1"));
        return Sample.ranked(
                Sample.valid(Sample.when(price, when.toArray(Condition[]::new)), validity), random.nextInt(2));
    }

    private static String pattern(Random random) {
        StringBuilder pattern = new StringBuilder();
        for (int i = 0, length = 1 + random.nextInt(3); i < length; i++) {
            pattern.append("ab*".charAt(random.nextInt(3)));
        }
        return pattern.toString();
    }
}
