package org.reckoner.prices;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.meter.Meter;
import org.reckoner.core.meter.Meters;
import org.reckoner.core.meter.Unit;
import org.reckoner.core.price.Condition;
import org.reckoner.core.price.Per;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.time.TimeSlice;
import org.reckoner.core.time.Window;
import org.reckoner.prices.yaml.Nearest;
import org.reckoner.prices.yaml.YamlFields;
import org.reckoner.prices.yaml.YamlNode;

/// Reads one price of a price book.
///
/// @param usual the time slice of prices that name none
record PriceReader(Meters meters, Currency currency, TimeSlice usual) {

    /// Dimensions that the rater and the bundled sources tell, against slips of the pen. Others are allowed.
    private static final List<String> DIMENSIONS = List.of(
            "availability_zone",
            "bootable",
            "external",
            "external_gateway",
            "flavor",
            "flavor_id",
            "name",
            "project",
            "project_name",
            "region",
            "resource",
            "state",
            "type",
            "volume",
            "volume_type");

    /// What a price is charged for. It decides which other fields have a meaning.
    private enum Basis {
        USAGE("a price by usage"),
        RESOURCE("a fee of each resource"),
        ACCOUNT("a fee of the account"),
        PERCENTAGE("a percentage");

        private final String words;

        Basis(String words) {
            this.words = words;
        }

        /// By the keys given, so that the rest of a price is checked even where its amount is wrong.
        static Basis of(YamlFields fields) {
            if (fields.has("percentage")) {
                return PERCENTAGE;
            }
            if (!fields.has("fixed")) {
                return USAGE;
            }
            return fields.plain("fixed", "each").equals(Optional.of("account")) ? ACCOUNT : RESOURCE;
        }

        boolean isMetered() {
            return this == USAGE || this == RESOURCE;
        }
    }

    Optional<Listed> read(YamlFields raw, int number) {
        YamlFields fields = raw.has("id") ? named(raw, number) : raw.called("price " + number);
        fields.mustHave("id", "item");
        Optional<String> id = fields.value("id", Notation.ID, Notation::id);
        Optional<String> item = fields.value("item", "what the invoice says", Notation::words);
        Optional<PriceModel> model = new ModelReader(fields).model();
        Optional<Meter> meter = meter(fields);
        Optional<Window> validity = validity(fields);
        List<Condition> when = when(fields);
        List<String> groupBy = groupBy(fields);
        String surcharge = fields.value("surcharge", Notation.ID, Notation::id).orElse("");
        int priority = fields.whole("priority").orElse(0);
        Optional<Per> per = fields.value("per", Notation.PER, Notation::per);
        Optional<TimeSlice> slice = fields.value("time-slice", Notation.SLICE, TimeSlice::parse);
        Basis basis = Basis.of(fields);
        checkMeaning(fields, basis, when);
        fields.fields("sold-as").ifPresent(PriceReader::checkSoldAs);
        if (basis == Basis.USAGE) {
            meter.ifPresent(m -> checkMeasure(fields, m, per, slice));
        }
        fields.noOthers();
        if (id.isEmpty() || item.isEmpty() || model.isEmpty() || validity.isEmpty()) {
            return Optional.empty();
        }
        boolean held = basis == Basis.USAGE
                && meter.filter(m -> m.kind() == Meter.Kind.LEVEL).isPresent();
        return Optional.of(new Listed(
                new Price(
                        id.get(),
                        item.get(),
                        meter.map(Meter::name),
                        surcharge,
                        when,
                        validity.get(),
                        per.orElseGet(() -> counted(basis)),
                        model.get(),
                        held ? slice.orElse(usual) : TimeSlice.SECOND,
                        groupBy,
                        priority),
                fields));
    }

    /// Matters to the synchronisation of prices alone, which reads it from the text; see [PriceBookText].
    private static void checkSoldAs(YamlFields soldAs) {
        soldAs.keys().forEach(backend -> soldAs.value(backend, "what the billing system calls it", Notation::words));
    }

    private static YamlFields named(YamlFields raw, int number) {
        return raw.called(raw.plain("id").map(id -> "price '" + id + "'").orElse("price " + number));
    }

    private Optional<Meter> meter(YamlFields fields) {
        Optional<String> name = fields.text("meter");
        Optional<Meter> meter = name.flatMap(meters::find);
        if (name.isPresent() && meter.isEmpty()) {
            fields.error("meter", BookReader.unknownMeter(name.get(), meters));
        }
        return meter;
    }

    private static Optional<Window> validity(YamlFields fields) {
        Optional<Instant> from = fields.value("valid-from", Notation.MOMENT, Notation::moment);
        Optional<Instant> until = fields.value("valid-until", Notation.MOMENT, Notation::moment);
        Instant begin = from.orElse(Instant.EPOCH);
        Instant end = until.orElse(Window.FOREVER);
        if (end.isBefore(begin)) {
            fields.error("valid-until", "valid-until %s is before valid-from %s".formatted(end, begin));
            return Optional.empty();
        }
        return Optional.of(new Window(begin, end));
    }

