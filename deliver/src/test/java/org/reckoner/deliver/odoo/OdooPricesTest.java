package org.reckoner.deliver.odoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.core.price.PriceModel;
import org.reckoner.deliver.Offer;
import org.reckoner.deliver.PriceSource.PriceList;
import org.reckoner.deliver.Undelivered;
import org.reckoner.simulators.http.Trouble;
import org.reckoner.simulators.odoo.OdooSimulator;

/// Odoo's products and price lists as offers.
class OdooPricesTest {

    @TempDir
    private Path folder = Path.of(".");

    private final OdooSimulator simulator = OdooSimulator.start(0, OdooSimulator.Setup.USUAL);
    private final int compute = simulator.create("product.category", Map.of("name", "Compute"));
    private final int small = simulator.create("product.category", Map.of("name", "Small", "parent_id", compute));
    private final int hours = simulator.create("uom.uom", Map.of("name", "Hours"));

    @AfterEach
    void end() {
        simulator.close();
    }

    private int product(String name, String price, int category) {
        return simulator.create(
                "product.product",
                Map.of(
                        "name",
                        name,
                        "lst_price",
                        new BigDecimal(price),
                        "categ_id",
                        category,
                        "currency_id",
                        OdooSimulator.EURO,
                        "uom_id",
                        hours,
                        "sale_ok",
                        true));
    }

    private PriceList prices(Map<String, Object> settings) throws Undelivered {
        try (Odoo odoo = new Odoo(OdooInstallation.settings(simulator, folder, settings))) {
            return odoo.prices();
        }
    }

    private static String price(Offer offer) {
        return offer.terms() instanceof Offer.Used used && used.price() instanceof PriceModel.PerUnit unit
                ? "%s %s %s".formatted(offer.item(), unit.price().toPlainString(), offer.currency())
                : offer.toString();
    }

    @Test
    void products_are_offers_in_their_unit_and_region() throws Exception {
        int first = product("NZ-1.c1.c1r1", "0.15", small);
        simulator.create("product.product", Map.of("name", "Book", "lst_price", 3, "sale_ok", false));

        PriceList prices = prices(Map.of(
                "product",
                "{REGION}.{item}",
                "regions",
                Map.of("nz_1", "nz-1"),
                "uses",
                Map.of("c1.c1r1", "vcpus vCPU hour")));

        assertThat(prices.unexpressed()).isEmpty();
        assertThat(prices.offers()).singleElement().satisfies(offer -> {
            assertThat(offer.id()).isEqualTo(Integer.toString(first));
            assertThat(offer.item()).isEqualTo("c1.c1r1");
            assertThat(offer.region()).contains("nz_1");
            assertThat(offer.use()).contains(new Offer.Use("vcpus", "vCPU hour"));
            assertThat(offer.terms()).isEqualTo(new Offer.Used(new BigDecimal("0.15"), "Hours", BigDecimal.ONE));
            assertThat(offer.disabled()).isFalse();
        });
    }

    @Test
    void an_archived_product_is_an_offer_that_is_not_made_any_more() throws Exception {
        simulator.write("product.product", product("c1", "1.00", small), Map.of("active", false));

        assertThat(prices(Map.of()).offers())
                .singleElement()
                .satisfies(offer -> assertThat(offer.disabled()).isTrue());
    }

    @Test
    void only_the_asked_categories_are_read_and_all_pages_of_them() throws Exception {
        int other = simulator.create("product.category", Map.of("name", "Discounts"));
        product("trial", "0.00", other);
        for (int i = 0; i < 450; i++) {
            product("c" + i, "1.00", small);
        }

        assertThat(prices(Map.of("price-categories", List.of("Compute", "Small")))
                        .offers())
                .hasSize(450)
                .extracting(Offer::id)
                .doesNotHaveDuplicates();
    }

