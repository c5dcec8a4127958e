package org.reckoner.deliver.whmcs;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.reckoner.core.invoice.Account;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Form;

/// What was ordered in WHMCS: services of a client, each of a product, and the orders that they came from. An
/// order is pending until it is accepted.
///
/// A service is known by its name, which WHMCS keeps as its domain and can search for. WHMCS knows no key by
/// which it would recognise an order that it was sent before; so an order is made pending and without an
/// invoice, then the client's services of that name are read, and one is accepted. What something on the way
/// made twice is cancelled, and what comes too late stays pending.
///
/// WHMCS invoices a service by its product's price when its next due date comes. Reckoner's invoices know
/// nothing of that.
public final class Orders {

    private static final Set<String> LIVE = Set.of("Pending", "Active", "Suspended");

    private final WhmcsApi api;
    private final Clients clients;
    private final String paymentMethod;

    Orders(WhmcsApi api, Clients clients, String paymentMethod) {
        this.api = api;
        this.clients = clients;
        this.paymentMethod = paymentMethod;
    }

    /// @param order that it came from; 0 if staff made it without one
    /// @param name as it was ordered
    /// @param price what WHMCS invoices for each cycle, in the client's currency
    /// @param status WHMCS's word: `Pending`, `Active`, `Suspended`, `Terminated`, `Cancelled`, `Fraud` or
    ///     `Completed`
    public record Service(
            int id,
            int order,
            int product,
            String productName,
            String name,
            String cycle,
            BigDecimal price,
            Optional<LocalDate> nextDue,
            String status) {

        boolean isLive() {
            return LIVE.contains(status);
        }

        boolean isPending() {
            return status.equals("Pending");
        }
    }

    /// @param invoice that it was invoiced with, if any
    /// @param amount in the client's currency
    /// @param status WHMCS's word: `Pending`, `Active`, `Cancelled`, `Fraud`
    /// @param services the names of what was ordered
    public record Order(
            int id,
            Optional<LocalDate> date,
            BigDecimal amount,
            Optional<Integer> invoice,
            String status,
            List<String> services) {

        public Order {
            services = List.copyOf(services);
        }
    }

    /// What a service is to become: another product, or other choices of its options.
    public sealed interface Change {}

    /// @param cycle such as `monthly`
    public record OtherProduct(int product, String cycle) implements Change {}

    /// @param choices for each option's id the id of the choice, or the quantity
    public record OtherOptions(SortedMap<Integer, String> choices) implements Change {

        /// @throws IllegalArgumentException if there is none
        public OtherOptions {
            if (choices.isEmpty()) {
                throw new IllegalArgumentException("which options?");
            }
        }
    }

    /// What a change costs, or was charged.
    ///
    /// @param price as WHMCS writes it, `$-8.67 USD`
    /// @param order that was made for it; nothing if it was only computed
    /// @param invoice to be paid before WHMCS does it, if any
    public record Changed(String price, Optional<Integer> order, Optional<Integer> invoice) {}

    /// Orders a product for an account, once for each name, and accepts the order. WHMCS writes no e-mails,
    /// sets nothing up, and makes no invoice yet.
    ///
    /// @param name that nothing else of the client has, such as a cluster's
    /// @param cycle such as `monthly`
    /// @return the service; the one that lives, if there was one of that name and product already
    /// @throws Undelivered.Refused if there is no client, or WHMCS will not have it
    public Service open(Account account, int product, String name, String cycle) throws Undelivered {
        if (name.isBlank()) {
            throw new Undelivered.Refused("a service needs a name, by which it is found again");
        }
        int client = client(account);
        List<Service> there = live(client, name);
        if (there.isEmpty()) {
            Said made = api.ask(
                    "AddOrder",
                    new Form()
                            .with("clientid", client)
                            .with("paymentmethod", paymentMethod)
                            .with("pid[0]", product)
                            .with("domain[0]", name)
                            .with("billingcycle[0]", cycle)
                            .with("noinvoice", "true")
                            .with("noinvoiceemail", "true")
                            .with("noemail", "true"));
            if (!made.isSuccess()) {
                throw new Undelivered.Refused("%s of product %d for client %d is refused: %s"
                        .formatted(made.about(), product, client, made.message()));
            }
            there = live(client, name);
        }
        Service stays = there.stream()
                .min(Comparator.comparing(Service::isPending).thenComparing(Service::id))
                .orElseThrow(() -> new Undelivered.Unavailable(
                        "WHMCS took an order of '%s' for client %d and does not list it".formatted(name, client)));
        if (stays.product() != product) {
            throw new Undelivered.Refused("client %d has the service %d named '%s', which is of product %d, not %d"
                    .formatted(client, stays.id(), name, stays.product(), product));
        }
        for (Service other : there) {
            if (other.isPending() && other.order() != stays.order()) {
                cancel(other.order());
            }
        }
        if (stays.isPending()) {
            accept(stays.order());
        }
        return service(stays.id());
    }

