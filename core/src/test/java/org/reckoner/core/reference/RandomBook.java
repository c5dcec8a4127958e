package org.reckoner.core.reference;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.meter.Meters;
import org.reckoner.core.meter.StateRule;
import org.reckoner.core.meter.StateRules;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.price.Condition;
import org.reckoner.core.price.Per;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.price.PriceModel.Fixed;
import org.reckoner.core.price.PriceModel.Tier;
import org.reckoner.core.time.TimeSlice;
import org.reckoner.core.time.Window;

/// Price books with a bit of everything, for the resources of a [Story].
public final class RandomBook {

    /// What the stories pour and hold, with units that each can be sold in.
    private static final Map<String, List<String>> UNITS = new TreeMap<>(Map.of(
            "server", List.of("server"),
            "vcpus", List.of("vCPU", "10 vCPU"),
            "memory", List.of("MiB", "GiB", "0.5 GB"),
            "volume", List.of("volume"),
            "volume.size", List.of("GiB", "100 GiB", "GB"),
            "image.download", List.of("kB", "1000 B", "MiB")));

    private final Random random;
    private final Instant origin;
    private final int horizon;
    private final List<Price> prices = new ArrayList<>();

    private RandomBook(Random random, Instant origin, int horizon) {
        this.random = random;
        this.origin = origin;
        this.horizon = horizon;
    }

    /// Every price model, conditions, surcharges, validities, slices, factors.
    public static PriceBook anything(Random random, Instant origin, int horizon) {
        RandomBook book = new RandomBook(random, origin, horizon);
        UNITS.forEach((meter, units) -> book.pricesOf(meter, units, true));
        book.fees();
        return book.build();
    }

    /// Prices per unit and second, whose sums do not depend on how use is cut.
    public static PriceBook linear(Random random, Instant origin, int horizon) {
        RandomBook book = new RandomBook(random, origin, horizon);
        UNITS.forEach((meter, units) -> book.pricesOf(meter, units, false));
        return book.build();
    }

    private PriceBook build() {
        int places = random.nextInt(7);
        RoundingMode mode = one(RoundingMode.HALF_EVEN, RoundingMode.HALF_UP, RoundingMode.DOWN, RoundingMode.UP);
        return new PriceBook(
                "random",
                1,
                Window.since(origin.minusSeconds(86_400)),
                Currency.getInstance("EUR"),
                new Rounding(places, mode),
                Meters.BUILT_IN,
                states(),
                prices,
                random.nextBoolean() ? new TreeSet<>(Set.of("memory", "volume")) : new TreeSet<>());
    }

    private StateRules states() {
        TreeMap<String, BigDecimal> factors = new TreeMap<>(Map.of(
                "stopped", new BigDecimal("0.2"),
                "paused", new BigDecimal("0.333"),
                "shelved_offloaded", BigDecimal.ZERO));
        StateRule rule = new StateRule("server", new TreeSet<>(Set.of("vcpus", "memory")), factors, BigDecimal.ONE);
        return random.nextBoolean() ? StateRules.USUAL : new StateRules(List.of(rule)).over(StateRules.USUAL);
    }

