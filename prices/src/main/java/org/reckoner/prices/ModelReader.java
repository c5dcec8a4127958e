package org.reckoner.prices;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.reckoner.core.price.PriceModel;
import org.reckoner.prices.yaml.YamlFields;
import org.reckoner.prices.yaml.YamlNode;

/// Reads how a price turns quantity into money.
record ModelReader(YamlFields fields) {

    private static final List<String> MODELS =
            List.of("price", "graduated", "volume", "package", "fixed", "percentage");

    /// The one model of the price, with what is included and its bounds.
    Optional<PriceModel> model() {
        List<String> given = MODELS.stream().filter(fields::has).toList();
        if (given.isEmpty()) {
            fields.error(fields.at(), "the price has no amount; expected one of " + String.join(", ", MODELS));
            return Optional.empty();
        }
        if (given.size() > 1) {
            fields.error(
                    given.get(1),
                    "the price has %s; expected exactly one of them".formatted(String.join(" and ", given)));
            return Optional.empty();
        }
        Optional<PriceModel> plain = switch (given.getFirst()) {
            case "price" ->
                fields.value("price", Notation.PRICE, Notation::notNegative).map(PriceModel.PerUnit::new);
            case "graduated" -> tiers("graduated").map(PriceModel.Graduated::new);
            case "volume" -> tiers("volume").map(PriceModel.Volume::new);
            case "package" -> fields.fields("package").flatMap(this::pack);
            case "fixed" -> fields.fields("fixed").flatMap(this::fixed);
            default -> fields.fields("percentage").flatMap(this::percentage);
        };
        Optional<BigDecimal> included = amount(fields, "included");
        Optional<BigDecimal> minimum = amount(fields, "minimum");
        Optional<BigDecimal> maximum = amount(fields, "maximum");
        if (minimum.isPresent() && maximum.isPresent() && minimum.get().compareTo(maximum.get()) > 0) {
            fields.error("minimum", "the minimum %s is above the maximum %s".formatted(minimum.get(), maximum.get()));
            return Optional.empty();
        }
        return plain.map(model -> included.map(free -> (PriceModel) new PriceModel.Included(free, model))
                        .orElse(model))
                .map(model -> minimum.isPresent() || maximum.isPresent()
                        ? new PriceModel.Bounded(minimum, maximum, model)
                        : model);
    }

    private static Optional<BigDecimal> amount(YamlFields fields, String key) {
        return fields.value(key, "a number that is not negative", Notation::notNegative);
    }

    private Optional<PriceModel> pack(YamlFields raw) {
        YamlFields pack = raw.called(fields.path());
        pack.mustHave("size", "price");
        Optional<BigDecimal> size = pack.value("size", "a number above 0", Notation::positive);
        Optional<BigDecimal> price = pack.value("price", Notation.PRICE, Notation::notNegative);
        pack.noOthers();
        return size.flatMap(s -> price.map(p -> new PriceModel.Package(s, p)));
    }

    private Optional<PriceModel> fixed(YamlFields raw) {
        YamlFields fixed = raw.called(fields.path());
        fixed.mustHave("price", "each");
        Optional<BigDecimal> price = fixed.value("price", Notation.PRICE, Notation::notNegative);
        Function<String, PriceModel.Fixed.Each> words = word -> switch (word) {
            case "resource" -> PriceModel.Fixed.Each.RESOURCE;
            case "account" -> PriceModel.Fixed.Each.ACCOUNT;
            default -> throw new IllegalArgumentException(word);
        };
        Optional<PriceModel.Fixed.Each> each = fixed.value("each", "resource or account", words);
        fixed.noOthers();
        return price.flatMap(p -> each.map(e -> new PriceModel.Fixed(p, e)));
    }

    private Optional<PriceModel> percentage(YamlFields raw) {
        YamlFields percentage = raw.called(fields.path());
        percentage.mustHave("percent");
        Optional<BigDecimal> percent =
                percentage.value("percent", "a number such as 10, at least 0", Notation::notNegative);
        TreeSet<String> of = new TreeSet<>();
        for (YamlNode.Text id : percentage.texts("of")) {
            of.add(id.text());
        }
        if (of.isEmpty() && percentage.has("of")) {
            percentage.error("of", "'of' names no price; leave it out for a percentage of all of them");
            return Optional.empty();
        }
        percentage.noOthers();
        return percent.map(p -> new PriceModel.Percentage(p, of));
    }

    private Optional<List<PriceModel.Tier>> tiers(String key) {
        List<YamlFields> written = fields.list(key);
        List<PriceModel.Tier> tiers = new ArrayList<>();
        BigDecimal before = BigDecimal.ZERO;
        boolean sound = true;
        for (YamlFields raw : written) {
            boolean last = raw == written.getLast();
            YamlFields tier = raw.called(fields.path());
            Optional<BigDecimal> upTo = tier.value("up-to", "a number above 0", Notation::positive);
            Optional<BigDecimal> price = tier.value("price", Notation.PRICE, Notation::notNegative);
            tier.mustHave("price");
            tier.noOthers();
            if (last && tier.has("up-to")) {
                tier.error("up-to", "the last tier has an 'up-to'; expected none, so that every quantity has a price");
            } else if (!last && !tier.has("up-to")) {
                tier.error(tier.at(), "a tier before the last has no 'up-to'");
            } else if (!last && upTo.isPresent() && upTo.get().compareTo(before) <= 0) {
                tier.error(
                        "up-to",
                        "the tier ends at %s and the one before at %s; expected ascending tiers"
                                .formatted(upTo.get().toPlainString(), before.toPlainString()));
                sound = false;
            }
            sound &= price.isPresent() && last != upTo.isPresent();
            before = upTo.orElse(before);
            price.ifPresent(p -> tiers.add(new PriceModel.Tier(upTo, p)));
        }
        if (written.isEmpty() && fields.isEmptyList(key)) {
            fields.error(key, "'%s' has no tier; expected at least {price: …}".formatted(key));
        }
        return sound && !tiers.isEmpty() ? Optional.of(tiers) : Optional.empty();
    }
}
