package org.reckoner.core.rate;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.meter.Flow;
import org.reckoner.core.meter.Meter;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.price.Held;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceBook.PricedWindow;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.price.PriceModel.Fixed;
import org.reckoner.core.price.PriceModel.PerUnit;
import org.reckoner.core.price.PriceModel.Percentage;
import org.reckoner.core.time.TimeSlice;
import org.reckoner.core.time.Window;

/// Turns use into money: every use is matched with its prices, summed exactly for each line, and priced once.
///
/// Pure: the same timelines, price book and window give the same rating, in any order and on any machine.
public final class Rater {

    private final PriceBook book;
    private final String project;
    private final Window window;
    private final TreeMap<LineKey, TreeMap<ResourceId, Tally>> tallies = new TreeMap<>();
    private final List<Unpriced> unpriced = new ArrayList<>();
    private final HashMap<String, Integer> positions = new HashMap<>();
    private final HashMap<String, MeterPrices> pricesByMeter = new HashMap<>();
    private final HashMap<Fee, LineKey> fees = new HashMap<>();
    private final HashMap<String, Settled> settled = new HashMap<>();

    private Rater(PriceBook book, String project, Window window) {
        this.book = book;
        this.project = project;
        this.window = window;
        book.prices().forEach(price -> positions.put(price.id(), positions.size()));
    }

    /// Rates what a project owned within the window. Timelines may be of resources that others owned at
    /// times; only the project's own time counts.
    ///
    /// @param window closed; normally a billing period, or its part up to now
    public static Rating rate(PriceBook book, String project, Window window, Collection<Timeline> timelines) {
        Rater rater = new Rater(book, project, window);
        timelines.stream().sorted(Comparator.comparing(Timeline::resource)).forEach(rater::tally);
        return rater.rating();
    }

    private void tally(Timeline timeline) {
        for (Segment segment : timeline.segments()) {
            Optional<Window> part = segment.window().intersect(window);
            if (part.isPresent() && owns(segment.owner())) {
                tallySegment(timeline.resource(), segment.within(part.get()));
            }
        }
        settled.clear();
        for (Flow flow : timeline.flows()) {
            if (window.contains(flow.at())
                    && owns(flow.owner())
                    && flow.quantity().signum() != 0) {
                tallyFlow(timeline.resource(), flow);
            }
        }
    }

    private boolean owns(Optional<String> owner) {
        return owner.isPresent() && owner.get().equals(project);
    }

    private void tallySegment(ResourceId resource, Segment segment) {
        Map<String, String> dimensions = dimensions(resource, segment.attributes(), segment.state());
        segment.levels().forEach((meter, quantity) -> {
            BigDecimal factor = book.states().factor(resource.type(), meter, segment.state());
            if (factor.signum() != 0 && quantity.signum() != 0) {
                Use use = new Use(segment.window(), segment.state(), quantity, factor, segment.evidence());
                tallyUse(resource, meter, dimensions, use);
            }
        });
    }

    private void tallyFlow(ResourceId resource, Flow flow) {
        Window second = new Window(flow.at(), flow.at().plusSeconds(1));
        Use use = new Use(second, "", flow.quantity(), BigDecimal.ONE, List.of(flow.evidence()));
        Settled known = settled.get(flow.meter());
        if (known != null && known.takes(flow.attributes(), second)) {
            known.tally().add(use);
            return;
        }
        Map<String, String> dimensions = dimensions(resource, flow.attributes(), "");
        List<Price> applying = prices(flow.meter()).applying(dimensions);
        Price only = applying.size() == 1 ? applying.getFirst() : null;
        if (only == null || !only.surcharge().isEmpty() || !only.validity().contains(second)) {
            settled.remove(flow.meter());
            tallyUse(resource, flow.meter(), dimensions, use);
            return;
        }
        Tally tally = tally(line(only, resource, dimensions), resource);
        tally.named(dimensions.getOrDefault("name", ""));
        tally.add(use);
        List<String> decisive = prices(flow.meter()).decisive(only);
        settled.put(flow.meter(), new Settled(flow.attributes(), decisive, only.validity(), tally));
    }

