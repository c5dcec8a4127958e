package org.reckoner.ledger.invoice;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.Tax;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.rate.Charge;
import org.reckoner.core.rate.Use;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Sha256;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Invoices and bills as JSON. An issued invoice *is* this text: it is stored, hashed and delivered as these
/// bytes, so the order of keys and the form of numbers are fixed. Amounts are decimal text; exact values are
/// fractions beside them.
public final class Documents {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
            .defaultPrettyPrinter(new tools.jackson.core.util.DefaultPrettyPrinter(
                            tools.jackson.core.util.Separators.createDefaultInstance())
                    .withObjectIndenter(new tools.jackson.core.util.DefaultIndenter("  ", "\n"))
                    .withArrayIndenter(new tools.jackson.core.util.DefaultIndenter("  ", "\n")))
            .build();

    private Documents() {}

    /// The SHA-256 of a document, in hex: what the next document carries as `previous_hash`.
    public static String hash(String document) {
        return Sha256.hex(document.getBytes(StandardCharsets.UTF_8));
    }

    /// The text of an invoice; [#invoice(String)] reads it back.
    public static String write(Invoice invoice) {
        ObjectNode json = JSON.createObjectNode();
        json.put("number", invoice.number());
        json.put("kind", word(invoice.kind()));
        invoice.voids().ifPresent(number -> json.put("voids", number));
        if (!invoice.reason().isEmpty()) {
            json.put("reason", invoice.reason());
        }
        json.put("issued_at", invoice.issuedAt().toString());
        json.put("due_on", invoice.dueOn().toString());
        invoice.seller().forEach(json.putArray("seller")::add);
        account(json.putObject("account"), invoice.account());
        json.put("period", invoice.period().label());
        json.put("currency", invoice.currency().getCurrencyCode());
        priceBook(json, invoice.priceBook(), invoice.priceBookVersion());
        json.put("cutoff", invoice.cutoff());
        lines(json.putArray("lines"), invoice.lines(), Documents::charge);
        ArrayNode taxes = json.putArray("taxes");
        invoice.taxes()
                .forEach(tax -> taxes.addObject()
                        .put("name", tax.rate().name())
                        .put("percent", tax.rate().percent().toPlainString())
                        .put("base", plain(tax.base()))
                        .put("amount", plain(tax.amount())));
        json.put("net", plain(invoice.net()));
        json.put("tax", plain(invoice.tax()));
        json.put("total", plain(invoice.total()));
        json.put("previous_hash", invoice.previousHash());
        return text(json);
    }

    /// A bill as JSON: what an invoice says, with the stretches of use under each charge.
    public static ObjectNode json(Bill bill) {
        ObjectNode json = JSON.createObjectNode();
        account(json.putObject("account"), bill.account());
        json.put("period", bill.period().label());
        json.put("until", bill.until().toString());
        json.put("currency", bill.currency().getCurrencyCode());
        priceBook(json, bill.priceBook(), bill.priceBookVersion());
        json.put("cutoff", bill.cutoff());
        lines(json.putArray("lines"), bill.lines(), Documents::chargeWithUses);
        json.put("net", plain(bill.total()));
        ArrayNode unpriced = json.putArray("unpriced");
        bill.unpriced()
                .forEach(use -> resource(unpriced.addObject(), use.resource())
                        .put("meter", use.meter())
                        .put("from", use.window().from().toString())
                        .put("to", use.window().to().toString()));
        return json;
    }

    /// Indented text, with a line end, the same on every platform.
    public static String text(JsonNode json) {
        return JSON.writeValueAsString(json) + "\n";
    }

    private static void account(ObjectNode json, Account account) {
        json.put("project", account.project());
        json.put("name", account.name());
        account.customer().ifPresent(customer -> json.put("customer", customer));
        account.costCenter().ifPresent(center -> json.put("cost_center", center));
        account.address().forEach(json.putArray("address")::add);
        ArrayNode taxes = json.putArray("taxes");
        account.taxes()
                .forEach(tax -> taxes.addObject()
                        .put("name", tax.name())
                        .put("percent", tax.percent().toPlainString()));
    }

    private static void priceBook(ObjectNode json, String name, int version) {
        json.putObject("price_book").put("name", name).put("version", version);
    }

    private static void lines(ArrayNode json, List<InvoiceLine> lines, BiConsumer<ObjectNode, Charge> asJson) {
        for (InvoiceLine line : lines) {
            ObjectNode object = json.addObject();
            object.put("period", line.key().period().label());
            object.put("section", line.key().section());
            object.put("price", line.key().priceId());
            ObjectNode group = object.putObject("group");
            line.key().group().forEach(group::put);
            object.put("item", line.item());
            line.meter().ifPresent(meter -> object.put("meter", meter));
            object.put("per", line.per());
            object.put("rate", line.rate());
            object.put("quantity", places(line.quantity()));
            object.put("quantity_exact", line.quantity().toString());
            object.put("exact", line.exact().toString());
            object.put("amount", plain(line.amount()));
            line.correction()
                    .ifPresent(correction -> object.putObject("correction")
                            .put("invoiced", plain(correction.invoiced()))
                            .put("now", plain(correction.now())));
            ArrayNode charges = object.putArray("charges");
            line.charges().forEach(charge -> asJson.accept(charges.addObject(), charge));
        }
    }

