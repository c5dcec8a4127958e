package org.reckoner.prices;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.reckoner.core.meter.Meter;
import org.reckoner.core.meter.StateRule;
import org.reckoner.core.price.Condition;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.time.Window;

/// What differs between two price books, in the words of the file.
///
/// Only differences that can change a bill count: `0.1` and `0.10` are the same price.
public final class PriceBookDiff {

    private PriceBookDiff() {}

    /// One difference.
    public sealed interface Change permits Added, Removed, Changed {

        /// What differs: `price 'vcpu'`, `meter 'loadbalancer'`, `state rule server vcpus`, `price book`.
        String subject();
    }

    /// @param content the fields of what is new
    public record Added(String subject, SortedMap<String, String> content) implements Change {
        @Override
        public String toString() {
            return "+ " + subject + " " + content;
        }
    }

    /// @param content the fields of what is gone
    public record Removed(String subject, SortedMap<String, String> content) implements Change {
        @Override
        public String toString() {
            return "- " + subject + " " + content;
        }
    }

    /// @param field as the file calls it
    /// @param before empty if the field was not given
    /// @param after empty if the field is not given any more
    public record Changed(String subject, String field, String before, String after) implements Change {
        @Override
        public String toString() {
            return "~ %s: %s was '%s', is '%s'".formatted(subject, field, before, after);
        }
    }

    /// The changes that turn one book into the other: of the book itself, then of meters, of state rules and
    /// of prices, each by name. Version numbers do not count.
    public static List<Change> between(PriceBook before, PriceBook after) {
        List<Change> changes = new ArrayList<>(compared("price book", head(before), head(after)));
        changes.addAll(compared("meter '%s'", meters(before), meters(after)));
        changes.addAll(compared("state rule %s", states(before), states(after)));
        changes.addAll(compared("price '%s'", prices(before), prices(after)));
        return changes;
    }

    private static List<Change> compared(
            String subject,
            SortedMap<String, SortedMap<String, String>> before,
            SortedMap<String, SortedMap<String, String>> after) {
        List<Change> changes = new ArrayList<>();
        for (String name : union(before, after)) {
            SortedMap<String, String> old = before.get(name);
            SortedMap<String, String> now = after.get(name);
            if (old == null && now != null) {
                changes.add(new Added(subject.formatted(name), now));
            } else if (now == null && old != null) {
                changes.add(new Removed(subject.formatted(name), old));
            } else if (old != null && now != null) {
                for (String field : union(old, now)) {
                    String was = old.getOrDefault(field, "");
                    String is = now.getOrDefault(field, "");
                    if (!was.equals(is)) {
                        changes.add(new Changed(subject.formatted(name), field, was, is));
                    }
                }
            }
        }
        return changes;
    }

    private static TreeSet<String> union(SortedMap<String, ?> one, SortedMap<String, ?> other) {
        TreeSet<String> names = new TreeSet<>(one.keySet());
        names.addAll(other.keySet());
        return names;
    }

