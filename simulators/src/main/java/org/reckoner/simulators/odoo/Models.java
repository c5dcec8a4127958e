package org.reckoner.simulators.odoo;

import static org.reckoner.simulators.odoo.Field.flag;
import static org.reckoner.simulators.odoo.Field.integer;
import static org.reckoner.simulators.odoo.Field.lines;
import static org.reckoner.simulators.odoo.Field.many;
import static org.reckoner.simulators.odoo.Field.money;
import static org.reckoner.simulators.odoo.Field.note;
import static org.reckoner.simulators.odoo.Field.number;
import static org.reckoner.simulators.odoo.Field.one;
import static org.reckoner.simulators.odoo.Field.text;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The models that a cloud's billing meets, with the fields of theirs that matter to it.
final class Models {

    static final String QUANTITY = "Product Unit of Measure";
    static final String PRICE = "Product Price";

    private Models() {}

    /// @param version of Odoo: 19 calls the taxes of an order's line otherwise
    static Map<String, SortedMap<String, Field>> of(int version) {
        TreeMap<String, SortedMap<String, Field>> models = new TreeMap<>();
        models.put("res.currency", fields(text("name"), number("rounding", ""), integer("decimal_places"), active()));
        models.put("res.company", fields(text("name"), one("currency_id", "res.currency")));
        models.put(
                "res.partner",
                fields(
                        text("name"),
                        text("ref"),
                        text("email"),
                        text("vat"),
                        text("street"),
                        text("street2"),
                        text("city"),
                        text("zip"),
                        text("comment"),
                        text("x_openstack_project"),
                        flag("is_company"),
                        active(),
                        one("parent_id", "res.partner"),
                        one("company_id", "res.company"),
                        one("property_product_pricelist", "product.pricelist")));
        models.put("product.category", fields(text("name"), one("parent_id", "product.category")));
        models.put(
                "product.product",
                fields(
                        text("name"),
                        text("default_code"),
                        text("description_sale"),
                        number("lst_price", PRICE),
                        number("list_price", PRICE),
                        one("categ_id", "product.category"),
                        one("product_tmpl_id", "product.template"),
                        one("uom_id", "uom.uom"),
                        one("currency_id", "res.currency"),
                        one("company_id", "res.company"),
                        many("taxes_id", "account.tax"),
                        flag("sale_ok"),
                        active()));
        models.put("product.template", fields(text("name")));
        models.put("uom.uom", fields(text("name")));
        models.put("product.pricelist", fields(text("name"), one("currency_id", "res.currency"), active()));
        models.put(
                "product.pricelist.item",
                fields(
                        one("pricelist_id", "product.pricelist"),
                        one("product_id", "product.product"),
                        one("product_tmpl_id", "product.template"),
                        one("categ_id", "product.category"),
                        text("applied_on"),
                        text("compute_price"),
                        text("base"),
                        text("date_start"),
                        text("date_end"),
                        number("min_quantity", QUANTITY),
                        number("fixed_price", PRICE),
                        number("percent_price", "")));
        models.put(
                "account.tax",
                fields(
                        text("name"),
                        number("amount", ""),
                        text("amount_type"),
                        text("type_tax_use"),
                        one("company_id", "res.company"),
                        active()));
        models.put("account.move", moves(version));
        models.put("account.move.line", moveLines());
        models.put("sale.order", orders(version));
        models.put("sale.order.line", orderLines(version));
        return Collections.unmodifiableMap(models);
    }

    private static SortedMap<String, Field> moves(int version) {
        return fields(
                text("name"),
                text("ref"),
                text("move_type"),
                text("state"),
                text("payment_state"),
                flag("posted_before"),
                text("invoice_date"),
                text("invoice_date_due"),
                text("invoice_origin"),
                note("narration", version),
                money("amount_untaxed"),
                money("amount_tax"),
                money("amount_total"),
                integer("team_id"),
                integer("journal_id"),
                integer("invoice_payment_term_id"),
                one("partner_id", "res.partner"),
                one("currency_id", "res.currency"),
                one("company_id", "res.company"),
                one("reversed_entry_id", "account.move"),
                lines("invoice_line_ids", "account.move.line", "move_id"));
    }

    private static SortedMap<String, Field> moveLines() {
        return fields(
                text("name"),
                text("display_type"),
                integer("sequence"),
                number("quantity", QUANTITY),
                number("price_unit", PRICE),
                number("discount", ""),
                money("price_subtotal"),
                one("move_id", "account.move"),
                one("product_id", "product.product"),
                many("tax_ids", "account.tax"));
    }

    private static SortedMap<String, Field> orders(int version) {
        return fields(
                text("name"),
                text("client_order_ref"),
                text("origin"),
                text("state"),
                text("date_order"),
                note("note", version),
                money("amount_untaxed"),
                money("amount_tax"),
                money("amount_total"),
                integer("team_id"),
                one("partner_id", "res.partner"),
                one("currency_id", "res.currency"),
                one("company_id", "res.company"),
                one("pricelist_id", "product.pricelist"),
                lines("order_line", "sale.order.line", "order_id"));
    }

    private static SortedMap<String, Field> orderLines(int version) {
        return fields(
                text("name"),
                text("display_type"),
                integer("sequence"),
                number("product_uom_qty", QUANTITY),
                number("price_unit", PRICE),
                number("discount", ""),
                money("price_subtotal"),
                one("order_id", "sale.order"),
                one("product_id", "product.product"),
                many(orderTaxes(version), "account.tax"));
    }

    static String orderTaxes(int version) {
        return version < 19 ? "tax_id" : "tax_ids";
    }

    private static Field active() {
        return flag("active");
    }

    private static SortedMap<String, Field> fields(Field... fields) {
        TreeMap<String, Field> byName = new TreeMap<>();
        byName.put("id", integer("id"));
        byName.put("create_date", text("create_date"));
        byName.put("write_date", text("write_date"));
        for (Field field : fields) {
            byName.put(field.name(), field);
        }
        return Collections.unmodifiableSortedMap(byName);
    }
}
