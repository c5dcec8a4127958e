package org.reckoner.deliver.odoo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.Tax;
import org.reckoner.core.money.Money;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Undelivered;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A document as Odoo is to keep it.
///
/// Odoo computes a line's amount from quantity and price, in binary floating point, with both rounded to
/// the places that it is set up for. So a line says quantity and price only where these come to its amount
/// exactly; any other is one piece at the line's amount, and its text tells quantity and price.
final class Draft {

    /// A float of 64 bits keeps so many digits of every decimal.
    private static final int MOST_DIGITS = 15;

    private static final int SHOWN_PLACES = 6;

    private final Rules rules;
    private final Directory directory;
    private final Outgoing document;
    private final Invoice invoice;
    private final boolean refund;

    Draft(Rules rules, Directory directory, Outgoing document) {
        this.rules = rules;
        this.directory = directory;
        this.document = document;
        this.invoice = document.invoice();
        this.refund = isRefund(rules, invoice);
    }

    /// Odoo posts no invoice with a negative total: that is a credit note with the signs turned.
    static boolean isRefund(Rules rules, Invoice invoice) {
        return rules.paper() == Rules.Paper.INVOICE
                && (invoice.total().isNegative()
                        || invoice.total().isZero() && invoice.kind() == Invoice.Kind.CREDIT_NOTE);
    }

    /// What marks all documents of a period.
    static String origin(BillingPeriod period) {
        return "Reckoner " + period.label();
    }

    /// Looks up, or makes, what the document refers to. Nothing of the document itself is written.
    ///
    /// @throws Undelivered.Refused if something that it needs is not there, or Odoo cannot hold an amount
    ObjectNode values() throws Undelivered {
        ArrayNode lines = lines();
        ObjectNode values = Rpc.JSON.createObjectNode();
        rules.values().forEach((name, value) -> put(values, name, value));
        values.put("partner_id", directory.partner(invoice.account()));
        values.put(rules.paper().reference(), document.reference());
        values.put(rules.paper().origin(), origin(invoice.period()));
        switch (rules.paper()) {
            case INVOICE -> {
                values.put("move_type", refund ? "out_refund" : "out_invoice");
                values.put("invoice_date", date().toString());
                values.put("invoice_payment_term_id", false);
                values.put("invoice_date_due", due().toString());
                values.put("currency_id", directory.currency(invoice.currency()));
                values.put("narration", note("narration"));
                Optional<String> original = document.takesBack().filter(Directory::isNumber);
                if (refund && original.isPresent()) {
                    values.put("reversed_entry_id", Long.parseLong(original.get()));
                }
            }
            case QUOTATION -> {
                values.put("date_order", date() + " 00:00:00");
                values.put("note", note("note"));
                if (rules.pricelist().isPresent()) {
                    values.put(
                            "pricelist_id",
                            directory.pricelist(rules.pricelist().get()));
                }
            }
        }
        values.set(rules.paper().lines(), lines);
        return values;
    }

    private static void put(ObjectNode values, String name, String value) {
        if (Directory.isNumber(value)) {
            values.put(name, Long.parseLong(value));
        } else if ("true".equals(value) || "false".equals(value)) {
            values.put(name, Boolean.parseBoolean(value));
        } else {
            values.put(name, value);
        }
    }

    private LocalDate date() {
        return rules.onLastDay()
                ? invoice.period()
                        .window()
                        .to()
                        .atOffset(ZoneOffset.UTC)
                        .toLocalDate()
                        .minusDays(1)
                : invoice.issuedAt().atOffset(ZoneOffset.UTC).toLocalDate();
    }

    /// Not before the document itself, which Odoo would not take.
    private LocalDate due() {
        return invoice.dueOn().isBefore(date()) ? date() : invoice.dueOn();
    }

    private String note(String field) throws Undelivered {
        String project = "Project: %s (%s)"
                .formatted(invoice.account().name(), invoice.account().project());
        String note = invoice.reason().isEmpty() ? project : project + "\n" + invoice.reason();
        return directory.isPlain(rules.paper().model(), field) ? note : html(note);
    }

