package org.reckoner.core.reference;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.meter.Meter;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.StateRule;
import org.reckoner.core.meter.Unit;
import org.reckoner.core.price.Condition;
import org.reckoner.core.price.Per;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.price.PriceModel.Fixed;
import org.reckoner.core.price.PriceModel.Percentage;
import org.reckoner.core.price.PriceModel.Tier;

/// What a project owes, found by walking through every second of every resource and asking what it costs.
public final class NaiveBill {

    /// One line: per resource, what counted in each second (after the epoch) and what flowed.
    public static final class Line {
        public final String section;
        public final Price price;
        public final List<String> group;
        public final TreeMap<ResourceId, TreeMap<Long, BigDecimal>> seconds = new TreeMap<>();
        public final TreeMap<ResourceId, BigDecimal> flowed = new TreeMap<>();
        private final PriceBook book;
        private @Nullable Fraction percentageOf;

        Line(PriceBook book, String section, Price price, List<String> group) {
            this.book = book;
            this.section = section;
            this.price = price;
            this.group = group;
        }

        public Fraction quantity() {
            if (percentageOf != null) {
                return percentageOf;
            }
            if (price.model() instanceof Fixed fixed && fixed.each() == Fixed.Each.ACCOUNT) {
                return Fraction.of(BigDecimal.ONE);
            }
            Fraction sum = Fraction.ZERO;
            for (ResourceId resource : resources()) {
                sum = sum.plus(quantity(resource));
            }
            return sum;
        }

        public TreeSet<ResourceId> resources() {
            TreeSet<ResourceId> resources = new TreeSet<>(seconds.keySet());
            resources.addAll(flowed.keySet());
            return resources;
        }

        public Fraction quantity(ResourceId resource) {
            if (price.model() instanceof Fixed) {
                return Fraction.of(BigDecimal.ONE);
            }
            Unit sold = price.per().unit();
            Meter meter = book.meters().byName().get(price.meter().orElseThrow());
            BigDecimal one = price.per().count().multiply(sold.size());
            if (meter == null || meter.kind() != Meter.Kind.LEVEL) {
                BigDecimal size = meter == null ? BigDecimal.ONE : meter.unit().size();
                return Fraction.of(
                                flowed.getOrDefault(resource, BigDecimal.ZERO).multiply(size))
                        .over(one);
            }
            TreeMap<BigDecimal, BigDecimal> byLength = new TreeMap<>();
            charged(seconds.getOrDefault(resource, new TreeMap<>()))
                    .forEach((second, counted) -> byLength.merge(
                            length(price.per(), second),
                            counted.multiply(meter.unit().size()),
                            BigDecimal::add));
            Fraction sum = Fraction.ZERO;
            for (Map.Entry<BigDecimal, BigDecimal> part : byLength.entrySet()) {
                sum = sum.plus(Fraction.of(part.getValue()).over(one).over(part.getKey()));
            }
            return sum;
        }

        /// Every second of every started slice, at the largest quantity in the slice.
        private TreeMap<Long, BigDecimal> charged(TreeMap<Long, BigDecimal> used) {
            long width = price.slice().width().toSeconds();
            TreeMap<Long, BigDecimal> largest = new TreeMap<>();
            used.forEach((second, counted) -> largest.merge(second / width, counted, BigDecimal::max));
            TreeMap<Long, BigDecimal> charged = new TreeMap<>();
            largest.forEach((slice, counted) -> {
                for (long second = slice * width; second < (slice + 1) * width; second++) {
                    charged.put(second, counted);
                }
            });
            return charged;
        }

        public Fraction amount() {
            return NaiveBill.amount(price.model(), quantity());
        }
    }

    private final PriceBook book;
    private final Instant origin;
    private final String project;
    private final TreeMap<String, Line> lines = new TreeMap<>();
    private final TreeMap<String, String> feeLines = new TreeMap<>();
    private final TreeMap<String, Long> unpriced = new TreeMap<>();

    /// @param from the first second billed, counted from the origin
    /// @param to the first that is not
    public NaiveBill(PriceBook book, String project, List<Story> stories, Instant origin, long from, long to) {
        this.book = book;
        this.project = project;
        this.origin = origin;
        for (Story story : stories) {
            for (long second = from; second < to; second++) {
                levels(story, second);
            }
            List<Story.Pour> inTime = new ArrayList<>(story.pours());
            inTime.sort(Comparator.comparingLong(Story.Pour::millis));
            for (Story.Pour pour : inTime) {
                if (pour.millis() / 1000 >= from && pour.millis() / 1000 < to) {
                    flow(story, pour);
                }
            }
        }
        fees(from, to);
    }

    /// By section, price and group.
    public TreeMap<String, Line> lines() {
        return lines;
    }

    /// Seconds that nobody pays for, by resource and meter.
    public TreeMap<String, Long> unpriced() {
        return unpriced;
    }

