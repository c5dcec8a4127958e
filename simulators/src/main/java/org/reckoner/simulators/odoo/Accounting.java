package org.reckoner.simulators.odoo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What Odoo computes of invoices and orders, and what it refuses.
final class Accounting {

    private static final Set<String> TYPES = Set.of("entry", "out_invoice", "out_refund", "in_invoice", "in_refund");

    private final Records records;
    private final OdooSimulator.Setup setup;
    private final Map<String, Integer> numbers = new TreeMap<>();

    Accounting(Records records, OdooSimulator.Setup setup) {
        this.records = records;
        this.setup = setup;
    }

    /// Whatever was created or written, this is called before the transaction ends.
    void complete(String model, int id) {
        switch (model) {
            case "account.move" -> completeMove(id);
            case "sale.order" -> completeOrder(id);
            case "product.pricelist.item" -> {
                usual(model, id, "applied_on", "3_global");
                usual(model, id, "compute_price", "fixed");
                usual(model, id, "base", "list_price");
            }
            default -> {}
        }
    }

    private void completeMove(int id) {
        String type = text("account.move", id, "move_type", "entry");
        if (!TYPES.contains(type)) {
            throw new Fault(Fault.Kind.VALUE, "Wrong value for account.move.move_type: '%s'".formatted(type));
        }
        records.set("account.move", id, "move_type", type);
        usual("account.move", id, "state", "draft");
        usual("account.move", id, "payment_state", "not_paid");
        usual("account.move", id, "company_id", OdooSimulator.COMPANY);
        usual("account.move", id, "currency_id", OdooSimulator.EURO);
        sum("account.move", id, new Lines("account.move.line", "invoice_line_ids", "quantity", "tax_ids"));
    }

    private void completeOrder(int id) {
        usual("sale.order", id, "state", "draft");
        usual("sale.order", id, "company_id", OdooSimulator.COMPANY);
        Object list = records.get("sale.order", id, "pricelist_id");
        usual(
                "sale.order",
                id,
                "currency_id",
                list instanceof Integer pricelist
                        ? records.get("product.pricelist", pricelist, "currency_id")
                        : OdooSimulator.EURO);
        if (Boolean.FALSE.equals(records.get("sale.order", id, "name"))) {
            records.set("sale.order", id, "name", "S%05d".formatted(next("sale.order")));
        }
        if (Boolean.FALSE.equals(records.get("sale.order", id, "partner_id"))) {
            throw new Fault(Fault.Kind.VALIDATION, "The operation cannot be completed: Customer is mandatory");
        }
        String taxes = Models.orderTaxes(setup.version());
        sum("sale.order", id, new Lines("sale.order.line", "order_line", "product_uom_qty", taxes));
    }

    /// Where a document keeps its lines, and what their fields are called.
    private record Lines(String model, String field, String quantity, String taxes) {}

    private void sum(String model, int id, Lines where) {
        int places = (Integer) records.path(model, id, "currency_id.decimal_places");
        BigDecimal net = BigDecimal.ZERO.setScale(places);
        BigDecimal tax = BigDecimal.ZERO.setScale(places);
        TreeMap<Integer, BigDecimal> bases = new TreeMap<>();
        for (int line : records.ids(model, id, where.field())) {
            if ("product".equals(records.get(where.model(), line, "display_type"))) {
                records.set(where.model(), line, "display_type", false);
            }
            if (!Boolean.FALSE.equals(records.get(where.model(), line, "display_type"))) {
                continue;
            }
            completeLine(where, line);
            boolean ordered = "sale.order".equals(model);
            if (ordered && Boolean.FALSE.equals(records.get(where.model(), line, "product_id"))) {
                throw new Fault(Fault.Kind.VALIDATION, "Missing required fields on accountable sale order line.");
            }
            BigDecimal discount = BigDecimal.ONE.subtract(
                    records.decimal(where.model(), line, "discount").movePointLeft(2));
            BigDecimal subtotal = records.decimal(where.model(), line, where.quantity())
                    .multiply(records.decimal(where.model(), line, "price_unit"))
                    .multiply(discount)
                    .setScale(places, RoundingMode.HALF_UP);
            records.set(where.model(), line, "price_subtotal", subtotal);
            net = net.add(subtotal);
            for (int each : records.ids(where.model(), line, where.taxes())) {
                bases.merge(each, subtotal, BigDecimal::add);
                tax = tax.add(setup.roundsGlobally() ? BigDecimal.ZERO : tax(each, subtotal, places));
            }
        }
        if (setup.roundsGlobally()) {
            for (Map.Entry<Integer, BigDecimal> base : bases.entrySet()) {
                tax = tax.add(tax(base.getKey(), base.getValue(), places));
            }
        }
        records.set(model, id, "amount_untaxed", net);
        records.set(model, id, "amount_tax", tax);
        records.set(model, id, "amount_total", net.add(tax));
    }

