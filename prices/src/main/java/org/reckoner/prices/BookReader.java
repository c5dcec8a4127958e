package org.reckoner.prices;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.meter.Meter;
import org.reckoner.core.meter.Meters;
import org.reckoner.core.meter.StateRule;
import org.reckoner.core.meter.StateRules;
import org.reckoner.core.meter.Unit;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.TimeSlice;
import org.reckoner.core.time.Window;
import org.reckoner.prices.yaml.Nearest;
import org.reckoner.prices.yaml.YamlFields;
import org.reckoner.prices.yaml.YamlNode;

/// Reads a whole price book, top to bottom, and then checks its prices against each other.
final class BookReader {

    /// Stands in while a currency is wrong, so that reading can go on; such a book is refused.
    private static final Currency ANY = Currency.getInstance("EUR");

    private final YamlFields fields;

    BookReader(YamlFields fields) {
        this.fields = fields;
    }

    /// The book as far as it could be read; whether it may be used is for the problems to say.
    Optional<PriceBook> book() {
        fields.mustHave("price-book", "currency", "prices");
        Optional<String> name = fields.value("price-book", Notation.NAME, Notation::name);
        Optional<Currency> currency = currency();
        Rounding rounding = rounding(currency.orElse(ANY));
        Window validity = Window.since(
                fields.value("valid-from", Notation.MOMENT, Notation::moment).orElse(Instant.EPOCH));
        TimeSlice slice =
                fields.value("time-slice", Notation.SLICE, TimeSlice::parse).orElse(TimeSlice.SECOND);
        Meters meters = meters();
        StateRules states = states(meters);
        SortedSet<String> free = free(meters);
        List<Listed> prices = prices(new PriceReader(meters, currency.orElse(ANY), slice));
        fields.noOthers();
        new PriceChecks(fields, validity, meters, free, prices).run();
        return fields.hasErrors()
                ? Optional.empty()
                : name.map(n -> new PriceBook(
                        n,
                        0,
                        validity,
                        currency.orElse(ANY),
                        rounding,
                        meters,
                        states,
                        prices.stream().map(Listed::price).toList(),
                        free));
    }

    private Optional<Currency> currency() {
        Optional<String> code = fields.text("currency");
        Optional<String> refusal = code.flatMap(Currencies::refusal);
        refusal.ifPresent(why -> fields.error("currency", why));
        return refusal.isPresent() ? Optional.empty() : code.map(Currency::getInstance);
    }

    private Rounding rounding(Currency currency) {
        Rounding usual = Rounding.of(currency);
        Optional<YamlFields> written = fields.fields("rounding");
        if (written.isEmpty()) {
            return usual;
        }
        YamlFields rounding = written.get();
        int places = rounding.value("places", "decimal places, 0 to 12", Notation::places)
                .orElse(usual.places());
        RoundingMode mode =
                rounding.value("mode", Notation.MODE, Notation::mode).orElse(usual.mode());
        rounding.noOthers();
        return new Rounding(places, mode);
    }

    private Meters meters() {
        List<Meter> more = new ArrayList<>();
        fields.fields("meters").ifPresent(named -> {
            for (String name : named.keys()) {
                if (Meters.BUILT_IN.find(name).isPresent()) {
                    named.error(
                            name,
                            "the meter '%s' is built in and cannot be changed; choose another name".formatted(name));
                } else if (!isMeterName(name)) {
                    named.error(name, "'%s' cannot name a meter; expected %s".formatted(name, Notation.METER));
                } else {
                    named.fields(name).flatMap(meter -> meter(name, meter)).ifPresent(more::add);
                }
            }
        });
        return Meters.BUILT_IN.and(more);
    }

    private static boolean isMeterName(String name) {
        try {
            Notation.meter(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Optional<Meter> meter(String name, YamlFields raw) {
        YamlFields meter = raw.called("meter '" + name + "'");
        meter.mustHave("kind", "unit");
        Optional<Meter.Kind> kind = meter.value(
                "kind",
                "level (held over time), amount (flows) or event (counted once)",
                text -> Meter.Kind.valueOf(
                        text.equals(text.toLowerCase(Locale.ROOT)) ? text.toUpperCase(Locale.ROOT) : ""));
        Optional<String> unit = meter.value("unit", "one word such as GiB or request", BookReader::word);
        meter.noOthers();
        return kind.flatMap(k -> unit.map(u -> new Meter(name, k, Unit.of(u))));
    }

    private static String word(String text) {
        if (!text.matches("\\S+")) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    private StateRules states(Meters meters) {
        List<StateRule> rules = new ArrayList<>();
        Map<String, Integer> ruled = new HashMap<>();
        int number = 0;
        for (YamlFields raw : fields.list("states")) {
            number++;
            rule(raw.called("state rule " + number), meters, ruled).ifPresent(rules::add);
        }
        return new StateRules(rules).over(StateRules.USUAL);
    }

    /// @param ruled the line of the rule for each type and meter seen so far
    private static Optional<StateRule> rule(YamlFields rule, Meters meters, Map<String, Integer> ruled) {
        rule.mustHave("type", "meters", "factors", "otherwise");
        Optional<String> type = rule.value("type", "a resource type such as server", BookReader::word);
        SortedSet<String> speaksOf = known(rule, "meters", meters);
        String factor = "a factor such as 1, 0.2 or 0, not negative";
        TreeMap<String, BigDecimal> factors = new TreeMap<>();
        rule.fields("factors").ifPresent(byState -> {
            for (String state : byState.keys()) {
                byState.called(rule.path())
                        .value(state, factor, Notation::notNegative)
                        .ifPresent(value -> factors.put(state, value));
            }
        });
        Optional<BigDecimal> otherwise = rule.value("otherwise", factor, Notation::notNegative);
        rule.noOthers();
        type.ifPresent(t -> speaksOf.forEach(meter -> {
            Integer first = ruled.putIfAbsent(t + " " + meter, rule.at().line());
            if (first != null) {
                rule.error(
                        "meters",
                        "the rule in line %d already speaks of meter '%s' of type '%s'; keep one"
                                .formatted(first, meter, t));
            }
        }));
        return type.flatMap(t -> otherwise.map(o -> new StateRule(t, speaksOf, factors, o)));
    }

    private SortedSet<String> free(Meters meters) {
        return known(fields, "free", meters);
    }

    private static SortedSet<String> known(YamlFields fields, String key, Meters meters) {
        TreeSet<String> names = new TreeSet<>();
        for (YamlNode.Text name : fields.texts(key)) {
            if (meters.find(name.text()).isPresent()) {
                names.add(name.text());
            } else {
                fields.error(name.at(), unknownMeter(name.text(), meters));
            }
        }
        return names;
    }

    static String unknownMeter(String name, Meters meters) {
        String hint = Nearest.hint(name, meters.byName().keySet());
        return "unknown meter '%s'%s"
                .formatted(
                        name,
                        hint.isEmpty()
                                ? "; expected one under 'meters' or of "
                                        + String.join(", ", meters.byName().keySet())
                                : hint);
    }

    private List<Listed> prices(PriceReader reader) {
        List<Listed> prices = new ArrayList<>();
        Map<String, Listed> byId = new HashMap<>();
        int number = 0;
        for (YamlFields raw : fields.list("prices")) {
            number++;
            reader.read(raw, number).ifPresent(listed -> {
                Listed first = byId.putIfAbsent(listed.price().id(), listed);
                if (first == null) {
                    prices.add(listed);
                } else {
                    listed.fields()
                            .error("id", "a second price has this id; the first is in line %d".formatted(first.line()));
                }
            });
        }
        return prices;
    }
}
