package org.reckoner.deliver.odoo;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Offer;
import org.reckoner.deliver.PriceSource.PriceList;
import org.reckoner.deliver.Undelivered;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Odoo's products as offers, at their own prices or at those of a price list. After Distil's convention a
/// product is `REGION.service`; the settings say otherwise.
///
/// Of a price list fixed prices and percentages off the product's price are read. Which rule is for a
/// product is decided as Odoo does it (`product.pricelist.item`, ordered by `applied_on, min_quantity desc,
/// categ_id desc, id desc`): one for the product before one for its category, the nearest category first,
/// and that before one for all; of the rules of one kind that from the largest quantity, then the newest.
/// The first that holds for the quantity counts.
final class Catalogue {

    static final List<String> KEYS = List.of("price-list", "price-categories", "price-unit-field", "uses");

    private static final int PAGE = 200;

    /// What may stand between a region and the rest of a product's name.
    private static final Pattern PARTING = Pattern.compile("^[\\s.:/_-]+");

    private final Rpc.Session odoo;
    private final Rules rules;
    private final Optional<String> priceList;
    private final List<String> categories;
    private final String unitField;
    private final SortedMap<String, String> uses;

    Catalogue(Rpc.Session odoo, Rules rules, AdapterSettings settings) {
        this.odoo = odoo;
        this.rules = rules;
        priceList = settings.text("price-list");
        categories = settings.texts("price-categories");
        unitField = settings.text("price-unit-field").orElse("uom_id");
        uses = settings.pairs("uses");
    }

    /// A rule of a price list.
    ///
    /// @param base what a percentage is taken off; empty where Odoo does not tell, which is its own price then
    private record Rule(
            long id,
            String appliedTo,
            long product,
            long template,
            long category,
            BigDecimal from,
            String kind,
            String base,
            BigDecimal fixed,
            BigDecimal percent,
            boolean isDated) {

        boolean isFor(Sold sold) {
            return switch (appliedTo) {
                case "0_product_variant" -> product == sold.id();
                case "1_product" -> template == sold.template();
                case "2_product_category" -> sold.categories().contains(category);
                default -> true;
            };
        }

        boolean isForOne() {
            return from.compareTo(BigDecimal.ONE) <= 0;
        }
    }

    /// @param categories the product's own, then those above it
    private record Sold(long id, long template, List<Long> categories, BigDecimal price, Optional<Currency> currency) {

        /// The rules that are for this product, in the order in which Odoo tries them. Odoo orders
        /// categories by their whole paths, backwards, so that one comes before those above it.
        List<Rule> tried(List<Rule> all) {
            return all.stream()
                    .filter(rule -> rule.isFor(this))
                    .sorted(Comparator.comparing(Rule::appliedTo)
                            .thenComparing(Rule::from, Comparator.reverseOrder())
                            .thenComparing(rule -> categories.indexOf(rule.category()))
                            .thenComparing(Rule::id, Comparator.reverseOrder()))
                    .toList();
        }
    }

    PriceList prices() throws Undelivered {
        Map<Long, Long> parents = parents();
        Optional<Currency> listed = Optional.empty();
        List<Rule> rulesOfList = List.of();
        if (priceList.isPresent()) {
            JsonNode list = list(priceList.get());
            listed = currency(list.path("currency_id"));
            rulesOfList = rules(list.path("id").asLong());
        }
        List<Offer> offers = new ArrayList<>();
        List<String> unexpressed = new ArrayList<>();
        for (JsonNode row : products()) {
            String name = text(row, "name");
            Sold sold = new Sold(
                    row.path("id").asLong(),
                    row.path("product_tmpl_id").path(0).asLong(),
                    upwards(row.path("categ_id").path(0).asLong(), parents),
                    decimal(row.path("lst_price")),
                    currency(row.path("currency_id")));
            Optional<BigDecimal> price = price(sold, name, rulesOfList, listed, unexpressed);
            Optional<Currency> currency = listed.or(sold::currency);
            if (price.isPresent() && currency.isPresent()) {
                offers.add(offer(row, name, price.get(), currency.get()));
            } else if (price.isPresent()) {
                unexpressed.add("%s has no currency".formatted(name));
            }
        }
        return new PriceList(offers, unexpressed);
    }