    /// The sum of the lines, each rounded.
    public BigDecimal total() {
        BigDecimal total = BigDecimal.ZERO;
        for (Line line : lines.values()) {
            RoundingMode mode = book.rounding().mode();
            total = total.add(line.amount().round(book.rounding().places(), mode));
        }
        return total;
    }

    public static String key(String section, String priceId, List<String> group) {
        return section + "|" + priceId + "|" + group;
    }

    private void levels(Story story, long second) {
        Story.Moment moment = story.at(second);
        if (moment == null || !moment.owner().equals(project)) {
            return;
        }
        long epoch = origin.getEpochSecond() + second;
        for (Map.Entry<String, BigDecimal> level : moment.levels().entrySet()) {
            BigDecimal counted =
                    level.getValue().multiply(factor(story.resource().type(), level.getKey(), moment.state()));
            if (counted.signum() == 0) {
                continue;
            }
            Map<String, String> dimensions = dimensions(story.resource(), moment, moment.state());
            Map<String, Price> prices = prices(level.getKey(), dimensions, Instant.ofEpochSecond(epoch));
            for (Price price : prices.values()) {
                line(story.resource(), price, dimensions)
                        .seconds
                        .computeIfAbsent(story.resource(), r -> new TreeMap<>())
                        .put(epoch, counted);
            }
            missing(story.resource(), level.getKey(), prices);
        }
    }

    private void flow(Story story, Story.Pour pour) {
        if (!pour.moment().owner().equals(project) || pour.quantity().signum() == 0) {
            return;
        }
        Map<String, String> dimensions = dimensions(story.resource(), pour.moment(), "");
        Instant second = Instant.ofEpochSecond(origin.getEpochSecond() + pour.millis() / 1000);
        Map<String, Price> prices = prices(pour.meter(), dimensions, second);
        for (Price price : prices.values()) {
            line(story.resource(), price, dimensions).flowed.merge(story.resource(), pour.quantity(), BigDecimal::add);
        }
        missing(story.resource(), pour.meter(), prices);
    }

    private void missing(ResourceId resource, String meter, Map<String, Price> prices) {
        if (!prices.containsKey("") && !book.free().contains(meter)) {
            unpriced.merge(resource + " " + meter, 1L, Long::sum);
        }
    }

    private Line line(ResourceId resource, Price price, Map<String, String> dimensions) {
        List<String> group = new ArrayList<>();
        for (String dimension : price.groupBy()) {
            group.add(dimensions.getOrDefault(dimension, ""));
        }
        String key = key(resource.region(), price.id(), group);
        if (price.model() instanceof Fixed) {
            key = feeLines.computeIfAbsent(price.id() + " " + resource, k -> key(resource.region(), price.id(), group));
        }
        return lines.computeIfAbsent(key, k -> new Line(book, resource.region(), price, group));
    }

    private Map<String, String> dimensions(ResourceId resource, Story.Moment moment, String state) {
        Map<String, String> dimensions = new TreeMap<>(moment.attributes());
        dimensions.put("region", resource.region());
        dimensions.put("type", resource.type());
        dimensions.put("resource", resource.id());
        dimensions.put("project", project);
        dimensions.put("state", state);
        return dimensions;
    }

    private BigDecimal factor(String type, String meter, String state) {
        if (state.equals("")) {
            return BigDecimal.ONE;
        }
        for (StateRule rule : book.states().rules()) {
            if (rule.type().equals(type) && rule.meters().contains(meter)) {
                BigDecimal factor = rule.factors().get(state);
                return factor == null ? rule.otherwise() : factor;
            }
        }
        return BigDecimal.ONE;
    }

    /// The price of one second, by surcharge: of those that apply the one with most conditions, then the
    /// highest priority, then the first.
    private Map<String, Price> prices(String meter, Map<String, String> dimensions, Instant second) {
        Map<String, Price> best = new TreeMap<>();
        for (Price price : book.prices()) {
            boolean valid = !second.isBefore(price.validity().from())
                    && second.isBefore(price.validity().to());
            if (!price.meter().orElse("").equals(meter) || !valid || !allHold(price.when(), dimensions)) {
                continue;
            }
            Price other = best.get(price.surcharge());
            if (other == null
                    || price.when().size() > other.when().size()
                    || price.when().size() == other.when().size() && price.priority() > other.priority()) {
                best.put(price.surcharge(), price);
            }
        }
        return best;
    }