    @Test
    void of_a_price_list_the_nearest_rule_is_taken_and_what_cannot_be_said_is_listed() throws Exception {
        int list = simulator.create("product.pricelist", Map.of("name", "Cloud", "currency_id", OdooSimulator.EURO));
        int fixed = product("fixed", "1.00", small);
        product("by category", "2.00", small);
        int tiers = product("tiers", "3.00", small);
        int formula = product("formula", "4.00", small);
        int dated = product("dated", "5.00", small);
        rule(list, Map.of("applied_on", "3_global", "compute_price", "fixed", "fixed_price", 99));
        rule(
                list,
                Map.of(
                        "applied_on",
                        "2_product_category",
                        "categ_id",
                        compute,
                        "compute_price",
                        "percentage",
                        "percent_price",
                        10));
        rule(
                list,
                Map.of(
                        "applied_on",
                        "0_product_variant",
                        "product_id",
                        fixed,
                        "compute_price",
                        "fixed",
                        "fixed_price",
                        new BigDecimal("0.75")));
        rule(
                list,
                Map.of(
                        "applied_on",
                        "0_product_variant",
                        "product_id",
                        tiers,
                        "compute_price",
                        "fixed",
                        "fixed_price",
                        new BigDecimal("2.50")));
        rule(
                list,
                Map.of(
                        "applied_on",
                        "0_product_variant",
                        "product_id",
                        tiers,
                        "compute_price",
                        "fixed",
                        "fixed_price",
                        2,
                        "min_quantity",
                        100));
        rule(list, Map.of("applied_on", "0_product_variant", "product_id", formula, "compute_price", "formula"));
        rule(
                list,
                Map.of(
                        "applied_on",
                        "0_product_variant",
                        "product_id",
                        dated,
                        "compute_price",
                        "fixed",
                        "fixed_price",
                        1,
                        "date_end",
                        "2026-12-31 00:00:00"));

        PriceList prices = prices(Map.of("price-list", "Cloud"));

        assertThat(prices.offers())
                .extracting(OdooPricesTest::price)
                .containsExactly("fixed 0.75 EUR", "by category 1.8 EUR", "tiers 2.5 EUR");
        assertThat(prices.unexpressed())
                .containsExactly(
                        "tiers has other prices for larger quantities; that for one is read",
                        "formula has a price by formula",
                        "dated has prices that begin or end at a date");
    }

    private int list() {
        return simulator.create("product.pricelist", Map.of("name", "Cloud", "currency_id", OdooSimulator.EURO));
    }

    /// A rule of the first list with a fixed price.
    private void fixed(String price, Map<String, Object> values) {
        HashMap<String, Object> all = new HashMap<>(values);
        all.putAll(Map.of("compute_price", "fixed", "fixed_price", new BigDecimal(price)));
        rule(1, all);
    }

    private static Map<String, Object> of(int product) {
        return Map.of("applied_on", "0_product_variant", "product_id", product);
    }

    private static Map<String, Object> of(int product, int quantity) {
        return Map.of("applied_on", "0_product_variant", "product_id", product, "min_quantity", quantity);
    }

    private static Map<String, Object> in(int category) {
        return Map.of("applied_on", "2_product_category", "categ_id", category);
    }

    private void told(String... prices) throws Undelivered {
        assertThat(prices(Map.of("price-list", "Cloud")).offers())
                .extracting(OdooPricesTest::price)
                .containsExactly(prices);
    }

    @Test
    void of_two_rules_for_one_product_the_newest_counts() throws Exception {
        list();
        int c1 = product("c1", "1.00", small);
        fixed("0.75", of(c1));
        fixed("0.80", of(c1));

        told("c1 0.8 EUR");
    }

    @Test
    void of_two_rules_for_one_product_that_from_the_larger_quantity_counts_if_one_is_enough_for_it() throws Exception {
        list();
        int c1 = product("c1", "1.00", small);
        fixed("0.75", of(c1, 1));
        fixed("0.80", of(c1));

        told("c1 0.75 EUR");
    }

    @Test
    void a_rule_for_larger_quantities_leaves_the_price_for_one_to_the_category() throws Exception {
        list();
        fixed("0.50", of(product("c1", "1.00", small), 100));
        fixed("0.90", in(small));

        told("c1 0.9 EUR");
        assertThat(prices(Map.of("price-list", "Cloud")).unexpressed())
                .containsExactly("c1 has other prices for larger quantities; that for one is read");
    }

    @Test
    void a_rule_for_larger_quantities_that_no_quantity_comes_to_is_not_told() throws Exception {
        list();
        fixed("0.50", of(product("c1", "1.00", small)));
        HashMap<String, Object> many = new HashMap<>(in(small));
        many.put("min_quantity", 100);
        fixed("0.40", many);

        told("c1 0.5 EUR");
        assertThat(prices(Map.of("price-list", "Cloud")).unexpressed()).isEmpty();
    }

    @Test
    void a_rule_for_larger_quantities_alone_leaves_the_product_its_own_price() throws Exception {
        list();
        fixed("0.50", of(product("c1", "1.00", small), 100));

        told("c1 1 EUR");
    }

