package org.reckoner.simulators.whmcs;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reckoner.simulators.whmcs.Books.Billable;
import org.reckoner.simulators.whmcs.Books.Client;
import org.reckoner.simulators.whmcs.Books.Credit;
import org.reckoner.simulators.whmcs.Books.Invoice;
import org.reckoner.simulators.whmcs.Books.Item;
import org.reckoner.simulators.whmcs.Books.Payment;
import org.reckoner.simulators.whmcs.Books.Product;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What each action does to the books and answers. Not thread-safe.
final class Actions {

    private static final Set<String> STATUSES =
            Set.of("Draft", "Unpaid", "Paid", "Cancelled", "Refunded", "Collections", "Payment Pending");
    private static final String[][] NEEDED = {
        {"firstname", "first name"},
        {"lastname", "last name"},
        {"address1", "address line 1"},
        {"city", "city"},
        {"state", "state"},
        {"postcode", "postcode"},
        {"phonenumber", "phone number"}
    };
    private static final Pattern PHP_PAIR = Pattern.compile("(?:i:(\\d+)|s:\\d+:\"(\\w+)\");s:\\d+:\"([^\"]*)\";");

    private final Books books;
    private final LocalDate today;
    private final Function<Integer, String> ssoToken;
    private final Map<String, Function<Parameters, ObjectNode>> all;

