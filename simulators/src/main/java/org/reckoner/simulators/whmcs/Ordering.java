package org.reckoner.simulators.whmcs;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.reckoner.simulators.whmcs.Actions.Refusal;
import org.reckoner.simulators.whmcs.Books.Client;
import org.reckoner.simulators.whmcs.Books.Invoice;
import org.reckoner.simulators.whmcs.Books.Order;
import org.reckoner.simulators.whmcs.Books.Product;
import org.reckoner.simulators.whmcs.Books.Service;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Orders and the services that they are for. Not thread-safe.
///
/// A price per choice of a configurable option is not simulated: each costs 1.00.
final class Ordering {

    private static final Set<String> METHODS = Set.of("banktransfer", "paypal", "mailin");
    private static final Set<String> STATUSES =
            Set.of("Pending", "Active", "Completed", "Suspended", "Terminated", "Cancelled", "Fraud");

    private final Books books;
    private final LocalDate today;

    Ordering(Books books, LocalDate today) {
        this.books = books;
        this.today = today;
    }

    ObjectNode addOrder(Parameters given) {
        Client client = Optional.ofNullable(books.clients.get(given.number("clientid", 0)))
                .orElseThrow(() -> new Refusal("Client ID Not Found"));
        method(given);
        if (given.text("pid").isPresent()) {
            throw new Refusal("Expecting parameter 'pid' to be an array");
        }
        TreeMap<Integer, String> products = given.array("pid");
        if (products.isEmpty()) {
            throw new Refusal("No items added to cart so order cannot proceed");
        }
        TreeMap<Integer, String> domains = given.array("domain");
        TreeMap<Integer, String> cycles = given.array("billingcycle");
        BigDecimal amount = Books.ZERO;
        List<Service> made = new ArrayList<>();
        int id = Books.next(books.orders);
        int next = Books.next(books.services);
        for (Map.Entry<Integer, String> each : products.entrySet()) {
            Product product = product(Integer.parseInt(each.getValue()));
            String cycle = cycles.getOrDefault(each.getKey(), "monthly");
            BigDecimal price = price(product, client, cycle);
            amount = amount.add(price);
            made.add(new Service(
                    next++, id, client.id, product.id(), domains.getOrDefault(each.getKey(), ""), cycle, price));
        }
        Order order = new Order(id, client.id, today, amount);
        books.orders.put(id, order);
        made.forEach(service -> books.services.put(service.id, service));
        if (!given.isOn("noinvoice")) {
            order.invoice = invoice(client.id, "Order " + id, amount);
        }
        return Actions.success()
                .put("orderid", id)
                .put(
                        "serviceids",
                        String.join(",", made.stream().map(each -> "" + each.id).toList()))
                .put("addonids", "")
                .put("domainids", "")
                .put("invoiceid", order.invoice);
    }

    private static void method(Parameters given) {
        if (!METHODS.contains(given.or("paymentmethod", ""))) {
            throw new Refusal("Invalid Payment Method. Valid options include " + String.join(",", METHODS));
        }
    }

    private Product product(int id) {
        return Optional.ofNullable(books.products.get(id))
                .orElseThrow(() -> new Refusal("No items added to cart so order cannot proceed"));
    }

    private BigDecimal price(Product product, Client client, String cycle) {
        String currency = books.currencies.getOrDefault(client.currency, "");
        String price = product.prices()
                .getOrDefault(currency, new TreeMap<>())
                .getOrDefault(cycle.toLowerCase(Locale.ROOT), "-1.00");
        return price.startsWith("-") ? Books.ZERO : Parameters.money(price);
    }

    private int invoice(int client, String description, BigDecimal amount) {
        Invoice invoice = new Invoice(Books.next(books.invoices), client);
        invoice.date = today.toString();
        invoice.due = today.plusDays(7).toString();
        books.add(invoice, "Hosting", 0, description, amount, false);
        books.add(invoice);
        return invoice.id;
    }

    private Order order(Parameters given, String error) {
        return Optional.ofNullable(books.orders.get(given.number("orderid", 0))).orElseThrow(() -> new Refusal(error));
    }

    ObjectNode acceptOrder(Parameters given) {
        return settle(given, "Active");
    }

    ObjectNode cancelOrder(Parameters given) {
        return settle(given, "Cancelled");
    }

    private ObjectNode settle(Parameters given, String status) {
        Order order = order(given, "Order ID not found or Status not Pending");
        if (!order.status.equals("Pending")) {
            throw new Refusal("Order ID not found or Status not Pending");
        }
        order.status = status;
        books.services.values().stream()
                .filter(service -> service.order == order.id)
                .forEach(service -> service.status = status);
        return Actions.success();
    }

    ObjectNode deleteOrder(Parameters given) {
        Order order = order(given, "Order ID not found");
        if (!Set.of("Cancelled", "Fraud").contains(order.status)) {
            throw new Refusal("The order status must be in Cancelled or Fraud to be deleted");
        }
        books.orders.remove(order.id);
        books.services.values().removeIf(service -> service.order == order.id);
        return Actions.success();
    }

    ObjectNode getOrders(Parameters given) {
        int id = given.number("id", 0);
        int client = given.number("userid", 0);
        String status = given.or("status", "");
        List<ObjectNode> found = new ArrayList<>();
        for (Order order : books.orders.descendingMap().values()) {
            if ((id == 0 || id == order.id)
                    && (client == 0 || client == order.client)
                    && (status.isEmpty() || status.equals(order.status))) {
                found.add(shown(order));
            }
        }
        return Actions.page(given, "orders", "order", found);
    }

