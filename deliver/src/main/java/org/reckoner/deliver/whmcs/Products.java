package org.reckoner.deliver.whmcs;

import java.math.BigDecimal;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Offer;
import org.reckoner.deliver.PriceSource.PriceList;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Form;

/// WHMCS's products as offers: one for each currency and billing cycle, and one for each fee of setting up. A price
/// below zero is how WHMCS says that a cycle is disabled.
final class Products {

    private static final List<Cycle> CYCLES = List.of(
            new Cycle("monthly", 1, ChronoUnit.MONTHS),
            new Cycle("quarterly", 3, ChronoUnit.MONTHS),
            new Cycle("semiannually", 6, ChronoUnit.MONTHS),
            new Cycle("annually", 1, ChronoUnit.YEARS),
            new Cycle("biennially", 2, ChronoUnit.YEARS),
            new Cycle("triennially", 3, ChronoUnit.YEARS));

    private final WhmcsApi api;
    private final InvoiceMeters meters;
    private final Optional<Integer> currency;

    private record Cycle(String name, int count, ChronoUnit unit) {

        String setUp() {
            return name.charAt(0) + "setupfee";
        }
    }

    Products(WhmcsApi api, InvoiceMeters meters, AdapterSettings settings) {
        this.api = api;
        this.meters = meters;
        currency = settings.value("currency", "the number that WHMCS gives a currency", Integer::valueOf);
    }

    PriceList prices() throws Undelivered {
        List<String> unexpressed = new ArrayList<>();
        List<String> codes = codes(unexpressed);
        Said said = api.call("GetProducts", new Form());
        List<Said> products = said.list("products", "product");
        if (products.size() != said.number("totalresults")) {
            throw new Undelivered.Unavailable("%s says that there are %d products, and gives %d"
                    .formatted(said.about(), said.number("totalresults"), products.size()));
        }
        List<Offer> offers = new ArrayList<>();
        for (Said product : products) {
            for (String code : codes) {
                Optional<Said> pricing = product.part("pricing").flatMap(all -> all.part(code));
                if (pricing.isEmpty()) {
                    unexpressed.add("%s has no price in %s".formatted(name(product), code));
                } else {
                    offers.addAll(offers(product, code, pricing.get()));
                }
            }
            if (!product.list("configoptions", "configoption").isEmpty()) {
                unexpressed.add("%s has configurable options; their prices are not read".formatted(name(product)));
            }
        }
        return new PriceList(offers, unexpressed);
    }

    private static String name(Said product) throws Undelivered {
        return "product %d '%s'".formatted(product.number("pid"), product.needed("name"));
    }

    /// Of the configured currency, or of all.
    private List<String> codes(List<String> unexpressed) throws Undelivered {
        List<String> codes = new ArrayList<>();
        for (Said each : api.call("GetCurrencies", new Form()).list("currencies", "currency")) {
            int id = each.number("id");
            String code = each.needed("code");
            if (currency.filter(asked -> asked != id).isPresent()) {
                continue;
            }
            if (Money.currency(code).isPresent()) {
                codes.add(code);
            } else {
                unexpressed.add("the currency '%s' is none of ISO 4217; prices in it are not read".formatted(code));
            }
        }
        if (codes.isEmpty()) {
            throw new Undelivered.Refused("WHMCS has no currency %s; look at 'currency'"
                    .formatted(currency.map(String::valueOf).orElse("at all")));
        }
        return codes;
    }

    private List<Offer> offers(Said product, String code, Said pricing) throws Undelivered {
        List<Offer> offers = new ArrayList<>();
        switch (product.text("paytype").orElse("recurring")) {
            case "free" -> offers.add(offer(product, code, new Offer.Once(BigDecimal.ZERO), false));
            case "onetime" -> {
                BigDecimal price = pricing.amount("monthly");
                offers.add(offer(product, code, new Offer.Once(price.max(BigDecimal.ZERO)), price.signum() < 0));
            }
            default -> {
                for (Cycle cycle : CYCLES) {
                    BigDecimal price = pricing.amount(cycle.name());
                    boolean disabled =
                            price.signum() < 0 || pricing.text(cycle.name()).isEmpty();
                    offers.add(offer(
                            product,
                            code,
                            new Offer.Recurring(price.max(BigDecimal.ZERO), cycle.count(), cycle.unit()),
                            disabled));
                    BigDecimal fee = pricing.amount(cycle.setUp());
                    if (fee.signum() > 0 && !disabled) {
                        offers.add(offer(product, code, new Offer.Once(fee), false));
                    }
                }
            }
        }
        return offers;
    }

    private Offer offer(Said product, String code, Offer.Terms terms, boolean disabled) throws Undelivered {
        String name = product.needed("name");
        return new Offer(
                product.needed("pid"),
                name,
                product.text("description").orElse(""),
                Optional.empty(),
                Currency.getInstance(code),
                terms,
                disabled,
                meters.useOf(name));
    }
}
