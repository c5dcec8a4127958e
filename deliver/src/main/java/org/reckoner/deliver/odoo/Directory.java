package org.reckoner.deliver.odoo;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.invoice.Account;
import org.reckoner.deliver.Remembered;
import org.reckoner.deliver.Undelivered;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What documents refer to in Odoo: partners, products, currencies, taxes, price lists. What was found is
/// remembered for a while, at most until something is refused.
final class Directory {

    private static final int MOST_STREETS = 2;

    /// What is noted on a partner, which a person may leave there.
    private static final String MADE_HERE = "Made by Reckoner";

    private final Rpc.Session odoo;
    private final Rules rules;
    private final Remembered<Long> partners = new Remembered<>();
    private final Remembered<Long> made = new Remembered<>();
    private final Remembered<Long> products = new Remembered<>();
    private final Remembered<Long> named = new Remembered<>();
    private volatile Optional<String> orderTaxes = Optional.empty();
    private volatile Optional<Boolean> plainNotes = Optional.empty();

    Directory(Rpc.Session odoo, Rules rules) {
        this.odoo = odoo;
        this.rules = rules;
    }

    /// What was made is not forgotten: it may not be found yet.
    void forget() {
        partners.forgetAll();
        products.forgetAll();
        named.forgetAll();
    }

    /// The partner that pays for an account. One that is missing is made, if that is wished.
    ///
    /// @throws Undelivered.Refused if there is none, or more than one
    long partner(Account account) throws Undelivered {
        String key = rules.byCustomer() ? account.customer().orElse("") : account.project();
        if (key.isEmpty()) {
            throw new Undelivered.Refused(
                    "the account %s belongs to no customer, and 'partner-is' is customer; give it one and retry"
                            .formatted(account.project()));
        }
        Optional<Long> known = partners.get(key);
        return known.isPresent() ? known.get() : findPartner(key, account);
    }

    /// One at a time: two documents of a new account would make two partners.
    private synchronized long findPartner(String key, Account account) throws Undelivered {
        List<JsonNode> found = withKey(key, Rpc.all());
        if (found.isEmpty()) {
            mustNotBeArchived(key, account);
        }
        if (found.isEmpty() && rules.createPartners()) {
            if (made.get(key).isEmpty()) {
                made.put(key, odoo.create("res.partner", newPartner(key, account)));
                found = withKey(key, Rpc.all());
            }
            if (found.isEmpty()) {
                throw new Undelivered.Unavailable(
                        "Odoo made the partner %s, whose '%s' is '%s', and does not find it yet; it is looked for again"
                                .formatted(made.get(key).map(String::valueOf).orElse(""), rules.partnerField(), key));
            }
        }
        if (found.size() > 1 && areDoubles(found)) {
            for (JsonNode surplus : found.subList(1, found.size())) {
                odoo.delete("res.partner", Rpc.id(surplus));
            }
            found = found.subList(0, 1);
        }
        if (found.size() != 1) {
            throw new Undelivered.Refused("Odoo has %s partner whose '%s' is '%s', for the account %s; %s and retry"
                    .formatted(
                            found.isEmpty() ? "no" : "more than one",
                            rules.partnerField(),
                            key,
                            account.project(),
                            found.isEmpty() ? "enter it at the right one" : "merge them"));
        }
        long id = Rpc.id(found.getFirst());
        partners.put(key, id);
        return id;
    }

    /// Whether all of them were made here by one request, which was repeated on its way. Odoo deletes none
    /// that has documents.
    private static boolean areDoubles(List<JsonNode> partners) {
        String name = partners.getFirst().path("name").asString("");
        return partners.stream()
                .allMatch(each -> name.equals(each.path("name").asString(""))
                        && each.path("comment").asString("").contains(MADE_HERE));
    }

    private void mustNotBeArchived(String key, Account account) throws Undelivered {
        List<JsonNode> archived = withKey(key, Rpc.all(Rpc.condition("active", "=", false)));
        if (!archived.isEmpty()) {
            throw new Undelivered.Refused(
                    "the only partner of Odoo's whose '%s' is '%s' is archived (%d), for the account %s; unarchive it, or empty that field of it, and retry"
                            .formatted(rules.partnerField(), key, Rpc.id(archived.getFirst()), account.project()));
        }
    }

    /// The partners of a key for which the conditions hold, too; without any, those that are not archived.
    ///
    /// @throws Undelivered.Unavailable if others are told, too: such an answer may lack what was asked for
    private List<JsonNode> withKey(String key, ArrayNode conditions) throws Undelivered {
        String field = rules.partnerField();
        List<JsonNode> told = odoo.search(
                "res.partner",
                Rpc.all(Rpc.condition(field, "=", key)).addAll(conditions),
                List.of("name", "comment", field),
                0);
        for (JsonNode partner : told) {
            if (!partner.path(field).asString("").equals(key)) {
                throw new Undelivered.Unavailable("Odoo told the partner %d, whose '%s' is not '%s' as was asked for"
                        .formatted(Rpc.id(partner), field, key));
            }
        }
        return told;
    }