    private static String html(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("\\R", "<br/>");
    }

    private ArrayNode lines() throws Undelivered {
        boolean byTaxes = !rules.taxes().isEmpty() && !invoice.taxes().isEmpty();
        Optional<Taxation> taxation = byTaxes ? Optional.of(taxation()) : Optional.empty();
        SortedMap<String, Long> products = products(byTaxes);
        ArrayNode lines = Rpc.JSON.createArrayNode();
        for (Outgoing.Section section : document.sections()) {
            List<InvoiceLine> shown = section.lines().stream()
                    .filter(line -> !rules.dropZeros() || !line.amount().isZero())
                    .toList();
            if (!shown.isEmpty() && !section.name().isEmpty()) {
                heading(lines, section.name());
            }
            for (InvoiceLine line : shown) {
                List<Long> taxes = new ArrayList<>();
                for (Tax tax : taxation.map(each -> each.of(line)).orElse(List.of())) {
                    taxes.add(directory.tax(rules.tax(tax.rate()).orElseThrow()));
                }
                add(lines, priced(line), Optional.ofNullable(products.get(rules.product(line))), taxes);
            }
        }
        if (!byTaxes && !invoice.taxes().isEmpty()) {
            if (document.sections().stream().anyMatch(section -> !section.name().isEmpty())) {
                heading(lines, "Taxes");
            }
            for (Tax tax : invoice.taxes()) {
                String text = "%s %% on %s".formatted(Rules.name(tax.rate()), tax.base());
                add(
                        lines,
                        new Priced(text, BigDecimal.ONE, signed(tax.amount())),
                        rules.taxProduct().map(products::get),
                        List.of());
            }
        }
        return lines;
    }

    private Taxation taxation() throws Undelivered {
        for (Tax tax : invoice.taxes()) {
            if (rules.tax(tax.rate()).isEmpty()) {
                throw new Undelivered.Refused(
                        "'taxes' names no tax of Odoo's for '%s'; add it to the settings and retry"
                                .formatted(Rules.name(tax.rate())));
            }
        }
        return Taxation.of(invoice)
                .orElseThrow(() -> new Undelivered.Refused(
                        "%s does not tell which lines bear which tax; deliver it with taxes as lines (without 'taxes')"
                                .formatted(document.reference())));
    }

    private SortedMap<String, Long> products(boolean byTaxes) throws Undelivered {
        TreeSet<String> names = new TreeSet<>();
        invoice.lines().stream()
                .filter(line -> !rules.dropZeros() || !line.amount().isZero())
                .map(rules::product)
                .forEach(names::add);
        TreeSet<String> all = new TreeSet<>(names);
        if (!byTaxes && !invoice.taxes().isEmpty()) {
            rules.taxProduct().ifPresent(all::add);
            rules.taxProduct().ifPresent(names::add);
        }
        SortedMap<String, Long> products = directory.products(all);
        names.removeAll(products.keySet());
        if (rules.needProducts() && !names.isEmpty()) {
            throw new Undelivered.Refused(
                    "Odoo has no product %s; make it, with that name or internal reference, and retry"
                            .formatted(String.join(
                                    ", ", names.stream().map("'%s'"::formatted).toList())));
        }
        return products;
    }

    private static void heading(ArrayNode lines, String text) {
        ObjectNode line = command(lines);
        line.put("display_type", "line_section");
        line.put("name", text);
    }

    private void add(ArrayNode lines, Priced priced, Optional<Long> product, List<Long> taxes) throws Undelivered {
        ObjectNode line = command(lines);
        product.ifPresent(id -> line.put("product_id", id));
        line.put("name", priced.text());
        line.put(rules.paper().quantity(), priced.quantity());
        line.put("price_unit", priced.price());
        line.put("discount", 0);
        line.putArray(taxField()).addArray().add(6).add(0).add(Rpc.JSON.<ArrayNode>valueToTree(taxes));
    }