    private void pricesOf(String meter, List<String> units, boolean anyModel) {
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            String unit = units.get(random.nextInt(units.size()));
            String time = meter.equals("image.download") ? "" : " " + one("second", "minute", "hour", "day", "month");
            prices.add(new Price(
                    meter + "-" + i,
                    meter,
                    Optional.of(meter),
                    random.nextInt(4) == 0 ? one("licence", "backup") : "",
                    conditions(anyModel),
                    validity(),
                    Per.parse(unit + time),
                    anyModel ? model(2) : new PriceModel.PerUnit(price()),
                    anyModel ? slice() : TimeSlice.SECOND,
                    random.nextInt(3) == 0 ? List.of(one("flavor", "volume_type", "metadata.tier"), "name") : List.of(),
                    random.nextInt(3)));
        }
    }

    private void fees() {
        if (random.nextBoolean()) {
            fee("fee", new Fixed(price(), Fixed.Each.ACCOUNT));
        }
        if (random.nextBoolean()) {
            fee("support", new PriceModel.Percentage(price(), Set.of()));
        }
        if (random.nextBoolean()) {
            fee("vcpu-tax", new PriceModel.Percentage(price(), Set.of("vcpus-0", "volume.size-1", "fee")));
        }
    }

    private void fee(String id, PriceModel model) {
        List<Condition> when = random.nextBoolean()
                ? List.of()
                : List.of(new Condition("project", new TreeSet<>(Set.of("alpha", "g*"))));
        prices.add(new Price(
                id,
                id,
                Optional.empty(),
                "",
                when,
                validity(),
                Per.parse("account"),
                model,
                TimeSlice.SECOND,
                List.of(),
                0));
    }

    private List<Condition> conditions(boolean onProject) {
        List<Condition> conditions = new ArrayList<>();
        int count = random.nextInt(3);
        for (int i = 0; i < count; i++) {
            Condition condition = switch (random.nextInt(onProject ? 6 : 5)) {
                case 0 -> condition("region", one("RegionOne", "RegionTwo", "Region*", "*Two"));
                case 1 -> condition("flavor", "c1.*", one("m1.huge", "c1.small"));
                case 2 -> condition("state", one("active", "in-use"), "stopped");
                case 3 -> condition("metadata.tier", one("gold", "*"));
                case 4 -> condition("volume_type", one("ssd", "*d*"));
                default -> condition("project", one("alpha", "beta"), "gam*a");
            };
            conditions.add(condition);
        }
        return conditions;
    }

    private static Condition condition(String dimension, String... values) {
        return new Condition(dimension, new TreeSet<>(List.of(values)));
    }

    private Window validity() {
        Instant from = origin.plusSeconds(random.nextInt(horizon));
        return switch (random.nextInt(4)) {
            case 0 -> Window.since(from);
            case 1 -> new Window(from, from.plusSeconds(random.nextInt(horizon)));
            default -> Window.since(origin.minusSeconds(86_400));
        };
    }

    private TimeSlice slice() {
        return random.nextBoolean() ? TimeSlice.SECOND : new TimeSlice(Duration.ofSeconds(one(2, 5, 10, 30, 60, 3600)));
    }

    private PriceModel model(int depth) {
        return switch (random.nextInt(depth == 2 ? 9 : 4 + 2 * depth)) {
            case 0 -> new PriceModel.PerUnit(price());
            case 1 -> new PriceModel.Graduated(tiers());
            case 2 -> new PriceModel.Volume(tiers());
            case 3 -> new PriceModel.Package(decimal(one("0.1", "1", "7", "300")), price());
            case 4 -> new PriceModel.Included(decimal(one("0", "0.25", "20")), model(depth - 1));
            case 5 -> new PriceModel.Bounded(Optional.of(decimal("1.5")), Optional.of(decimal("40")), model(depth - 1));
            case 6 -> new PriceModel.Bounded(Optional.empty(), Optional.of(decimal("3")), model(depth - 1));
            case 7 -> new Fixed(price(), Fixed.Each.RESOURCE);
            default -> new PriceModel.Bounded(Optional.of(decimal("2")), Optional.empty(), model(depth - 1));
        };
    }

    private List<Tier> tiers() {
        List<Tier> tiers = new ArrayList<>();
        for (String end : List.of("0.01", "0.5", "4", "50", "700")) {
            if (random.nextBoolean()) {
                tiers.add(new Tier(Optional.of(decimal(end)), price()));
            }
        }
        tiers.add(new Tier(Optional.empty(), price()));
        return tiers;
    }

    private BigDecimal price() {
        return BigDecimal.valueOf(random.nextInt(10_000), random.nextInt(6));
    }

    private static BigDecimal decimal(String text) {
        return new BigDecimal(text);
    }

    @SafeVarargs
    private <T> T one(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