    private Offer offer(JsonNode row, String name, BigDecimal price, Currency currency) {
        Optional<String> region = region(name);
        String item = region.map(found -> withoutRegion(name, found)).orElse(name);
        JsonNode unit = row.path(unitField);
        return new Offer(
                Long.toString(row.path("id").asLong()),
                item,
                text(row, "description_sale"),
                region,
                currency,
                new Offer.Used(
                        price, unit.isArray() ? unit.path(1).asString("") : text(row, unitField), BigDecimal.ONE),
                !row.path("active").asBoolean(true),
                use(item));
    }

    /// `METER PER`, as the settings have it.
    private Optional<Offer.Use> use(String item) {
        return Optional.ofNullable(uses.get(item))
                .filter(text -> text.contains(" "))
                .map(text -> {
                    int blank = text.indexOf(' ');
                    return new Offer.Use(
                            text.substring(0, blank), text.substring(blank + 1).strip());
                });
    }

    /// Our name of the region that a product's name begins with, if products are named so: of two the
    /// longer one.
    private Optional<String> region(String name) {
        return rules.product().toLowerCase(Locale.ROOT).startsWith("{region}")
                ? rules.regions().keySet().stream()
                        .filter(ours -> starts(name, rules.region(ours)))
                        .max(Comparator.comparingInt(ours -> rules.region(ours).length()))
                : Optional.empty();
    }

    /// Whether a name is a region, what parts it from the rest, and the rest.
    private boolean starts(String name, String region) {
        String start = rules.product().startsWith("{REGION}") ? region.toUpperCase(Locale.ROOT) : region;
        return name.startsWith(start)
                && PARTING.matcher(name.substring(start.length())).lookingAt()
                && !withoutStart(name, start).isEmpty();
    }

    private String withoutRegion(String name, String ours) {
        return withoutStart(name, rules.region(ours));
    }

    private static String withoutStart(String name, String start) {
        return PARTING.matcher(name.substring(start.length())).replaceFirst("");
    }

    /// The price for one, or why there is none.
    private Optional<BigDecimal> price(
            Sold sold, String name, List<Rule> all, Optional<Currency> listed, List<String> unexpressed) {
        List<Rule> tried = sold.tried(all);
        Optional<Rule> first = tried.stream().filter(Rule::isForOne).findFirst();
        if (first.map(Rule::isDated).orElse(false)) {
            unexpressed.add("%s has prices that begin or end at a date".formatted(name));
            return Optional.empty();
        }
        if (!tried.isEmpty() && !tried.getFirst().isForOne()) {
            unexpressed.add("%s has other prices for larger quantities; that for one is read".formatted(name));
        }
        boolean convertible = listed.isEmpty() || listed.equals(sold.currency());
        if (first.isEmpty()) {
            if (!convertible) {
                unexpressed.add(
                        "%s is in another currency than the price list, which does not name it".formatted(name));
            }
            return convertible ? Optional.of(sold.price()) : Optional.empty();
        }
        Rule rule = first.get();
        return switch (rule.kind()) {
            case "fixed" -> Optional.of(rule.fixed());
            case "percentage" -> {
                Optional<String> not = !List.of("", "list_price").contains(rule.base())
                        ? Optional.of("%s has a percentage off something else than its own price".formatted(name))
                        : convertible
                                ? Optional.empty()
                                : Optional.of("%s is in another currency than the price list".formatted(name));
                not.ifPresent(unexpressed::add);
                BigDecimal part = BigDecimal.ONE.subtract(rule.percent().movePointLeft(2));
                yield not.isEmpty() ? Optional.of(sold.price().multiply(part).stripTrailingZeros()) : Optional.empty();
            }
            default -> {
                unexpressed.add("%s has a price by formula".formatted(name));
                yield Optional.empty();
            }
        };
    }

    private static List<Long> upwards(long category, Map<Long, Long> parents) {
        List<Long> all = new ArrayList<>();
        Long each = category;
        while (each != null && each > 0 && !all.contains(each)) {
            all.add(each);
            each = parents.get(each);
        }
        return all;
    }

