package org.reckoner.deliver.odoo;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;

/// How an operator wants documents to be in Odoo.
///
/// @param paper what they become
/// @param last whether they are posted, or confirmed, and not left as drafts
/// @param partnerField the field of a partner that holds the account
/// @param byCustomer whether that is the billing customer instead of the project
/// @param createPartners whether partners that are missing are made
/// @param product how a line's product is called: with `{region}`, `{REGION}`, `{item}`, `{price}`
/// @param needProducts whether every line must have a product
/// @param products other names of items
/// @param regions what Odoo calls the regions
/// @param taxes Odoo's taxes by ours: `VAT 25` or `VAT`; empty if taxes are lines
/// @param taxProduct the product of lines of taxes
/// @param roundingLine what a line is called that makes up for Odoo's rounding of taxes; none to refuse instead
/// @param roundingProduct its product
/// @param quantityPlaces how many decimal places Odoo keeps of quantities
/// @param pricePlaces and of prices
/// @param dropZeros whether lines of nothing are left out
/// @param onLastDay whether they bear the last day of the period instead of the day of issue
/// @param pricelist the price list of quotations
/// @param values what else is set on every document
record Rules(
        Paper paper,
        boolean last,
        String partnerField,
        boolean byCustomer,
        boolean createPartners,
        String product,
        boolean needProducts,
        SortedMap<String, String> products,
        SortedMap<String, String> regions,
        SortedMap<String, String> taxes,
        Optional<String> taxProduct,
        Optional<String> roundingLine,
        Optional<String> roundingProduct,
        int quantityPlaces,
        int pricePlaces,
        boolean dropZeros,
        boolean onLastDay,
        Optional<String> pricelist,
        SortedMap<String, String> values) {

    static final List<String> KEYS = List.of(
            "as",
            "state",
            "partner-field",
            "partner-is",
            "missing-partner",
            "product",
            "missing-product",
            "products",
            "regions",
            "taxes",
            "tax-product",
            "rounding-line",
            "rounding-product",
            "quantity-places",
            "price-places",
            "zero-lines",
            "invoice-date",
            "pricelist",
            "values");

    /// What documents become in Odoo, and what its fields are called there.
    enum Paper {
        INVOICE("account.move", "ref", "invoice_origin", "invoice_line_ids", "quantity", "action_post"),
        QUOTATION("sale.order", "client_order_ref", "origin", "order_line", "product_uom_qty", "action_confirm");

        private final String model;
        private final String reference;
        private final String origin;
        private final String lines;
        private final String quantity;
        private final String finish;

        Paper(String model, String reference, String origin, String lines, String quantity, String finish) {
            this.model = model;
            this.reference = reference;
            this.origin = origin;
            this.lines = lines;
            this.quantity = quantity;
            this.finish = finish;
        }

        String model() {
            return model;
        }

        /// The field that holds our number.
        String reference() {
            return reference;
        }

        /// The field that holds our period.
        String origin() {
            return origin;
        }

        String lines() {
            return lines;
        }

        /// A line's field.
        String quantity() {
            return quantity;
        }

        /// The method after which a draft is none any more.
        String finish() {
            return finish;
        }
    }

    /// @throws BadAdapter if a setting is wrong
    static Rules of(AdapterSettings settings) {
        Paper paper = choice(settings, "as", Map.of("invoices", Paper.INVOICE, "quotations", Paper.QUOTATION))
                .orElse(Paper.INVOICE);
        boolean needProducts = choice(settings, "missing-product", Map.of("refuse", true, "none", false))
                .orElse(true);
        if (paper == Paper.QUOTATION && !needProducts) {
            throw new BadAdapter("%s: Odoo takes no line of a quotation without a product; leave out 'missing-product'"
                    .formatted(settings.backend()));
        }
        Rules rules = new Rules(
                paper,
                choice(settings, "state", Map.of("draft", false, "posted", true, "confirmed", true))
                        .orElse(false),
                settings.text("partner-field").orElse("ref"),
                choice(settings, "partner-is", Map.of("project", false, "customer", true))
                        .orElse(false),
                choice(settings, "missing-partner", Map.of("create", true, "refuse", false))
                        .orElse(true),
                settings.text("product").orElse("{item}"),
                needProducts,
                settings.pairs("products"),
                settings.pairs("regions"),
                settings.pairs("taxes"),
                settings.text("tax-product"),
                settings.text("rounding-line"),
                settings.text("rounding-product"),
                places(settings, "quantity-places"),
                places(settings, "price-places"),
                choice(settings, "zero-lines", Map.of("keep", false, "drop", true))
                        .orElse(false),
                choice(settings, "invoice-date", Map.of("issue", false, "last-day", true))
                        .orElse(false),
                settings.text("pricelist"),
                settings.pairs("values"));
        if (paper == Paper.QUOTATION && rules.taxes.isEmpty() && rules.taxProduct.isEmpty()) {
            throw new BadAdapter("%s: taxes on quotations need 'taxes' or 'tax-product'".formatted(settings.backend()));
        }
        return rules;
    }

    private static <T> Optional<T> choice(AdapterSettings settings, String key, Map<String, T> choices) {
        TreeMap<String, T> sorted = new TreeMap<>(choices);
        return settings.value(key, "one of " + String.join(", ", sorted.keySet()), text -> {
            T chosen = sorted.get(text);
            if (chosen == null) {
                throw new IllegalArgumentException(text);
            }
            return chosen;
        });
    }

    private static int places(AdapterSettings settings, String key) {
        return settings.value(key, "a number of decimal places, 0 to 10", text -> {
                    int places = Integer.parseInt(text);
                    if (places < 0 || places > 10) {
                        throw new IllegalArgumentException(text);
                    }
                    return places;
                })
                .orElse(2);
    }

    String region(String ours) {
        return regions.getOrDefault(ours, ours);
    }

    /// The name or internal reference of a line's product. Where there is no region, what would part it from the rest
    /// is left out, too.
    String product(InvoiceLine line) {
        return product(line.key().section(), line.item(), line.key().priceId());
    }

    String product(String ours, String item, String price) {
        String region = region(ours);
        return product.replace("{region}", region)
                .replace("{REGION}", region.toUpperCase(Locale.ROOT))
                .replace("{price}", price)
                .replace("{item}", products.getOrDefault(item, item))
                .replaceAll("^[\\s.:/_-]+|[\\s.:/_-]+$", "");
    }

    /// Odoo's tax for one of ours.
    Optional<String> tax(TaxRate rate) {
        return Optional.ofNullable(taxes.get(name(rate))).or(() -> Optional.ofNullable(taxes.get(rate.name())));
    }

    static String name(TaxRate rate) {
        return rate.name() + " " + rate.percent().stripTrailingZeros().toPlainString();
    }
}