    private int client(Account account) throws Undelivered {
        return clients.find(account)
                .orElseThrow(() ->
                        new Undelivered.Refused("WHMCS has no client for project %s yet".formatted(account.project())))
                .id();
    }

    private List<Service> live(int client, String name) throws Undelivered {
        return services(new Form().with("clientid", client).with("domain", name)).stream()
                .filter(each -> each.isLive() && each.name().equals(name))
                .toList();
    }

    /// Every service of an account's client, the oldest first; none if there is no client.
    public List<Service> services(Account account) throws Undelivered {
        Optional<Clients.Client> client = clients.find(account);
        return client.isEmpty()
                ? List.of()
                : services(new Form().with("clientid", client.get().id()));
    }

    /// @throws Undelivered.Refused if there is none
    public Service service(int id) throws Undelivered {
        return services(new Form().with("serviceid", id)).stream()
                .filter(each -> each.id() == id)
                .findFirst()
                .orElseThrow(() -> new Undelivered.Refused("WHMCS has no service %d".formatted(id)));
    }

    private List<Service> services(Form which) throws Undelivered {
        LinkedHashMap<Integer, Service> services = new LinkedHashMap<>();
        for (Said each : api.all("GetClientsProducts", which, "products", "product")) {
            Service service = new Service(
                    each.number("id"),
                    each.text("orderid").isPresent() ? each.number("orderid") : 0,
                    each.number("pid"),
                    each.text("name").orElse(""),
                    each.text("domain").orElse(""),
                    each.text("billingcycle").orElse(""),
                    each.amount("recurringamount"),
                    each.date("nextduedate"),
                    each.needed("status"));
            services.putIfAbsent(service.id(), service);
        }
        return services.values().stream()
                .sorted(Comparator.comparing(Service::id))
                .toList();
    }

    /// Every order of an account's client, the oldest first; none if there is no client.
    public List<Order> orders(Account account) throws Undelivered {
        Optional<Clients.Client> client = clients.find(account);
        return client.isEmpty()
                ? List.of()
                : orders(new Form().with("userid", client.get().id()));
    }

    private List<Order> orders(Form which) throws Undelivered {
        LinkedHashMap<Integer, Order> orders = new LinkedHashMap<>();
        for (Said each : api.all("GetOrders", which, "orders", "order")) {
            List<String> names = new ArrayList<>();
            for (Said item : each.list("lineitems", "lineitem")) {
                names.add(item.text("domain").or(() -> item.text("product")).orElse(""));
            }
            Order order = new Order(
                    each.number("id"),
                    each.date("date"),
                    each.amount("amount"),
                    each.text("invoiceid").filter(id -> !id.equals("0")).map(Integer::valueOf),
                    each.needed("status"),
                    names);
            orders.putIfAbsent(order.id(), order);
        }
        return orders.values().stream().sorted(Comparator.comparing(Order::id)).toList();
    }

    /// @throws Undelivered.Refused if there is none
    public Order order(int id) throws Undelivered {
        return orders(new Form().with("id", id)).stream()
                .filter(each -> each.id() == id)
                .findFirst()
                .orElseThrow(() -> new Undelivered.Refused("WHMCS has no order %d".formatted(id)));
    }