    @Test
    void the_rule_for_a_category_goes_before_that_for_the_category_above_whichever_is_newer() throws Exception {
        list();
        product("c1", "1.00", small);
        product("c2", "1.00", compute);
        fixed("0.60", in(small));
        fixed("0.70", in(compute));

        told("c1 0.6 EUR", "c2 0.7 EUR");
    }

    @Test
    void a_dated_rule_that_another_always_goes_before_does_not_matter() throws Exception {
        list();
        fixed("0.60", of(product("c1", "1.00", small)));
        HashMap<String, Object> dated = new HashMap<>(in(small));
        dated.put("date_end", "2026-12-31 00:00:00");
        fixed("0.40", dated);

        told("c1 0.6 EUR");
    }

    @Test
    void a_percentage_off_another_price_list_is_not_taken_off_the_products_price() throws Exception {
        int list = list();
        HashMap<String, Object> rule = new HashMap<>(of(product("c1", "1.00", small)));
        rule.putAll(Map.of("compute_price", "percentage", "percent_price", 10, "base", "pricelist"));
        rule(list, rule);

        PriceList prices = prices(Map.of("price-list", "Cloud"));

        assertThat(prices.offers()).isEmpty();
        assertThat(prices.unexpressed()).containsExactly("c1 has a percentage off something else than its own price");
    }

    @Test
    void a_region_ends_where_something_parts_it_from_the_rest() throws Exception {
        product("NZ-1.c1", "1.00", small);
        product("NZ-10.c1", "1.00", small);
        product("NZ-1", "1.00", small);

        assertThat(prices(Map.of("product", "{REGION}.{item}", "regions", Map.of("nz_1", "nz-1")))
                        .offers())
                .extracting(offer -> offer.region().orElse("none") + " " + offer.item())
                .containsExactly("nz_1 c1", "none NZ-10.c1", "none NZ-1");
    }

    @Test
    void of_two_regions_that_a_name_begins_with_it_is_the_longer_one() throws Exception {
        product("NZ-1.c1", "1.00", small);
        product("NZ-1-A.c1", "1.00", small);

        assertThat(prices(Map.of("product", "{REGION}.{item}", "regions", Map.of("nz_1", "nz-1", "nz_1a", "nz-1-a")))
                        .offers())
                .extracting(offer -> offer.region().orElse("none") + " " + offer.item())
                .containsExactly("nz_1 c1", "nz_1a c1");
    }

    private void rule(int list, Map<String, Object> values) {
        HashMap<String, Object> all = new HashMap<>(values);
        all.put("pricelist_id", list);
        simulator.create("product.pricelist.item", all);
    }

    @Test
    void a_price_list_in_another_currency_does_not_lend_it_to_the_products_own_prices() throws Exception {
        int list = simulator.create("product.pricelist", Map.of("name", "Cloud", "currency_id", 2));
        int fixed = product("fixed", "1.00", small);
        product("other", "2.00", small);
        rule(
                list,
                Map.of(
                        "applied_on",
                        "0_product_variant",
                        "product_id",
                        fixed,
                        "compute_price",
                        "fixed",
                        "fixed_price",
                        2));

        PriceList prices = prices(Map.of("price-list", "Cloud"));

        assertThat(prices.offers()).extracting(OdooPricesTest::price).containsExactly("fixed 2 USD");
        assertThat(prices.unexpressed())
                .containsExactly("other is in another currency than the price list, which does not name it");
    }

    @Test
    void half_a_list_is_none() {
        for (int i = 0; i < 450; i++) {
            product("c" + i, "1.00", small);
        }
        for (Trouble trouble : List.of(Trouble.ERROR_BEFORE, Trouble.HALF_ANSWER, Trouble.FORBIDDEN)) {
            for (int well = 0; well < 4; well++) {
                simulator.server().after(well, trouble);
                assertThatThrownBy(() -> prices(Map.of())).isInstanceOf(Undelivered.class);
                simulator.server().behave();
            }
        }
    }

    @Test
    void a_price_is_told_for_an_item_in_a_region() throws Exception {
        product("NZ-1.c1", "0.15", small);
        try (Odoo odoo = new Odoo(OdooInstallation.settings(
                simulator, folder, Map.of("product", "{REGION}.{item}", "regions", Map.of("nz_1", "nz-1"))))) {
            assertThat(odoo.cost("nz_1", "c1"))
                    .map(BigDecimal::stripTrailingZeros)
                    .contains(new BigDecimal("0.15"));
            assertThat(odoo.cost("nz_2", "c1")).isEqualTo(Optional.empty());
        }
    }
}