    private static boolean allHold(List<Condition> conditions, Map<String, String> dimensions) {
        for (Condition condition : conditions) {
            String actual = dimensions.get(condition.dimension());
            boolean holds = false;
            for (String value : condition.values()) {
                holds |= actual != null && matches(value, actual);
            }
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    /// Whether a pattern with stars accepts a text, by trying every length for each star.
    public static boolean matches(String pattern, String text) {
        if (pattern.isEmpty()) {
            return text.isEmpty();
        }
        if (pattern.charAt(0) == '*') {
            for (int skipped = 0; skipped <= text.length(); skipped++) {
                if (matches(pattern.substring(1), text.substring(skipped))) {
                    return true;
                }
            }
            return false;
        }
        return !text.isEmpty()
                && pattern.charAt(0) == text.charAt(0)
                && matches(pattern.substring(1), text.substring(1));
    }

    private void fees(long from, long to) {
        Map<String, String> dimensions = Map.of("project", project);
        TreeMap<String, Line> more = new TreeMap<>();
        for (Price price : book.prices()) {
            boolean once = price.model() instanceof Fixed fixed && fixed.each() == Fixed.Each.ACCOUNT;
            if (once && validSometime(price, from, to) && allHold(price.when(), dimensions)) {
                more.put(key("", price.id(), List.of()), new Line(book, "", price, List.of()));
            }
        }
        lines.putAll(more);
        more.clear();
        for (Price price : book.prices()) {
            if (price.model() instanceof Percentage percentage
                    && validSometime(price, from, to)
                    && allHold(price.when(), dimensions)) {
                Fraction sum = Fraction.ZERO;
                for (Line line : lines.values()) {
                    if (percentage.of().isEmpty() || percentage.of().contains(line.price.id())) {
                        sum = sum.plus(line.amount());
                    }
                }
                if (sum.top().signum() != 0) {
                    Line line = new Line(book, "", price, List.of());
                    line.percentageOf = sum;
                    more.put(key("", price.id(), List.of()), line);
                }
            }
        }
        lines.putAll(more);
    }

    private boolean validSometime(Price price, long from, long to) {
        for (long second = from; second < to; second++) {
            Instant at = Instant.ofEpochSecond(origin.getEpochSecond() + second);
            if (!at.isBefore(price.validity().from())
                    && at.isBefore(price.validity().to())) {
                return true;
            }
        }
        return false;
    }

    private static BigDecimal length(Per per, long epochSecond) {
        return switch (per.time().orElseThrow()) {
            case SECOND -> BigDecimal.ONE;
            case MINUTE -> BigDecimal.valueOf(60);
            case HOUR -> BigDecimal.valueOf(3600);
            case DAY -> BigDecimal.valueOf(86_400);
            case MONTH -> {
                LocalDate day = LocalDate.ofInstant(Instant.ofEpochSecond(epochSecond), ZoneOffset.UTC);
                yield BigDecimal.valueOf(day.lengthOfMonth() * 86_400L);
            }
        };
    }

    /// The price models once more, from what an operator is told about them.
    static Fraction amount(PriceModel model, Fraction quantity) {
        return switch (model) {
            case PriceModel.PerUnit(BigDecimal price) -> quantity.times(price);
            case Fixed(BigDecimal price, Fixed.Each _) -> quantity.times(price);
            case Percentage(BigDecimal percent, var _) ->
                quantity.times(percent).over(BigDecimal.valueOf(100));
            case PriceModel.Graduated(List<Tier> tiers) -> {
                Fraction sum = Fraction.ZERO;
                BigDecimal reached = BigDecimal.ZERO;
                for (Tier tier : tiers) {
                    if (tier.upTo().isPresent() && quantity.isOver(tier.upTo().get())) {
                        BigDecimal whole = tier.upTo().get().subtract(reached).multiply(tier.price());
                        sum = sum.plus(Fraction.of(whole));
                        reached = tier.upTo().get();
                    } else {
                        yield sum.plus(quantity.minus(reached).times(tier.price()));
                    }
                }
                throw new AssertionError("no last tier");
            }
            case PriceModel.Volume(List<Tier> tiers) -> {
                BigDecimal price = BigDecimal.ZERO;
                for (Tier tier : tiers) {
                    price = tier.price();
                    if (tier.upTo().isEmpty() || !quantity.isOver(tier.upTo().get())) {
                        break;
                    }
                }
                yield quantity.times(price);
            }
            case PriceModel.Package(BigDecimal size, BigDecimal price) ->
                Fraction.of(quantity.over(size).round(0, RoundingMode.CEILING).multiply(price));
            case PriceModel.Included(BigDecimal free, PriceModel rest) ->
                amount(rest, quantity.isOver(free) ? quantity.minus(free) : Fraction.ZERO);
            case PriceModel.Bounded(var minimum, var maximum, PriceModel inner) -> {
                Fraction amount = amount(inner, quantity);
                if (minimum.isPresent() && !amount.isOver(minimum.get())) {
                    amount = Fraction.of(minimum.get());
                }
                if (maximum.isPresent() && amount.isOver(maximum.get())) {
                    amount = Fraction.of(maximum.get());
                }
                yield amount;
            }
        };
    }
}