    private Map<String, String> dimensions(ResourceId resource, SortedMap<String, String> attributes, String state) {
        TreeMap<String, String> dimensions = new TreeMap<>(attributes);
        dimensions.put("region", resource.region());
        dimensions.put("type", resource.type());
        dimensions.put("resource", resource.id());
        dimensions.put("project", project);
        dimensions.put("state", state);
        return dimensions;
    }

    private void tallyUse(ResourceId resource, String meter, Map<String, String> dimensions, Use use) {
        SortedMap<String, List<PricedWindow>> prices =
                PriceBook.winners(prices(meter).applying(dimensions), use.window());
        String name = dimensions.getOrDefault("name", "");
        prices.values()
                .forEach(parts -> parts.forEach(part -> {
                    LineKey key = line(part.price(), resource, dimensions);
                    Tally tally = tally(key, resource);
                    tally.named(name);
                    tally.add(new Use(part.window(), use.state(), use.quantity(), use.factor(), use.evidence()));
                }));
        if (!book.free().contains(meter)) {
            gaps(use.window(), prices.getOrDefault("", List.of()))
                    .forEach(gap -> unpriced.add(new Unpriced(resource, meter, gap)));
        }
    }

    private Tally tally(LineKey key, ResourceId resource) {
        return tallies.computeIfAbsent(key, k -> new TreeMap<>()).computeIfAbsent(resource, r -> new Tally(resource));
    }

    private MeterPrices prices(String meter) {
        return pricesByMeter.computeIfAbsent(meter, m -> new MeterPrices(book.pricesOf(m)));
    }

    /// A fee for a resource is charged once, in the group that the resource was in first; use in each group.
    private LineKey line(Price price, ResourceId resource, Map<String, String> dimensions) {
        LineKey key = lineKey(price, resource.region(), dimensions);
        return price.model() instanceof Fixed
                ? fees.computeIfAbsent(new Fee(position(price), resource), fee -> key)
                : key;
    }

    private LineKey lineKey(Price price, String region, Map<String, String> dimensions) {
        List<String> values = price.groupBy().stream()
                .map(dimension -> dimensions.getOrDefault(dimension, ""))
                .toList();
        return new LineKey(region, position(price), values);
    }

    private int position(Price price) {
        return Objects.requireNonNull(positions.get(price.id()));
    }

    private static List<Window> gaps(Window whole, List<PricedWindow> covered) {
        List<Window> gaps = new ArrayList<>();
        Instant from = whole.from();
        for (PricedWindow part : covered) {
            if (from.isBefore(part.window().from())) {
                gaps.add(new Window(from, part.window().from()));
            }
            from = part.window().to();
        }
        if (from.isBefore(whole.to())) {
            gaps.add(new Window(from, whole.to()));
        }
        return gaps;
    }

    private Rating rating() {
        List<RatedLine> lines = new ArrayList<>();
        tallies.forEach((key, byResource) -> lines.add(usageLine(key, byResource.values())));
        accountFees(lines);
        percentages(lines);
        lines.sort(Comparator.comparing(RatedLine::section)
                .thenComparing(line -> position(line.price()))
                .thenComparing(line -> line.group().values().toString()));
        return new Rating(lines, unpriced);
    }

    private RatedLine usageLine(LineKey key, Collection<Tally> tallies) {
        Price price = book.prices().get(key.priceIndex());
        List<Ratio> quantities =
                tallies.stream().map(tally -> quantity(price, tally)).toList();
        Ratio total = quantities.stream().reduce(Ratio.ZERO, Ratio::plus);
        Ratio amount = price.model().amount(total);
        List<Charge> charges = new ArrayList<>();
        for (Tally tally : tallies) {
            Ratio quantity = quantities.get(charges.size());
            charges.add(new Charge(
                    tally.resource, tally.name(), quantity, share(price.model(), quantity, total, amount), tally.uses));
        }
        return new RatedLine(key.section(), price, key.group(price), total, amount, charges);
    }