    private Map<Long, Long> parents() throws Undelivered {
        TreeMap<Long, Long> parents = new TreeMap<>();
        for (JsonNode row : all("product.category", Rpc.JSON.createArrayNode(), List.of("parent_id"))) {
            parents.put(row.path("id").asLong(), row.path("parent_id").path(0).asLong());
        }
        return parents;
    }

    /// What is archived, too: it is an offer that is not made any more.
    private List<JsonNode> products() throws Undelivered {
        ArrayNode domain =
                Rpc.all(Rpc.condition("sale_ok", "=", true), Rpc.condition("active", "in", List.of(true, false)));
        if (!categories.isEmpty()) {
            domain.add(Rpc.condition("categ_id.name", "in", categories));
        }
        return all(
                "product.product",
                domain,
                List.of(
                        "name",
                        "default_code",
                        "lst_price",
                        "currency_id",
                        "categ_id",
                        "product_tmpl_id",
                        "description_sale",
                        "active",
                        unitField));
    }

    private JsonNode list(String name) throws Undelivered {
        ArrayNode domain = Directory.isNumber(name)
                ? Rpc.all(Rpc.condition("id", "=", Long.parseLong(name)))
                : Rpc.all(Rpc.condition("name", "=", name));
        List<JsonNode> found = odoo.search("product.pricelist", domain, List.of("currency_id"), 2);
        if (found.size() != 1) {
            throw new Undelivered.Refused("Odoo has %s price list '%s'; look at 'price-list'"
                    .formatted(found.isEmpty() ? "no" : "more than one", name));
        }
        return found.getFirst();
    }

    private List<Rule> rules(long list) throws Undelivered {
        List<Rule> rules = new ArrayList<>();
        for (JsonNode row : all(
                "product.pricelist.item",
                Rpc.all(Rpc.condition("pricelist_id", "=", list)),
                List.of(
                        "applied_on",
                        "product_id",
                        "product_tmpl_id",
                        "categ_id",
                        "min_quantity",
                        "compute_price",
                        "base",
                        "fixed_price",
                        "percent_price",
                        "date_start",
                        "date_end"))) {
            rules.add(new Rule(
                    row.path("id").asLong(),
                    text(row, "applied_on"),
                    row.path("product_id").path(0).asLong(),
                    row.path("product_tmpl_id").path(0).asLong(),
                    row.path("categ_id").path(0).asLong(),
                    decimal(row.path("min_quantity")),
                    text(row, "compute_price"),
                    text(row, "base"),
                    decimal(row.path("fixed_price")),
                    decimal(row.path("percent_price")),
                    !text(row, "date_start").isEmpty() || !text(row, "date_end").isEmpty()));
        }
        return rules;
    }

    private List<JsonNode> all(String model, ArrayNode domain, List<String> fields) throws Undelivered {
        List<JsonNode> rows = new ArrayList<>();
        long last = 0;
        List<JsonNode> page;
        do {
            page = odoo.search(model, domain.deepCopy().add(Rpc.condition("id", ">", last)), fields, PAGE);
            for (JsonNode row : page) {
                long id = row.path("id").asLong();
                if (id <= last) {
                    throw new Undelivered.Unavailable(
                            "Odoo told %s %d where only later ones were asked for".formatted(model, id));
                }
                rows.add(row);
                last = id;
            }
        } while (!page.isEmpty()); // something on the way may allow smaller pages only
        return rows;
    }

    private static Optional<Currency> currency(JsonNode reference) {
        return Money.currency(reference.path(1).asString(""));
    }

    /// `false` is no text.
    private static String text(JsonNode row, String field) {
        JsonNode value = row.path(field);
        return value.isString() ? value.stringValue() : "";
    }

    private static BigDecimal decimal(JsonNode value) throws Undelivered {
        if (!value.isNumber()) {
            throw new Undelivered.Unavailable("Odoo told no price where one was expected: " + value);
        }
        BigDecimal number = value.decimalValue().stripTrailingZeros();
        return number.scale() < 0 ? number.setScale(0) : number;
    }
}