    private BigDecimal tax(int id, BigDecimal base, int places) {
        return base.multiply(records.decimal("account.tax", id, "amount").movePointLeft(2))
                .setScale(places, RoundingMode.HALF_UP);
    }

    /// What was not said is taken from the product, and taxes from the company.
    private void completeLine(Lines where, int line) {
        if (!records.wasWritten(where.model(), line, where.quantity())) {
            records.set(where.model(), line, where.quantity(), BigDecimal.ONE);
        }
        Object product = records.get(where.model(), line, "product_id");
        if (!records.wasWritten(where.model(), line, "price_unit") && product instanceof Integer id) {
            records.set(where.model(), line, "price_unit", records.get("product.product", id, "lst_price"));
        }
        if (!records.wasWritten(where.model(), line, where.taxes())) {
            List<Integer> usual =
                    product instanceof Integer id ? records.ids("product.product", id, "taxes_id") : setup.usualTaxes();
            records.set(where.model(), line, where.taxes(), usual);
        }
    }

    void post(int id) {
        if (!"draft".equals(records.get("account.move", id, "state"))) {
            throw new Fault(
                    Fault.Kind.USER,
                    "The entry %s (id %d) must be in draft.".formatted(records.get("account.move", id, "name"), id));
        }
        if (Boolean.FALSE.equals(records.get("account.move", id, "partner_id"))) {
            throw new Fault(Fault.Kind.USER, "The 'Customer' field is required to validate the invoice.");
        }
        if (records.ids("account.move", id, "invoice_line_ids").isEmpty()) {
            throw new Fault(Fault.Kind.USER, "Even magicians can't post nothing!");
        }
        if (Boolean.FALSE.equals(records.path("account.move", id, "currency_id.active"))) {
            throw new Fault(Fault.Kind.USER, "You cannot validate a document with an inactive currency");
        }
        BigDecimal total = records.decimal("account.move", id, "amount_total");
        if (total.signum() < 0) {
            throw new Fault(
                    Fault.Kind.USER,
                    "You cannot validate an invoice with a negative total amount. You should create a credit note.");
        }
        usual("account.move", id, "invoice_date", setup.today().toString());
        String date = String.valueOf(records.get("account.move", id, "invoice_date"));
        String series = ("out_refund".equals(records.get("account.move", id, "move_type")) ? "RINV/" : "INV/")
                + LocalDate.parse(date).getYear();
        records.set("account.move", id, "name", String.format(Locale.ROOT, "%s/%05d", series, next(series)));
        records.set("account.move", id, "state", "posted");
        records.set("account.move", id, "posted_before", true);
        if (total.signum() == 0) {
            records.set("account.move", id, "payment_state", "paid");
        } else if (records.get("account.move", id, "reversed_entry_id") instanceof Integer original
                && "posted".equals(records.get("account.move", original, "state"))) {
            reconcile(original, id);
        }
    }

    /// What a credit note takes back is settled with it at once.
    private void reconcile(int original, int note) {
        int compared = records.decimal("account.move", original, "amount_total")
                .compareTo(records.decimal("account.move", note, "amount_total"));
        records.set("account.move", original, "payment_state", compared <= 0 ? "reversed" : "partial");
        records.set("account.move", note, "payment_state", compared >= 0 ? "paid" : "partial");
    }

    void confirm(int id) {
        if (!Set.of("draft", "sent").contains(text("sale.order", id, "state", ""))) {
            throw new Fault(Fault.Kind.USER, "Some orders are not in a state requiring confirmation.");
        }
        records.set("sale.order", id, "state", "sale");
    }

    void mayBeDeleted(String model, int id) {
        if ("account.move".equals(model) && !"draft".equals(records.get(model, id, "state"))) {
            throw new Fault(Fault.Kind.USER, "You cannot delete a posted journal item.");
        }
        if ("sale.order".equals(model) && !Set.of("draft", "cancel").contains(text(model, id, "state", ""))) {
            throw new Fault(Fault.Kind.USER, "You can not delete a sent quotation or a confirmed sales order.");
        }
    }

    void mayBeWritten(String model, int id, Map<String, ?> values) {
        boolean money = values.keySet().stream().anyMatch(Set.of("invoice_line_ids", "currency_id")::contains);
        if ("account.move".equals(model) && money && !"draft".equals(records.get(model, id, "state"))) {
            throw new Fault(
                    Fault.Kind.USER,
                    "You cannot modify the following readonly fields on a posted move: invoice_line_ids");
        }
    }

    /// Numbers are given once, also if the transaction is undone.
    private int next(String series) {
        return numbers.merge(series, 1, Integer::sum);
    }

    private void usual(String model, int id, String field, Object value) {
        if (Boolean.FALSE.equals(records.get(model, id, field))) {
            records.set(model, id, field, value);
        }
    }

    private String text(String model, int id, String field, String nothing) {
        return records.get(model, id, field) instanceof String text ? text : nothing;
    }
}