    /// Accepts a pending order. Accepted again, it stays as it is.
    ///
    /// @throws Undelivered.Refused if it is neither pending nor active
    public void accept(int order) throws Undelivered {
        settle(
                "AcceptOrder",
                new Form().with("orderid", order).with("autosetup", "false").with("sendemail", "false"),
                order,
                "Active");
    }

    /// Cancels a pending order and its services. Cancelled again, it stays as it is.
    ///
    /// @throws Undelivered.Refused if it is neither pending nor cancelled
    public void cancel(int order) throws Undelivered {
        settle("CancelOrder", new Form().with("orderid", order).with("noemail", "true"), order, "Cancelled");
    }

    /// WHMCS refuses what was done before, as when an answer was lost: then the state says whether it was.
    private void settle(String action, Form form, int order, String wanted) throws Undelivered {
        Said said = api.ask(action, form);
        if (!said.isSuccess() && !order(order).status().equals(wanted)) {
            throw new Undelivered.Refused(
                    "%s of order %d is refused: %s".formatted(said.about(), order, said.message()));
        }
    }

    /// Removes an order that was cancelled, with its services and invoices.
    ///
    /// @throws Undelivered.Refused unless it is cancelled or fraud
    public void delete(int order) throws Undelivered {
        api.call("DeleteOrder", new Form().with("orderid", order));
    }

    /// What a change would cost now. Nothing is changed.
    ///
    /// @throws Undelivered.Refused if there is no such service, or it cannot be changed so
    public Changed preview(int service, Change change) throws Undelivered {
        Said said = api.call("UpgradeProduct", form(service, change).with("calconly", "true"));
        return new Changed(price(said), Optional.empty(), Optional.empty());
    }

    /// Changes a service: WHMCS makes an order for it, and an invoice if it costs something. Not to be
    /// repeated when an answer was lost; look at the orders first.
    ///
    /// @throws Undelivered.Refused if there is no such service, it cannot be changed so, or the invoice of a
    ///     change before is not paid
    public Changed change(int service, Change change) throws Undelivered {
        Said said = api.call("UpgradeProduct", form(service, change));
        return new Changed(price(said), id(said, "orderid"), id(said, "invoiceid"));
    }

    private Form form(int service, Change change) {
        Form form = new Form().with("serviceid", service).with("paymentmethod", paymentMethod);
        switch (change) {
            case OtherProduct(int product, String cycle) ->
                form.with("type", "product").with("newproductid", product).with("newproductbillingcycle", cycle);
            case OtherOptions(SortedMap<Integer, String> choices) -> {
                form.with("type", "configoptions");
                for (Map.Entry<Integer, String> each : choices.entrySet()) {
                    form.with("configoptions[%d]".formatted(each.getKey()), each.getValue());
                }
            }
        }
        return form;
    }

    /// Of a product in `price`; of options in `total`, or in the sum of none.
    private static String price(Said said) throws Undelivered {
        Optional<String> price = said.text("total").or(() -> said.text("price"));
        return price.isPresent() ? price.get() : said.needed("price1");
    }

    private static Optional<Integer> id(Said said, String name) {
        return said.text(name).filter(id -> id.matches("[1-9][0-9]{0,8}")).map(Integer::valueOf);
    }

    /// Ends a service at once: asks for its cancellation, so that the reason is kept, and marks it as
    /// terminated, so that it is not invoiced any more. Ended again, it stays as it is.
    ///
    /// @throws Undelivered.Refused if there is no such service
    public void end(int service, String reason) throws Undelivered {
        if (service(service).isLive()) {
            Said said = api.ask(
                    "AddCancelRequest",
                    new Form()
                            .with("serviceid", service)
                            .with("type", "Immediate")
                            .with("reason", reason));
            if (!said.isSuccess() && !said.message().contains("Existing Cancellation Request")) {
                throw new Undelivered.Refused(
                        "%s of service %d is refused: %s".formatted(said.about(), service, said.message()));
            }
            api.call(
                    "UpdateClientProduct", new Form().with("serviceid", service).with("status", "Terminated"));
        }
    }
}