    private static Ratio share(PriceModel model, Ratio quantity, Ratio total, Ratio amount) {
        if (model instanceof PerUnit || model instanceof Fixed) {
            return model.amount(quantity);
        }
        return total.signum() == 0 ? Ratio.ZERO : amount.times(quantity).dividedBy(total);
    }

    private Ratio quantity(Price price, Tally tally) {
        if (price.model() instanceof Fixed) {
            return Ratio.of(1);
        }
        Meter meter = book.meters().find(price.meter().orElseThrow()).orElseThrow();
        if (meter.kind() != Meter.Kind.LEVEL) {
            return price.per().amount(tally.counted, meter.unit());
        }
        return price.per()
                .held(price.slice().isSecond() ? each(tally.uses) : slices(tally.uses, price.slice()), meter.unit());
    }

    private static List<Held> each(List<Use> uses) {
        return uses.stream().map(use -> new Held(use.window(), use.counted())).toList();
    }

    /// Every started slice whole, at the largest quantity held in it; neighbouring slices of one quantity
    /// together.
    private static List<Held> slices(List<Use> uses, TimeSlice slice) {
        TreeMap<Instant, BigDecimal> largest = new TreeMap<>();
        uses.forEach(use -> raise(largest, slice.cover(use.window()), use.counted()));
        List<Held> held = new ArrayList<>();
        Instant from = null;
        BigDecimal quantity = BigDecimal.ZERO;
        for (Map.Entry<Instant, BigDecimal> change : largest.entrySet()) {
            if (from != null && quantity.signum() != 0) {
                held.add(new Held(new Window(from, change.getKey()), quantity));
            }
            from = change.getKey();
            quantity = change.getValue();
        }
        return held;
    }

    /// A step function as a map from where a step begins to its height; raised to at least the height in the
    /// window.
    private static void raise(TreeMap<Instant, BigDecimal> steps, Window window, BigDecimal height) {
        steps.putIfAbsent(window.from(), heightAt(steps, window.from()));
        steps.putIfAbsent(window.to(), heightAt(steps, window.to()));
        steps.subMap(window.from(), window.to()).replaceAll((at, old) -> old.max(height));
    }

    private static BigDecimal heightAt(TreeMap<Instant, BigDecimal> steps, Instant at) {
        Map.Entry<Instant, BigDecimal> step = steps.floorEntry(at);
        return step == null ? BigDecimal.ZERO : step.getValue();
    }

    private void accountFees(List<RatedLine> lines) {
        Map<String, String> dimensions = Map.of("project", project);
        for (Price price : book.prices()) {
            if (price.model() instanceof Fixed fee
                    && fee.each() == Fixed.Each.ACCOUNT
                    && price.validity().overlaps(window)
                    && price.applies(dimensions)) {
                Ratio once = Ratio.of(1);
                lines.add(new RatedLine("", price, new TreeMap<>(), once, fee.amount(once), List.of()));
            }
        }
    }

    private void percentages(List<RatedLine> lines) {
        List<RatedLine> bases = List.copyOf(lines);
        Map<String, String> dimensions = Map.of("project", project);
        for (Price price : book.prices()) {
            if (price.model() instanceof Percentage percentage
                    && price.validity().overlaps(window)
                    && price.applies(dimensions)) {
                Ratio base = bases.stream()
                        .filter(line -> percentage.of().isEmpty()
                                || percentage.of().contains(line.price().id()))
                        .map(RatedLine::amount)
                        .reduce(Ratio.ZERO, Ratio::plus);
                if (base.signum() != 0) {
                    lines.add(new RatedLine(
                            "", price, new TreeMap<>(), base, price.model().amount(base), List.of()));
                }
            }
        }
    }