    private ObjectNode newPartner(String key, Account account) {
        ObjectNode partner = Rpc.JSON.createObjectNode();
        partner.put("name", account.name().isBlank() ? key : account.name());
        partner.put(rules.partnerField(), key);
        partner.put("is_company", true);
        partner.put("comment", MADE_HERE);
        List<String> address = account.address();
        if (!address.isEmpty()) {
            partner.put("street", address.getFirst());
        }
        if (address.size() > 1) {
            partner.put("street2", String.join(", ", address.subList(1, Math.min(MOST_STREETS, address.size()))));
        }
        if (address.size() > MOST_STREETS) {
            partner.put("city", String.join(", ", address.subList(MOST_STREETS, address.size())));
        }
        return partner;
    }

    /// The products of these names or internal references; an internal reference goes before a name.
    ///
    /// @return by name; those that Odoo does not have are left out
    /// @throws Undelivered.Refused if a name is that of two products
    SortedMap<String, Long> products(Collection<String> names) throws Undelivered {
        TreeSet<String> unknown = new TreeSet<>(names);
        TreeMap<String, Long> found = new TreeMap<>();
        for (String name : names) {
            products.get(name).ifPresent(id -> found.put(name, id));
        }
        unknown.removeAll(found.keySet());
        if (!unknown.isEmpty()) {
            found.putAll(findProducts(unknown));
        }
        return found;
    }

    private SortedMap<String, Long> findProducts(TreeSet<String> names) throws Undelivered {
        ArrayNode domain = Rpc.JSON.createArrayNode().add("|");
        domain.add(Rpc.condition("default_code", "in", names));
        domain.add(Rpc.condition("name", "in", names));
        List<JsonNode> rows = odoo.search("product.product", domain, List.of("default_code", "name"), 0);
        TreeMap<String, Long> all = new TreeMap<>();
        for (String name : names) {
            List<Long> found = having(rows, "default_code", name);
            if (found.isEmpty()) {
                found = having(rows, "name", name);
            }
            if (found.size() > 1) {
                throw new Undelivered.Refused(
                        "Odoo has more than one product '%s'; give the right one that internal reference and retry"
                                .formatted(name));
            }
            found.forEach(id -> all.put(name, id));
        }
        all.forEach(products::put);
        return all;
    }

    private static List<Long> having(List<JsonNode> rows, String field, String value) throws Undelivered {
        return ids(rows.stream()
                .filter(row -> value.equals(row.path(field).asString("")))
                .toList());
    }

    long currency(Currency currency) throws Undelivered {
        return one(
                "res.currency",
                Rpc.all(Rpc.condition("name", "=", currency.getCurrencyCode())),
                "active currency " + currency.getCurrencyCode());
    }

    /// @param name or id
    long tax(String name) throws Undelivered {
        return isNumber(name)
                ? Long.parseLong(name)
                : one(
                        "account.tax",
                        Rpc.all(Rpc.condition("name", "=", name), Rpc.condition("type_tax_use", "=", "sale")),
                        "tax on sales '%s'".formatted(name));
    }

    /// @param name or id
    long pricelist(String name) throws Undelivered {
        return isNumber(name)
                ? Long.parseLong(name)
                : one(
                        "product.pricelist",
                        Rpc.all(Rpc.condition("name", "=", name)),
                        "price list '%s'".formatted(name));
    }

    static boolean isNumber(String text) {
        return text.matches("[0-9]{1,18}");
    }

    /// What the taxes of a quotation's line are called: versions differ.
    String orderTaxes() throws Undelivered {
        Optional<String> known = orderTaxes;
        if (known.isPresent()) {
            return known.get();
        }
        ObjectNode values = Rpc.JSON.createObjectNode();
        values.putArray("allfields").add("tax_ids").add("tax_id");
        JsonNode fields = odoo.call("sale.order.line", "fields_get", List.of(), values);
        String name = fields.has("tax_ids") ? "tax_ids" : "tax_id";
        orderTaxes = Optional.of(name);
        return name;
    }

    /// Whether a document's note is plain text, as before Odoo 15, and not HTML. Where Odoo does not tell
    /// it is HTML.
    boolean isPlain(String model, String field) throws Undelivered {
        Optional<Boolean> known = plainNotes;
        if (known.isPresent()) {
            return known.get();
        }
        ObjectNode values = Rpc.JSON.createObjectNode();
        values.putArray("allfields").add(field);
        values.putArray("attributes").add("type");
        boolean plain = "text".equals(type(model, field, values));
        plainNotes = Optional.of(plain);
        return plain;
    }

    private String type(String model, String field, ObjectNode asked) throws Undelivered {
        try {
            return odoo.call(model, "fields_get", List.of(), asked)
                    .path(field)
                    .path("type")
                    .asString("");
        } catch (Undelivered.Refused e) { // a user who may not ask
            return "";
        }
    }

    private long one(String model, ArrayNode domain, String what) throws Undelivered {
        String key = model + " " + what;
        Optional<Long> known = named.get(key);
        if (known.isPresent()) {
            return known.get();
        }
        List<Long> found = ids(odoo.search(model, domain, List.of("id"), 2));
        if (found.size() != 1) {
            throw new Undelivered.Refused("Odoo has %s %s; mend it there or in the settings, and retry"
                    .formatted(found.isEmpty() ? "no" : "more than one", what));
        }
        named.put(key, found.getFirst());
        return found.getFirst();
    }

    private static List<Long> ids(List<JsonNode> rows) throws Undelivered {
        List<Long> ids = new ArrayList<>();
        for (JsonNode row : rows) {
            ids.add(Rpc.id(row));
        }
        return ids;
    }
}