    /// A request that is understood and not done.
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }
    }

    /// @param ssoToken makes the address at which a client is logged in
    Actions(Books books, LocalDate today, Function<Integer, String> ssoToken) {
        this.books = books;
        this.today = today;
        this.ssoToken = ssoToken;
        TreeMap<String, Function<Parameters, ObjectNode>> actions = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Ordering ordering = new Ordering(books, today);
        actions.put("AcceptOrder", ordering::acceptOrder);
        actions.put("AddCancelRequest", ordering::addCancelRequest);
        actions.put("AddOrder", ordering::addOrder);
        actions.put("CancelOrder", ordering::cancelOrder);
        actions.put("DeleteOrder", ordering::deleteOrder);
        actions.put("GetClientsProducts", ordering::getClientsProducts);
        actions.put("GetOrders", ordering::getOrders);
        actions.put("UpdateClientProduct", ordering::updateClientProduct);
        actions.put("UpgradeProduct", ordering::upgradeProduct);
        actions.put("AddBillableItem", this::addBillableItem);
        actions.put("AddClient", this::addClient);
        actions.put("AddCredit", this::addCredit);
        actions.put("AddInvoicePayment", this::addInvoicePayment);
        actions.put("ApplyCredit", this::applyCredit);
        actions.put("CreateInvoice", this::createInvoice);
        actions.put("CreateSsoToken", this::createSsoToken);
        actions.put("GenInvoices", this::genInvoices);
        actions.put("GetClients", this::getClients);
        actions.put("GetClientsDetails", this::getClientsDetails);
        actions.put("GetCredits", this::getCredits);
        actions.put("GetCurrencies", this::getCurrencies);
        actions.put("GetInvoice", this::getInvoice);
        actions.put("GetInvoices", this::getInvoices);
        actions.put("GetProducts", this::getProducts);
        actions.put("GetTransactions", this::getTransactions);
        actions.put("UpdateInvoice", this::updateInvoice);
        actions.put("WhmcsDetails", parameters -> {
            ObjectNode answer = success();
            answer.putObject("whmcs").put("version", "8.13.1-release.1");
            return answer;
        });
        all = Map.copyOf(actions);
    }

    /// @throws Refusal if it is not done
    ObjectNode perform(String action, Parameters parameters) {
        return all.entrySet().stream()
                .filter(each -> each.getKey().equalsIgnoreCase(action))
                .findFirst()
                .orElseThrow(() -> new Refusal("Command Not Found"))
                .getValue()
                .apply(parameters);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode success() {
        return object().put("result", "success");
    }

    // --- clients

    private ObjectNode addClient(Parameters given) {
        if (!given.isOn("skipvalidation")) {
            for (String[] field : NEEDED) {
                if (given.text(field[0]).isEmpty()) {
                    throw new Refusal("You did not enter your " + field[1]);
                }
            }
        }
        String email = given.text("email").orElseThrow(() -> new Refusal("You did not enter your email address"));
        if (!email.matches("[^@\\s]+@[^@\\s]+\\.[^@\\s]+")) {
            throw new Refusal("The email address you entered was not valid");
        }
        if (books.byEmail(email).isPresent()) {
            throw new Refusal("A user already exists with that email address");
        }
        if (!given.or("country", "").matches("[A-Z]{2}")) {
            throw new Refusal("Valid country required");
        }
        Client client = new Client(Books.next(books.clients));
        given.values().forEach((name, value) -> {
            if (!Set.of("action", "identifier", "secret", "username", "password", "password2", "responsetype")
                    .contains(name)) {
                client.fields.put(name, value);
            }
        });
        client.currency = given.number("currency", 1);
        client.fields.putAll(customFields(given));
        books.add(client);
        return success().put("clientid", client.id).put("owner_id", client.id);
    }

    private static TreeMap<String, String> customFields(Parameters given) {
        TreeMap<String, String> fields = new TreeMap<>();
        given.text("customfields").ifPresent(text -> {
            Matcher pair = PHP_PAIR.matcher(new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8));
            while (pair.find()) {
                String key = Optional.ofNullable(pair.group(1)).orElse(String.valueOf(pair.group(2)));
                fields.put("customfield " + key, pair.group(3));
            }
        });
        return fields;
    }

    private Client client(Parameters given, String name, String error) {
        return Optional.ofNullable(books.clients.get(given.number(name, 0))).orElseThrow(() -> new Refusal(error));
    }

    private ObjectNode getClientsDetails(Parameters given) {
        if (given.text("clientid").isEmpty() && given.text("email").isEmpty()) {
            throw new Refusal("Either clientid Or email Is Required");
        }
        Client client = given.text("clientid").isPresent()
                ? client(given, "clientid", "Client Not Found")
                : books.byEmail(given.or("email", "")).orElseThrow(() -> new Refusal("Client Not Found"));
        ObjectNode details = details(client);
        ObjectNode answer = success();
        details.properties().forEach(field -> answer.set(field.getKey(), field.getValue()));
        answer.set("client", details);
        return answer;
    }

    private ObjectNode details(Client client) {
        ObjectNode details =
                object().put("id", client.id).put("userid", client.id).put("client_id", client.id);
        for (String field : List.of("firstname", "lastname", "companyname", "email", "address1", "country")) {
            details.put(field, client.field(field));
        }
        details.put("currency", client.currency)
                .put("currency_code", books.currencies.getOrDefault(client.currency, ""))
                .put("credit", client.credit.toString())
                .put("status", "Active");
        ArrayNode fields = details.putArray("customfields");
        client.fields.forEach((name, value) -> {
            if (name.startsWith("customfield ")) {
                fields.addObject()
                        .put("id", Integer.parseInt(name.substring(12)))
                        .put("value", value);
            }
        });
        return details;
    }

    private ObjectNode getClients(Parameters given) {
        String search = given.or("search", "");
        List<ObjectNode> found = books.clients.values().stream()
                .filter(client -> List.of("email", "firstname", "lastname", "companyname").stream()
                        .anyMatch(field -> client.field(field).startsWith(search)))
                .map(client -> object().put("id", client.id)
                        .put("firstname", client.field("firstname"))
                        .put("lastname", client.field("lastname"))
                        .put("companyname", client.field("companyname"))
                        .put("email", client.field("email"))
                        .put("status", "Active"))
                .toList();
        return page(given, "clients", "client", found);
    }

    private ObjectNode createSsoToken(Parameters given) {
        Client client = client(given, "client_id", "Invalid client_id");
        String destination = given.or("destination", "");
        if (!Set.of("", "sso:custom_redirect", "clientarea:invoices").contains(destination)) {
            throw new Refusal("Invalid destination");
        }
        String url = ssoToken.apply(client.id) + "&path="
                + given.or("sso_redirect_path", "clientarea.php").replace("&", "%26");
        return success().put("access_token", "one-time").put("redirect_url", url);
    }

    // --- invoices

    private ObjectNode createInvoice(Parameters given) {
        Client client = client(given, "userid", "Client ID Not Found");
        if (given.isOn("draft") && given.isOn("sendinvoice")) {
            throw new Refusal(
                    "Cannot create and send a draft invoice in a single API request. Please create and send separately.");
        }
        Invoice invoice = new Invoice(Books.next(books.invoices), client.id);
        invoice.status = given.isOn("draft") ? "Draft" : status(given).orElse("Unpaid");
        invoice.date = given.or("date", today.toString());
        invoice.due = given.or("duedate", today.plusDays(7).toString());
        invoice.method = given.or("paymentmethod", "banktransfer");
        invoice.notes = given.or("notes", "");
        invoice.rate = given.money("taxrate", books.taxRate);
        invoice.rate2 = given.money("taxrate2", Books.ZERO);
        for (int number : given.numbered("itemdescription")) {
            books.add(
                    invoice,
                    "",
                    0,
                    given.or("itemdescription" + number, ""),
                    given.money("itemamount" + number, Books.ZERO),
                    given.isOn("itemtaxed" + number));
        }
        books.add(invoice);
        if (given.isOn("autoapplycredit") && invoice.status.equals("Unpaid")) {
            books.apply(invoice, client.credit.min(books.total(invoice)), today);
        }
        return success().put("invoiceid", invoice.id).put("status", invoice.status);
    }

    private static Optional<String> status(Parameters given) {
        Optional<String> status = given.text("status");
        status.filter(word -> !STATUSES.contains(word)).ifPresent(word -> {
            throw new Refusal("Invalid status " + word);
        });
        return status;
    }

    private Invoice invoice(Parameters given) {
        return Optional.ofNullable(books.invoices.get(given.number("invoiceid", 0)))
                .orElseThrow(() -> new Refusal("Invoice ID Not Found"));
    }

    private ObjectNode updateInvoice(Parameters given) {
        Invoice invoice = invoice(given);
        boolean publish = given.isOn("publish") || given.isOn("publishandsendemail");
        if (publish && !invoice.status.equals("Draft")) {
            throw new Refusal("Invoice must be in Draft status to be published");
        }
        Optional<String> status = status(given);
        TreeMap<Integer, String> changedAmounts = given.array("itemamount");
        given.array("itemdescription").forEach((id, description) -> {
            String amount = changedAmounts.get(id);
            if (amount == null || !given.array("itemtaxed").containsKey(id)) {
                throw new Refusal("Missing Variables: itemdescription, itemamount and itemtaxed are required for each"
                        + " item being changed");
            }
            boolean taxed = given.isOn("itemtaxed[" + id + "]");
            invoice.items.computeIfPresent(
                    id,
                    (same, item) ->
                            new Item(id, item.type(), item.related(), description, Parameters.money(amount), taxed));
        });
        TreeMap<Integer, String> amounts = given.array("newitemamount");
        given.array("newitemdescription")
                .forEach((at, description) -> books.add(
                        invoice,
                        "",
                        0,
                        description,
                        Parameters.money(amounts.getOrDefault(at, "0")),
                        given.isOn("newitemtaxed[" + at + "]")));
        given.array("deletelineids").values().forEach(id -> invoice.items.remove(Integer.parseInt(id)));
        status.ifPresent(word -> invoice.status = word);
        if (publish) {
            invoice.status = "Unpaid";
            invoice.date = today.toString();
        }
        invoice.date = given.or("date", invoice.date);
        invoice.due = given.or("duedate", invoice.due);
        invoice.notes = given.or("notes", invoice.notes);
        invoice.method = given.or("paymentmethod", invoice.method);
        invoice.rate = given.money("taxrate", invoice.rate);
        invoice.rate2 = given.money("taxrate2", invoice.rate2);
        return success().put("invoiceid", invoice.id);
    }

    private ObjectNode getInvoice(Parameters given) {
        Invoice invoice = invoice(given);
        ObjectNode answer = success().put("invoiceid", invoice.id);
        summary(invoice).properties().forEach(field -> answer.set(field.getKey(), field.getValue()));
        answer.put("balance", books.balance(invoice).toString()).put("ccgateway", false);
        ArrayNode items = answer.putObject("items").putArray("item");
        invoice.items
                .values()
                .forEach(item -> items.addObject()
                        .put("id", item.id())
                        .put("type", item.type())
                        .put("relid", item.related())
                        .put("description", item.description())
                        .put("amount", item.amount().toString())
                        .put("taxed", item.taxed() ? 1 : 0));
        List<Payment> paid = books.payments.stream()
                .filter(payment -> payment.invoice() == invoice.id)
                .toList();
        if (paid.isEmpty()) {
            return answer.put("transactions", "");
        }
        ArrayNode transactions = answer.putObject("transactions").putArray("transaction");
        paid.forEach(payment -> transactions.add(transaction(payment)));
        return answer;
    }

    private ObjectNode summary(Invoice invoice) {
        return object().put("invoicenum", "")
                .put("userid", invoice.client)
                .put("date", invoice.date)
                .put("duedate", invoice.due)
                .put("datepaid", invoice.paid)
                .put("subtotal", books.subtotal(invoice).toString())
                .put("credit", invoice.credit.toString())
                .put("tax", books.tax(invoice).toString())
                .put("tax2", books.tax2(invoice).toString())
                .put("total", books.total(invoice).toString())
                .put("taxrate", invoice.rate.toString())
                .put("taxrate2", invoice.rate2.toString())
                .put("status", invoice.status)
                .put("paymentmethod", invoice.method)
                .put("notes", invoice.notes);
    }

    private ObjectNode getInvoices(Parameters given) {
        int user = given.number("userid", 0);
        String status = given.or("status", "");
        Comparator<Invoice> order = given.or("orderby", "").equals("date")
                ? Comparator.comparing((Invoice invoice) -> invoice.date).thenComparing(invoice -> invoice.id)
                : Comparator.comparing(invoice -> invoice.id);
        Collection<Invoice> all = user == 0 ? books.invoices.values() : books.invoicesOf.getOrDefault(user, List.of());
        List<ObjectNode> found = all.stream()
                .filter(invoice -> status.isEmpty() || invoice.status.equals(status))
                .sorted(given.or("order", "asc").equalsIgnoreCase("desc") ? order.reversed() : order)
                .map(this::listed)
                .toList();
        return page(given, "invoices", "invoice", found);
    }

    private ObjectNode listed(Invoice invoice) {
        ObjectNode listed = object().put("id", invoice.id);
        Client client = books.clients.get(invoice.client);
        if (client != null) {
            listed.put("firstname", client.field("firstname")).put("lastname", client.field("lastname"));
        }
        summary(invoice).properties().forEach(field -> listed.set(field.getKey(), field.getValue()));
        String code = client == null ? "" : books.currencies.getOrDefault(client.currency, "");
        return listed.put("currencycode", code).put("currencyprefix", "").put("currencysuffix", " " + code);
    }

    static ObjectNode page(Parameters given, String plural, String singular, List<ObjectNode> found) {
        int start = Math.max(0, given.number("limitstart", 0));
        int limit = given.number("limitnum", 25);
        List<ObjectNode> some =
                found.stream().skip(start).limit(Math.max(0, limit)).toList();
        ObjectNode answer = success()
                .put("totalresults", found.size())
                .put("startnumber", start)
                .put("numreturned", some.size());
        answer.putObject(plural).putArray(singular).addAll(some);
        return answer;
    }

    // --- billable items

    private ObjectNode addBillableItem(Parameters given) {
        Client client = client(given, "clientid", "Client ID not Found");
        String description = given.text("description").orElseThrow(() -> new Refusal("You must provide a description"));
        String action = given.or("invoiceaction", "noinvoice");
        if (!Set.of("noinvoice", "nextcron", "nextinvoice", "duedate", "recur").contains(action)) {
            throw new Refusal("Invalid Invoice Action");
        }
        if (!Set.of("hours", "quantity").contains(given.or("unit", ""))) {
            throw new Refusal("Invalid Unit Type");
        }
        Billable item = new Billable(
                Books.next(books.billables), client.id, description, given.money("amount", Books.ZERO), action);
        books.billables.put(item.id, item);
        return object().put("status", "success").put("billableid", item.id);
    }

    private ObjectNode genInvoices(Parameters given) {
        int only = given.number("clientid", 0);
        TreeMap<Integer, Invoice> made = new TreeMap<>();
        books.billables.values().stream()
                .filter(item -> !item.isInvoiced && item.action.equals("nextcron"))
                .filter(item -> only == 0 || item.client == only)
                .forEach(item -> {
                    Invoice invoice = made.computeIfAbsent(item.client, client -> {
                        Invoice fresh = new Invoice(Books.next(books.invoices), client);
                        fresh.date = today.toString();
                        fresh.due = today.plusDays(7).toString();
                        fresh.method = "banktransfer";
                        fresh.rate = books.taxRate;
                        books.add(fresh);
                        return fresh;
                    });
                    books.add(invoice, "Item", item.id, item.description, item.amount, books.taxesBillables);
                    item.isInvoiced = true;
                });
        return success().put("numcreated", made.size()).put("latestinvoiceid", Books.next(books.invoices) - 1);
    }

    // --- money

    private ObjectNode addInvoicePayment(Parameters given) {
        Invoice invoice = invoice(given);
        String transaction = given.or("transid", "");
        if (books.payments.stream().anyMatch(payment -> payment.transaction().equals(transaction))) {
            throw new Refusal("Transaction ID must be Unique");
        }
        books.payments.add(new Payment(
                books.payments.size() + 1, invoice.id, transaction, given.money("amount", books.balance(invoice))));
        books.settle(invoice, today);
        return success();
    }

    private ObjectNode getTransactions(Parameters given) {
        int invoice = given.number("invoiceid", 0);
        List<ObjectNode> found = books.payments.stream()
                .filter(payment -> invoice == 0 || payment.invoice() == invoice)
                .map(Actions::transaction)
                .toList();
        return page(given, "transactions", "transaction", found);
    }

    private static ObjectNode transaction(Payment payment) {
        return object().put("id", payment.id())
                .put("invoiceid", payment.invoice())
                .put("transid", payment.transaction())
                .put("amountin", payment.amount().toString());
    }

    private ObjectNode addCredit(Parameters given) {
        Client client = client(given, "clientid", "Client ID Not Found");
        BigDecimal amount = given.money("amount", Books.ZERO);
        if (amount.signum() <= 0) {
            throw new Refusal("No Amount Provided");
        }
        BigDecimal change = given.or("type", "add").equals("remove") ? amount.negate() : amount;
        if (client.credit.add(change).signum() < 0) {
            throw new Refusal("Insufficient Credit Balance");
        }
        client.credit = client.credit.add(change);
        books.credits.add(new Credit(books.credits.size() + 1, client.id, today, given.or("description", ""), change));
        return success().put("newbalance", client.credit.toString());
    }

    private ObjectNode applyCredit(Parameters given) {
        Invoice invoice = invoice(given);
        BigDecimal amount = given.money("amount", Books.ZERO);
        Client client = books.clients.get(invoice.client);
        if (client == null || amount.compareTo(client.credit) > 0) {
            throw new Refusal("Amount exceeds customer credit balance");
        }
        if (amount.compareTo(books.balance(invoice)) > 0) {
            throw new Refusal("Amount Exceeds Invoice Balance");
        }
        books.apply(invoice, amount, today);
        return success()
                .put("invoiceid", invoice.id)
                .put("amount", amount.toString())
                .put("invoicepaid", invoice.status.equals("Paid"));
    }

    private ObjectNode getCredits(Parameters given) {
        Client client = client(given, "clientid", "Client ID Not Found");
        List<ObjectNode> found = new ArrayList<>();
        books.credits.stream()
                .filter(credit -> credit.client() == client.id)
                .forEach(credit -> found.add(object().put("id", credit.id())
                        .put("date", credit.date().toString())
                        .put("description", credit.description())
                        .put("amount", credit.amount().toString())
                        .put("relid", 0)));
        ObjectNode answer = success().put("totalresults", found.size()).put("clientid", client.id);
        answer.putObject("credits").putArray("credit").addAll(found);
        return answer;
    }

    // --- what is sold

    private ObjectNode getCurrencies(Parameters given) {
        ObjectNode answer = success().put("totalresults", books.currencies.size());
        ArrayNode all = answer.putObject("currencies").putArray("currency");
        books.currencies.forEach((id, code) -> all.addObject()
                .put("id", id)
                .put("code", code)
                .put("prefix", "")
                .put("suffix", " " + code)
                .put("format", 1)
                .put("rate", "1.00000"));
        return answer;
    }

    private ObjectNode getProducts(Parameters given) {
        List<String> ids =
                given.text("pid").map(text -> List.of(text.split(","))).orElse(List.of());
        List<Product> found = books.products.values().stream()
                .filter(product -> ids.isEmpty() || ids.contains(Integer.toString(product.id())))
                .toList();
        ObjectNode answer = success().put("totalresults", found.size());
        ArrayNode all = answer.putObject("products").putArray("product");
        for (Product product : found) {
            ObjectNode shown = all.addObject()
                    .put("pid", product.id())
                    .put("gid", 1)
                    .put("type", "server")
                    .put("name", product.name())
                    .put("description", product.description())
                    .put("module", "")
                    .put("paytype", product.paytype());
            ObjectNode pricing = shown.putObject("pricing");
            product.prices().forEach((currency, cycles) -> {
                ObjectNode prices =
                        pricing.putObject(currency).put("prefix", "").put("suffix", " " + currency);
                cycles.forEach(prices::put);
            });
            shown.putObject("customfields").putArray("customfield");
            shown.putObject("configoptions").putArray("configoption");
        }
        return answer;
    }
}