    private record Fee(int priceIndex, ResourceId resource) {}

    /// Where the flows of one meter of the resource at hand go, if one price alone applies to its attributes,
    /// and that is no surcharge, so that nothing is left without a price. What is measured comes hour by hour
    /// with the same ones.
    ///
    /// @param decisive the dimensions by which prices, lines and names are told apart; in others it may differ
    private record Settled(SortedMap<String, String> attributes, List<String> decisive, Window validity, Tally tally) {

        boolean takes(SortedMap<String, String> others, Window flowed) {
            return validity.contains(flowed) && (others == attributes || decideTheSame(others));
        }

        private boolean decideTheSame(SortedMap<String, String> others) {
            for (String dimension : decisive) {
                if (!Objects.equals(attributes.get(dimension), others.get(dimension))) {
                    return false;
                }
            }
            return true;
        }
    }

    /// What a line is made of: a section, a price, and the values of the dimensions that the price groups by.
    private record LineKey(String section, int priceIndex, List<String> values) implements Comparable<LineKey> {

        private static final Comparator<LineKey> ORDER = Comparator.comparing(LineKey::section)
                .thenComparing(LineKey::priceIndex)
                .thenComparing(LineKey::values, LineKey::compare);

        SortedMap<String, String> group(Price price) {
            TreeMap<String, String> group = new TreeMap<>();
            for (int i = 0; i < values.size(); i++) {
                group.put(price.groupBy().get(i), values.get(i));
            }
            return group;
        }

        @Override
        public int compareTo(LineKey other) {
            return ORDER.compare(this, other);
        }

        /// Value by value; the lists of one price are equally long.
        private static int compare(List<String> values, List<String> others) {
            for (int i = 0; i < values.size(); i++) {
                int order = values.get(i).compareTo(others.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        }
    }

    /// The prices of one meter, and which of them apply to the dimensions seen so far: thousands of resources
    /// differ in few of the dimensions that prices ask for.
    private static final class MeterPrices {

        private final List<Price> prices;
        private final TreeSet<String> asked = new TreeSet<>();
        private final HashMap<List<@Nullable String>, List<Price>> known = new HashMap<>();
        private final HashMap<String, List<String>> decisive = new HashMap<>();

        MeterPrices(List<Price> prices) {
            this.prices = prices;
            prices.forEach(price -> price.when().forEach(condition -> asked.add(condition.dimension())));
        }

        /// What decides which prices apply, which line of one of them it is, and what the resource is called.
        List<String> decisive(Price price) {
            return decisive.computeIfAbsent(price.id(), id -> {
                TreeSet<String> dimensions = new TreeSet<>(asked);
                dimensions.addAll(price.groupBy());
                dimensions.add("name");
                return List.copyOf(dimensions);
            });
        }

        List<Price> applying(Map<String, String> dimensions) {
            List<@Nullable String> answers = new ArrayList<>(asked.size());
            for (String dimension : asked) {
                answers.add(dimensions.get(dimension));
            }
            return known.computeIfAbsent(
                    answers,
                    a -> prices.stream()
                            .filter(price -> price.applies(dimensions))
                            .toList());
        }
    }

    /// The uses of one resource under one price.
    private static final class Tally {

        private final ResourceId resource;
        private final List<Use> uses = new ArrayList<>();
        private BigDecimal counted = BigDecimal.ZERO;
        private String lastName = "";

        Tally(ResourceId resource) {
            this.resource = resource;
        }

        void named(String name) {
            if (!name.isEmpty()) {
                lastName = name;
            }
        }

        void add(Use use) {
            uses.add(use);
            counted = counted.add(use.counted());
        }

        String name() {
            return lastName.isEmpty() ? resource.id() : lastName;
        }
    }
}
