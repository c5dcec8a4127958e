package org.reckoner.deliver.hostbill;

import java.math.BigDecimal;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.price.PriceModel.Tier;
import org.reckoner.deliver.Offer;
import org.reckoner.deliver.PriceSource.PriceList;
import org.reckoner.deliver.Undelivered;
import tools.jackson.databind.JsonNode;

/// HostBill's products as offers: one for each billing cycle that costs something, one for each fee of setting up, and
/// one for each metered variable. Prices are in HostBill's main currency.
final class Catalogue {

    private static final List<Cycle> CYCLES = List.of(
            new Cycle("h", 1, ChronoUnit.HOURS),
            new Cycle("d", 1, ChronoUnit.DAYS),
            new Cycle("w", 1, ChronoUnit.WEEKS),
            new Cycle("m", 1, ChronoUnit.MONTHS),
            new Cycle("q", 3, ChronoUnit.MONTHS),
            new Cycle("s", 6, ChronoUnit.MONTHS),
            new Cycle("a", 1, ChronoUnit.YEARS),
            new Cycle("b", 2, ChronoUnit.YEARS),
            new Cycle("t", 3, ChronoUnit.YEARS));

    private final Api api;
    private final Currency currency;

    private record Cycle(String name, int count, ChronoUnit unit) {}

    Catalogue(Api api, Currency currency) {
        this.api = api;
        this.currency = currency;
    }

    PriceList prices() throws Undelivered {
        List<Offer> offers = new ArrayList<>();
        List<String> unexpressed = new ArrayList<>();
        TreeSet<String> seen = new TreeSet<>();
        for (JsonNode page : Api.rows(api.call("getOrderPages", Map.of()).path("categories"))) {
            JsonNode products = api.call("getProducts", Map.of("id", Api.text(page.path("id"))))
                    .path("products");
            for (JsonNode product : Api.rows(products)) {
                if (seen.add(Api.text(product.path("id")))) {
                    add(product, offers, unexpressed);
                }
            }
        }
        return new PriceList(offers, unexpressed);
    }

    private void add(JsonNode product, List<Offer> offers, List<String> unexpressed) throws Undelivered {
        for (Cycle cycle : CYCLES) {
            BigDecimal price = Api.number(product.path(cycle.name()));
            BigDecimal fee = Api.number(product.path(cycle.name() + "_setup"));
            if (price.signum() > 0) {
                offers.add(offer(product, new Offer.Recurring(plain(price), cycle.count(), cycle.unit())));
            }
            if (fee.signum() > 0) {
                offers.add(offer(product, new Offer.Once(plain(fee))));
            }
        }
        if ("Metered".equals(Api.text(product.path("paytype")))) {
            JsonNode variables = api.call("meteredGetVariables", Map.of("product_id", Api.text(product.path("id"))))
                    .path("variables");
            for (JsonNode variable : Api.rows(variables)) {
                Optional<PriceModel> model = model(variable);
                if (model.isPresent()) {
                    offers.add(offer(product, variable, model.get()));
                } else {
                    unexpressed.add("%s of %s is priced by the scheme '%s'"
                            .formatted(name(variable), name(product), Api.text(variable.path("scheme"))));
                }
            }
        }
    }

    private Offer offer(JsonNode product, Offer.Terms terms) {
        return new Offer(
                Api.text(product.path("id")),
                name(product),
                Api.text(product.path("description")),
                Optional.empty(),
                currency,
                terms,
                "0".equals(Api.text(product.path("visible"))),
                Optional.empty());
    }

    private Offer offer(JsonNode product, JsonNode variable, PriceModel model) {
        return new Offer(
                Api.text(product.path("id")) + "/" + Api.text(variable.path("variable_name")),
                name(variable),
                name(product),
                Optional.empty(),
                currency,
                new Offer.Used(model, Api.text(variable.path("unit_name")), BigDecimal.ONE),
                "0".equals(Api.text(product.path("visible"))),
                Optional.empty());
    }

    private static String name(JsonNode named) {
        return Api.text(named.path("name"));
    }

    /// A scheme of brackets as a price of ours. In "tiered" each posted quantity has the price of its own bracket, and
    /// "stairstep" charges a bracket as a whole: neither depends on the quantity of a month alone.
    private static Optional<PriceModel> model(JsonNode variable) throws Undelivered {
        List<Tier> tiers = new ArrayList<>();
        for (JsonNode bracket : Api.rows(variable.path("prices"))) {
            BigDecimal end = plain(Api.number(bracket.path("qty_max")));
            tiers.add(new Tier(
                    end.signum() == 0 ? Optional.empty() : Optional.of(end), plain(Api.number(bracket.path("price")))));
        }
        boolean isWhole = !tiers.isEmpty() && tiers.getLast().upTo().isEmpty();
        if (!isWhole) {
            return Optional.empty();
        }
        String scheme = Api.text(variable.path("scheme"));
        if (tiers.size() == 1 && !"stairstep".equals(scheme)) {
            return Optional.of(new PriceModel.PerUnit(tiers.getFirst().price()));
        }
        try {
            return switch (scheme) {
                case "volume" -> Optional.of(new PriceModel.Volume(tiers));
                case "overage" -> Optional.of(new PriceModel.Graduated(tiers));
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException e) {
            throw new Undelivered.Unavailable(
                    "HostBill's brackets of '%s' are none: %s".formatted(name(variable), e.getMessage()), e);
        }
    }

    private static BigDecimal plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