    private String taxField() throws Undelivered {
        return rules.paper() == Rules.Paper.INVOICE ? "tax_ids" : directory.orderTaxes();
    }

    /// One more line, that makes up for a difference.
    ///
    /// @param amount in Odoo's sign
    ObjectNode rounding(String text, BigDecimal amount) throws Undelivered {
        Optional<Long> product = Optional.empty();
        if (rules.roundingProduct().isPresent()) {
            String name = rules.roundingProduct().get();
            product = Optional.ofNullable(directory.products(List.of(name)).get(name));
        }
        ObjectNode values = Rpc.JSON.createObjectNode();
        ArrayNode lines = Rpc.JSON.createArrayNode();
        add(lines, new Priced(text, BigDecimal.ONE, amount), product, List.of());
        values.set(rules.paper().lines(), lines);
        return values;
    }

    private static ObjectNode command(ArrayNode lines) {
        ArrayNode command = lines.addArray().add(0).add(0);
        return command.addObject();
    }

    /// @param quantity times price is the line's amount, without rounding
    private record Priced(String text, BigDecimal quantity, BigDecimal price) {}

    private Priced priced(InvoiceLine line) throws Undelivered {
        BigDecimal amount = signed(line.amount());
        BigDecimal quantity = line.quantity().round(rules.quantityPlaces(), RoundingMode.HALF_EVEN);
        if (quantity.signum() > 0 && line.quantity().compareTo(org.reckoner.core.money.Ratio.of(quantity)) == 0) {
            Optional<BigDecimal> price = price(amount, quantity);
            if (price.isPresent()) {
                String unit = line.per().isEmpty() ? "" : ", per " + line.per();
                return new Priced(
                        text(line, unit),
                        quantity.stripTrailingZeros(),
                        price.get().stripTrailingZeros());
            }
        }
        BigDecimal shown =
                line.quantity().round(SHOWN_PLACES, RoundingMode.HALF_EVEN).stripTrailingZeros();
        String counted = Stream.of(
                        shown.toPlainString(), line.per(), line.rate().isEmpty() ? "" : "at " + line.rate())
                .filter(part -> !part.isEmpty())
                .reduce((first, second) -> first + " " + second)
                .orElse("");
        return new Priced(text(line, ": " + counted), BigDecimal.ONE, amount);
    }

    /// The price at which so much comes to the amount exactly, if Odoo can keep it.
    private Optional<BigDecimal> price(BigDecimal amount, BigDecimal quantity) {
        BigDecimal price = amount.divide(quantity, rules.pricePlaces(), RoundingMode.HALF_EVEN);
        boolean exact = price.multiply(quantity).compareTo(amount) == 0;
        return exact ? Optional.of(price) : Optional.empty();
    }

    private static String text(InvoiceLine line, String counted) {
        StringBuilder text = new StringBuilder(line.item());
        if (!line.key().group().isEmpty()) {
            text.append(" (")
                    .append(String.join(", ", line.key().group().values()))
                    .append(')');
        }
        line.correction()
                .ifPresent(why -> text.append(
                        ", correction of %s".formatted(line.key().period().label())));
        return text.append(counted).toString();
    }

    /// @throws Undelivered.Refused if Odoo would round it
    private BigDecimal signed(Money money) throws Undelivered {
        BigDecimal amount = money.amount().stripTrailingZeros();
        int usual = Math.max(0, money.currency().getDefaultFractionDigits());
        int places = Math.min(rules.pricePlaces(), usual);
        if (amount.scale() > places || amount.precision() > MOST_DIGITS) {
            throw new Undelivered.Refused(String.format(
                    Locale.ROOT,
                    "Odoo cannot hold the amount %s exactly: it keeps %d decimal places and %d digits%s",
                    money,
                    places,
                    MOST_DIGITS,
                    amount.scale() > places && amount.scale() <= usual ? "; see 'price-places'" : ""));
        }
        return refund ? amount.negate() : amount;
    }
}
