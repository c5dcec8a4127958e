package org.reckoner.app.cli;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.deliver.whmcs.Orders;
import org.reckoner.deliver.whmcs.Whmcs;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "whmcs",
        mixinStandardHelpOptions = true,
        subcommandsRepeatable = false,
        description = {
            "What only WHMCS has: services that were ordered for an account.",
            "",
            "WHMCS invoices them by its own prices; what was used is invoiced by Reckoner."
        })
final class WhmcsCommand {

    private final Session session;

    WhmcsCommand(Session session) {
        this.session = session;
    }

    /// What is asked of WHMCS's orders.
    private interface Question {
        void ask(Orders orders) throws Undelivered;
    }

    private void ask(String name, Question question) {
        try (Backend backend = session.backend(name)) {
            if (!(backend.system() instanceof Whmcs whmcs)) {
                throw new AskedWrongly("%s is no WHMCS".formatted(name));
            }
            question.ask(whmcs.orders());
        } catch (Undelivered e) {
            throw new AskedWrongly("%s: %s".formatted(name, e.getMessage()));
        }
    }

    @Command(name = "services", mixinStandardHelpOptions = true, description = "Every service of an account's client.")
    void services(
            @Parameters(paramLabel = "BACKEND") String backend,
            @Parameters(paramLabel = "ACCOUNT", description = "A project's id, or its name.") String account) {
        ask(backend, orders -> session.print(services(orders.services(session.account(account)))));
    }

    private static Table services(List<Orders.Service> services) {
        return Table.of(
                List.of(
                        Column.number("service"),
                        Column.text("name"),
                        Column.number("product"),
                        Column.text("of"),
                        Column.number("price"),
                        Column.text("cycle"),
                        Column.text("next due"),
                        Column.text("status"),
                        Column.number("order")),
                services.stream()
                        .map(each -> List.of(
                                Integer.toString(each.id()),
                                each.name(),
                                Integer.toString(each.product()),
                                each.productName(),
                                each.price().toPlainString(),
                                each.cycle(),
                                each.nextDue().map(LocalDate::toString).orElse(""),
                                each.status(),
                                each.order() == 0 ? "" : Integer.toString(each.order())))
                        .toList());
    }

    @Command(name = "orders", mixinStandardHelpOptions = true, description = "Every order of an account's client.")
    void orders(
            @Parameters(paramLabel = "BACKEND") String backend,
            @Parameters(paramLabel = "ACCOUNT", description = "A project's id, or its name.") String account) {
        ask(
                backend,
                orders -> session.print(Table.of(
                        List.of(
                                Column.number("order"),
                                Column.text("date"),
                                Column.text("status"),
                                Column.number("amount"),
                                Column.number("invoice"),
                                Column.text("services")),
                        orders.orders(session.account(account)).stream()
                                .map(each -> List.of(
                                        Integer.toString(each.id()),
                                        each.date().map(LocalDate::toString).orElse(""),
                                        each.status(),
                                        each.amount().toPlainString(),
                                        each.invoice().map(String::valueOf).orElse(""),
                                        String.join(", ", each.services())))
                                .toList())));
    }

    @Command(
            name = "order",
            mixinStandardHelpOptions = true,
            description = {
                "Order a product for an account and accept the order, once for each name.",
                "WHMCS makes no invoice of it yet, writes no e-mail and sets nothing up."
            })
    void order(
            @Parameters(paramLabel = "BACKEND") String backend,
            @Parameters(paramLabel = "ACCOUNT", description = "A project's id, or its name.") String account,
            @Option(
                            names = "--product",
                            paramLabel = "PID",
                            required = true,
                            description = "WHMCS's number of the product.")
                    int product,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            required = true,
                            description = "By which it is found again, such as a cluster's.")
                    String name,
            @Option(
                            names = "--cycle",
                            paramLabel = "CYCLE",
                            defaultValue = "monthly",
                            description = "How often WHMCS invoices it (default monthly).")
                    String cycle) {
        ask(
                backend,
                orders ->
                        session.print(services(List.of(orders.open(session.account(account), product, name, cycle)))));
    }

    @Command(name = "accept", mixinStandardHelpOptions = true, description = "Accept a pending order.")
    void accept(@Parameters(paramLabel = "BACKEND") String backend, @Parameters(paramLabel = "ORDER") int order) {
        ask(backend, orders -> {
            orders.accept(order);
            session.say("order %d is active".formatted(order));
        });
    }

    @Command(name = "cancel", mixinStandardHelpOptions = true, description = "Cancel a pending order.")
    void cancel(@Parameters(paramLabel = "BACKEND") String backend, @Parameters(paramLabel = "ORDER") int order) {
        ask(backend, orders -> {
            orders.cancel(order);
            session.say("order %d is cancelled".formatted(order));
        });
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a cancelled order with its services and invoices, for good.")
    void delete(@Parameters(paramLabel = "BACKEND") String backend, @Parameters(paramLabel = "ORDER") int order) {
        ask(backend, orders -> {
            orders.delete(order);
            session.say("order %d is deleted".formatted(order));
        });
    }

    @Command(
            name = "change",
            mixinStandardHelpOptions = true,
            description = {
                "Change a service's product, or its options. WHMCS makes an order for it, and an invoice if it costs more.",
                "If no answer comes, look at the orders before you repeat it."
            })
    void change(
            @Parameters(paramLabel = "BACKEND") String backend,
            @Parameters(paramLabel = "SERVICE") int service,
            @Option(names = "--product", paramLabel = "PID", description = "The new product.") @Nullable
                    Integer product,
            @Option(
                            names = "--cycle",
                            paramLabel = "CYCLE",
                            defaultValue = "monthly",
                            description = "With --product (default monthly).")
                    String cycle,
            @Option(
                            names = "--option",
                            paramLabel = "ID=CHOICE",
                            description = "A configurable option and its new choice or quantity.")
                    @Nullable
                    Map<Integer, String> options,
            @Option(names = "--dry-run", description = "Tell what it would cost and change nothing.") boolean dryRun) {
        Orders.Change wanted = change(Optional.ofNullable(product), cycle, Optional.ofNullable(options));
        ask(backend, orders -> {
            if (dryRun) {
                session.say("it would cost " + orders.preview(service, wanted).price());
            } else {
                Orders.Changed changed = orders.change(service, wanted);
                session.say("it costs %s%s%s"
                        .formatted(
                                changed.price(),
                                changed.order().map(" by order %d"::formatted).orElse(""),
                                changed.invoice()
                                        .map(", once invoice %d is paid"::formatted)
                                        .orElse("")));
            }
        });
    }

    private static Orders.Change change(
            Optional<Integer> product, String cycle, Optional<Map<Integer, String>> options) {
        if (product.isPresent() == options.isPresent()) {
            throw new AskedWrongly("say either --product or --option");
        }
        return product.<Orders.Change>map(pid -> new Orders.OtherProduct(pid, cycle))
                .orElseGet(() -> new Orders.OtherOptions(new TreeMap<>(options.orElseThrow())));
    }

    @Command(
            name = "end",
            mixinStandardHelpOptions = true,
            description = "End a service at once: WHMCS keeps why, and does not invoice it any more.")
    void end(
            @Parameters(paramLabel = "BACKEND") String backend,
            @Parameters(paramLabel = "SERVICE") int service,
            @Option(names = "--because", paramLabel = "WHY", required = true, description = "For WHMCS's staff.")
                    String why) {
        ask(backend, orders -> {
            orders.end(service, why);
            session.say("service %d has ended".formatted(service));
        });
    }
}