    /// In the order of dimensions, so that two ways to write the same conditions are the same price.
    private static List<Condition> when(YamlFields fields) {
        TreeMap<String, Condition> when = new TreeMap<>();
        fields.fields("when")
                .map(conditions -> conditions.called(fields.path()))
                .ifPresent(conditions -> {
                    for (String dimension : conditions.keys()) {
                        TreeSet<String> values = new TreeSet<>();
                        conditions.texts(dimension).forEach(value -> values.add(value.text()));
                        if (!values.isEmpty()) {
                            when.put(dimension, new Condition(dimension, values));
                        } else if (conditions.isEmptyList(dimension)) {
                            conditions.error(
                                    dimension, "'%s' has no value; expected at least one".formatted(dimension));
                        }
                        warnOfSlip(conditions, dimension);
                    }
                });
        return List.copyOf(when.values());
    }

    private static void warnOfSlip(YamlFields conditions, String dimension) {
        if (!DIMENSIONS.contains(dimension) && dimension.indexOf('.') < 0) {
            String hint = Nearest.hint(dimension, DIMENSIONS);
            if (!hint.isEmpty()) {
                conditions.warning(
                        dimension, "no bundled source tells the dimension '%s'%s".formatted(dimension, hint));
            }
        }
    }

    private static List<String> groupBy(YamlFields fields) {
        List<String> groupBy = new ArrayList<>();
        for (YamlNode.Text dimension : fields.texts("group-by")) {
            if (groupBy.contains(dimension.text())) {
                fields.error(dimension.at(), "'group-by' names '%s' twice".formatted(dimension.text()));
            } else {
                groupBy.add(dimension.text());
            }
        }
        return groupBy;
    }

    /// Fields that this kind of price needs, and those that would mean nothing on it.
    private static void checkMeaning(YamlFields fields, Basis basis, List<Condition> when) {
        if (basis.isMetered()) {
            fields.mustHave("meter");
        } else {
            for (String key : List.of("meter", "surcharge", "group-by", "priority")) {
                mustNotHave(fields, key, basis);
            }
            for (Condition condition : when) {
                if (!condition.dimension().equals("project")) {
                    fields.error(
                            "when",
                            "%s can depend on 'project' only, not on '%s'"
                                    .formatted(basis.words, condition.dimension()));
                }
            }
        }
        if (basis == Basis.USAGE) {
            fields.mustHave("per");
        } else {
            for (String key : List.of("time-slice", "minimum", "maximum", "included")) {
                mustNotHave(fields, key, basis);
            }
        }
        if (basis == Basis.PERCENTAGE) {
            mustNotHave(fields, "per", basis);
        }
    }

    private static void mustNotHave(YamlFields fields, String key, Basis basis) {
        if (fields.has(key)) {
            fields.error(key, "'%s' means nothing on %s; remove it".formatted(key, basis.words));
        }
    }

    /// Whether what one price buys fits what the meter measures.
    private static void checkMeasure(YamlFields fields, Meter meter, Optional<Per> per, Optional<TimeSlice> slice) {
        boolean held = meter.kind() == Meter.Kind.LEVEL;
        per.ifPresent(p -> {
            if (!p.unit().convertsTo(meter.unit())) {
                fields.error(
                        "per",
                        "the meter '%s' is counted in %s, which does not convert to '%s'; expected '%s'"
                                .formatted(meter, meter.unit(), p.unit(), meter.unit() + (held ? " hour" : "")));
            } else if (held && p.time().isEmpty()) {
                fields.error(
                        "per",
                        "the meter '%s' is held over time, and '%s' has no time; expected one such as '%s hour'"
                                .formatted(meter, p, p));
            } else if (!held && p.time().isPresent()) {
                fields.error(
                        "per",
                        "the meter '%s' flows and is not held over time; expected '%s' and no time"
                                .formatted(meter, p.unit()));
            }
        });
        if (!held && slice.filter(s -> !s.isSecond()).isPresent()) {
            fields.error(
                    "time-slice",
                    "the meter '%s' flows and has no time that could be sliced; remove 'time-slice'".formatted(meter));
        }
    }

    /// What the quantity of a fee or a percentage is counted in.
    private Per counted(Basis basis) {
        String unit = switch (basis) {
            case ACCOUNT -> "account";
            case PERCENTAGE -> currency.getCurrencyCode();
            case RESOURCE, USAGE -> "resource";
        };
        return new Per(BigDecimal.ONE, Unit.of(unit), Optional.empty());
    }
}