    private ObjectNode shown(Order order) {
        ObjectNode shown = Actions.object()
                .put("id", order.id)
                .put("ordernum", 7_858_250_000L + order.id)
                .put("userid", order.client)
                .put("date", order.date + " 13:59:35")
                .put("amount", order.amount.toString())
                .put("invoiceid", order.invoice)
                .put("status", order.status)
                .put("notes", "");
        ArrayNode items = shown.putObject("lineitems").putArray("lineitem");
        books.services.values().stream()
                .filter(service -> service.order == order.id)
                .forEach(service -> items.addObject()
                        .put("type", "product")
                        .put("relid", service.id)
                        .put("product", product(service.product).name())
                        .put("domain", service.domain)
                        .put("billingcycle", service.cycle)
                        .put("amount", service.price.toString())
                        .put("status", service.status));
        return shown;
    }

    ObjectNode getClientsProducts(Parameters given) {
        int client = given.number("clientid", 0);
        int id = given.number("serviceid", 0);
        Optional<String> domain = given.text("domain");
        List<ObjectNode> found = books.services.values().stream()
                .filter(service -> client == 0 || client == service.client)
                .filter(service -> id == 0 || id == service.id)
                .filter(service ->
                        domain.filter(name -> !name.equals(service.domain)).isEmpty())
                .map(this::shown)
                .toList();
        ObjectNode answer = Actions.page(given, "products", "product", found);
        answer.putNull("pid");
        return answer;
    }

    private ObjectNode shown(Service service) {
        ObjectNode shown = Actions.object()
                .put("id", service.id)
                .put("qty", 1)
                .put("clientid", service.client)
                .put("orderid", service.order)
                .put("pid", service.product)
                .put("regdate", today.toString())
                .put("name", product(service.product).name())
                .put("domain", service.domain)
                .put("firstpaymentamount", service.price.toString())
                .put("recurringamount", service.price.toString())
                .put("billingcycle", service.cycle)
                .put("nextduedate", today.plusMonths(1).toString())
                .put("status", service.status)
                .put("username", "demodoma")
                .put("password", "nobodys-business")
                .put("overidesuspenduntil", "0000-00-00");
        shown.putObject("customfields").putArray("customfield");
        shown.putObject("configoptions").putArray("configoption");
        return shown;
    }

    private Service service(Parameters given) {
        return Optional.ofNullable(books.services.get(given.number("serviceid", 0)))
                .orElseThrow(() -> new Refusal("Service ID Not Found"));
    }

    ObjectNode addCancelRequest(Parameters given) {
        Service service = service(given);
        if (!service.cancellation.isEmpty()) {
            throw new Refusal("Existing Cancellation Request Exists");
        }
        service.cancellation = given.or("type", "End of Billing Period") + ": " + given.or("reason", "");
        return Actions.success().put("serviceid", service.id).put("userid", service.client);
    }

    ObjectNode updateClientProduct(Parameters given) {
        Service service = service(given);
        given.text("status").filter(STATUSES::contains).ifPresent(status -> service.status = status);
        return Actions.success().put("serviceid", service.id);
    }

    /// A new product is there at once; choices of options are not kept.
    ObjectNode upgradeProduct(Parameters given) {
        Service service = service(given);
        method(given);
        Client client = Optional.ofNullable(books.clients.get(service.client)).orElseThrow();
        String currency = books.currencies.getOrDefault(client.currency, "");
        return switch (given.or("type", "")) {
            case "product" -> {
                Product product = product(given.number("newproductid", 0));
                String cycle = given.or("newproductbillingcycle", "monthly");
                BigDecimal price = price(product, client, cycle);
                BigDecimal difference = price.subtract(service.price);
                ObjectNode answer = upgraded(given, service, difference)
                        .put("oldproductid", service.product)
                        .put("newproductid", product.id())
                        .put("newproductname", product.name())
                        .put("price", "$%s %s".formatted(difference, currency));
                if (!given.isOn("calconly")) {
                    service.product = product.id();
                    service.cycle = cycle;
                    service.price = price;
                }
                yield answer;
            }
            case "configoptions" -> {
                BigDecimal total =
                        BigDecimal.valueOf(given.array("configoptions").size()).setScale(2);
                ObjectNode answer = upgraded(given, service, total);
                int number = 1;
                for (Map.Entry<Integer, String> each :
                        given.array("configoptions").entrySet()) {
                    answer.put("configname" + number, "Option " + each.getKey())
                            .put("originalvalue" + number, "")
                            .put("newvalue" + number, each.getValue())
                            .put("price" + number, "$1.00 " + currency);
                    number++;
                }
                yield answer.put("total", "$%s %s".formatted(total, currency));
            }
            default -> throw new Refusal("Invalid Upgrade Type");
        };
    }

    private ObjectNode upgraded(Parameters given, Service service, BigDecimal price) {
        ObjectNode answer = Actions.success();
        if (given.isOn("calconly")) {
            return answer.put("upgradeinprogress", 0);
        }
        Order order = new Order(Books.next(books.orders), service.client, today, price);
        books.orders.put(order.id, order);
        if (price.signum() > 0) {
            order.invoice = invoice(service.client, "Upgrade of service " + service.id, price);
        }
        answer.put("orderid", order.id);
        return order.invoice == 0 ? answer.putNull("invoiceid") : answer.put("invoiceid", order.invoice);
    }
}