    private static SortedMap<String, SortedMap<String, String>> head(PriceBook book) {
        TreeMap<String, String> head = new TreeMap<>();
        head.put("price-book", book.name());
        head.put("currency", book.currency().getCurrencyCode());
        head.put("valid-from", moment(book.validFrom().from()));
        head.put(
                "rounding",
                book.rounding().places() + " places, "
                        + book.rounding().mode().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        head.put("free", String.join(", ", book.free()));
        head.put("order", book.prices().stream().map(Price::id).collect(Collectors.joining(", ")));
        TreeMap<String, SortedMap<String, String>> one = new TreeMap<>();
        one.put("", head);
        return one;
    }

    private static SortedMap<String, SortedMap<String, String>> meters(PriceBook book) {
        TreeMap<String, SortedMap<String, String>> meters = new TreeMap<>();
        for (Meter meter : book.meters().byName().values()) {
            TreeMap<String, String> fields = new TreeMap<>();
            fields.put("kind", meter.kind().name().toLowerCase(Locale.ROOT));
            fields.put("unit", meter.unit().symbol());
            meters.put(meter.name(), fields);
        }
        return meters;
    }

    /// By type and meter, whichever way the rules are cut.
    private static SortedMap<String, SortedMap<String, String>> states(PriceBook book) {
        TreeMap<String, SortedMap<String, String>> states = new TreeMap<>();
        for (StateRule rule : book.states().rules()) {
            TreeMap<String, String> factors = new TreeMap<>();
            rule.factors().forEach((state, factor) -> factors.put(state, plain(factor)));
            factors.put("otherwise", plain(rule.otherwise()));
            rule.meters().forEach(meter -> states.putIfAbsent(rule.type() + " " + meter, factors));
        }
        return states;
    }

    private static SortedMap<String, SortedMap<String, String>> prices(PriceBook book) {
        TreeMap<String, SortedMap<String, String>> prices = new TreeMap<>();
        book.prices().forEach(price -> prices.put(price.id(), fields(price)));
        return prices;
    }

    private static SortedMap<String, String> fields(Price price) {
        TreeMap<String, String> fields = new TreeMap<>();
        fields.put("item", price.item());
        price.meter().ifPresent(meter -> fields.put("meter", meter));
        fields.put("per", price.per().toString());
        if (!price.surcharge().isEmpty()) {
            fields.put("surcharge", price.surcharge());
        }
        for (Condition condition : price.when()) {
            fields.put("when " + condition.dimension(), String.join(", ", condition.values()));
        }
        if (!price.validity().from().equals(Instant.EPOCH)) {
            fields.put("valid-from", moment(price.validity().from()));
        }
        if (!price.validity().to().equals(Window.FOREVER)) {
            fields.put("valid-until", moment(price.validity().to()));
        }
        if (!price.slice().isSecond()) {
            fields.put("time-slice", price.slice().width().toString());
        }
        if (!price.groupBy().isEmpty()) {
            fields.put("group-by", String.join(", ", price.groupBy()));
        }
        if (price.priority() != 0) {
            fields.put("priority", Integer.toString(price.priority()));
        }
        addModel(fields, price.model());
        return fields;
    }

    private static void addModel(SortedMap<String, String> fields, PriceModel model) {
        switch (model) {
            case PriceModel.PerUnit unit -> fields.put("price", plain(unit.price()));
            case PriceModel.Graduated graduated -> fields.put("graduated", tiers(graduated.tiers()));
            case PriceModel.Volume volume -> fields.put("volume", tiers(volume.tiers()));
            case PriceModel.Package pack ->
                fields.put("package", "size %s, price %s".formatted(plain(pack.size()), plain(pack.price())));
            case PriceModel.Fixed fixed ->
                fields.put(
                        "fixed",
                        "price %s, each %s"
                                .formatted(
                                        plain(fixed.price()),
                                        fixed.each().name().toLowerCase(Locale.ROOT)));
            case PriceModel.Percentage percentage ->
                fields.put(
                        "percentage",
                        plain(percentage.percent())
                                + (percentage.of().isEmpty() ? "" : " of " + String.join(", ", percentage.of())));
            case PriceModel.Included included -> {
                fields.put("included", plain(included.free()));
                addModel(fields, included.rest());
            }
            case PriceModel.Bounded bounded -> {
                bounded.minimum().ifPresent(minimum -> fields.put("minimum", plain(minimum)));
                bounded.maximum().ifPresent(maximum -> fields.put("maximum", plain(maximum)));
                addModel(fields, bounded.inner());
            }
        }
    }

    private static String tiers(List<PriceModel.Tier> tiers) {
        return tiers.stream()
                .map(tier -> Optional.of(tier)
                                .flatMap(PriceModel.Tier::upTo)
                                .map(upTo -> "up to " + plain(upTo) + ": ")
                                .orElse("then: ")
                        + plain(tier.price()))
                .collect(Collectors.joining(", "));
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    private static String moment(Instant at) {
        String text = at.toString();
        return text.endsWith("T00:00:00Z") ? text.substring(0, 10) : text;
    }
}