    private static void charge(ObjectNode json, Charge charge) {
        resource(json, charge.resource());
        json.put("name", charge.name());
        json.put("quantity", places(charge.quantity()));
        json.put("quantity_exact", charge.quantity().toString());
        json.put("exact", charge.amount().toString());
    }

    private static void chargeWithUses(ObjectNode json, Charge charge) {
        charge(json, charge);
        if (!charge.uses().isEmpty()) {
            ArrayNode uses = json.putArray("uses");
            charge.uses().forEach(use -> use(uses.addObject(), use));
        }
    }

    private static void use(ObjectNode json, Use use) {
        json.put("from", use.window().from().toString());
        json.put("to", use.window().to().toString());
        json.put("state", use.state());
        json.put("quantity", use.quantity().toPlainString());
        json.put("factor", use.factor().toPlainString());
        ArrayNode evidence = json.putArray("evidence");
        use.evidence().forEach(id -> evidence.add(id.toString()));
    }

    private static ObjectNode resource(ObjectNode json, ResourceId resource) {
        return json.put("region", resource.region())
                .put("type", resource.type())
                .put("resource", resource.id());
    }

    /// Reads an invoice's text. Writing it again gives the same text; charges come back without their uses,
    /// which are not part of an invoice.
    public static Invoice invoice(String document) {
        JsonNode json = JSON.readTree(document);
        Currency currency = Currency.getInstance(text(json, "currency"));
        List<Tax> taxes = new ArrayList<>();
        for (JsonNode tax : json.path("taxes")) {
            taxes.add(new Tax(
                    new TaxRate(text(tax, "name"), new BigDecimal(text(tax, "percent"))),
                    money(currency, tax, "base"),
                    money(currency, tax, "amount")));
        }
        return new Invoice(
                text(json, "number"),
                Invoice.Kind.valueOf(text(json, "kind").toUpperCase(Locale.ROOT)),
                texts(json.path("seller")),
                account(json.path("account")),
                BillingPeriod.parse(text(json, "period")),
                Instant.parse(text(json, "issued_at")),
                LocalDate.parse(text(json, "due_on")),
                currency,
                text(json.path("price_book"), "name"),
                json.path("price_book").path("version").intValue(),
                json.path("cutoff").longValue(),
                lines(json.path("lines"), currency),
                taxes,
                optional(json, "voids"),
                optional(json, "reason").orElse(""),
                text(json, "previous_hash"));
    }

    private static Account account(JsonNode json) {
        List<TaxRate> taxes = new ArrayList<>();
        for (JsonNode tax : json.path("taxes")) {
            taxes.add(new TaxRate(text(tax, "name"), new BigDecimal(text(tax, "percent"))));
        }
        return new Account(
                text(json, "project"),
                text(json, "name"),
                Optional.empty(),
                taxes,
                texts(json.path("address")),
                optional(json, "customer"),
                optional(json, "cost_center"));
    }

    private static List<InvoiceLine> lines(JsonNode json, Currency currency) {
        List<InvoiceLine> lines = new ArrayList<>();
        for (JsonNode line : json) {
            SortedMap<String, String> group = new TreeMap<>();
            line.path("group").forEachEntry((dimension, value) -> group.put(dimension, value.stringValue()));
            JsonNode correction = line.path("correction");
            List<Charge> charges = new ArrayList<>();
            for (JsonNode charge : line.path("charges")) {
                charges.add(new Charge(
                        new ResourceId(text(charge, "region"), text(charge, "type"), text(charge, "resource")),
                        text(charge, "name"),
                        Ratio.parse(text(charge, "quantity_exact")),
                        Ratio.parse(text(charge, "exact")),
                        List.of()));
            }
            lines.add(new InvoiceLine(
                    new InvoiceLine.Key(
                            BillingPeriod.parse(text(line, "period")),
                            text(line, "section"),
                            text(line, "price"),
                            group),
                    text(line, "item"),
                    optional(line, "meter"),
                    text(line, "per"),
                    text(line, "rate"),
                    Ratio.parse(text(line, "quantity_exact")),
                    Ratio.parse(text(line, "exact")),
                    money(currency, line, "amount"),
                    correction.isMissingNode()
                            ? Optional.empty()
                            : Optional.of(new InvoiceLine.Correction(
                                    money(currency, correction, "invoiced"), money(currency, correction, "now"))),
                    charges));
        }
        return lines;
    }

    private static String word(Invoice.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String plain(Money money) {
        return money.amount().toPlainString();
    }

    /// Six places, half to even: for reading; the exact value is beside it.
    private static String places(Ratio exact) {
        return exact.round(6, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static Money money(Currency currency, JsonNode json, String key) {
        return new Money(currency, new BigDecimal(text(json, key)));
    }

    private static String text(JsonNode json, String key) {
        return json.required(key).stringValue();
    }

    private static Optional<String> optional(JsonNode json, String key) {
        return json.has(key) ? Optional.of(text(json, key)) : Optional.empty();
    }

    private static List<String> texts(JsonNode json) {
        List<String> texts = new ArrayList<>();
        json.forEach(text -> texts.add(text.stringValue()));
        return texts;
    }
}
