package org.reckoner.app.cli;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.deliver.outbox.Courier;
import org.reckoner.ledger.delivery.Deliveries;
import org.reckoner.ledger.delivery.Delivery;
import org.reckoner.ledger.delivery.Settlement;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "deliver",
        mixinStandardHelpOptions = true,
        description = {
            "Deliver what is owed to billing systems and due now. Each document arrives once, however often this is run.",
            "",
            "serve does the same all the time. Exit code 1 if something was refused, or is to be tried again."
        })
final class DeliverCommand implements Callable<Integer> {

    private static final int ANY = Integer.MAX_VALUE;

    private final Session session;

    @Parameters(
            paramLabel = "BACKEND",
            arity = "0..*",
            description = "Which of those under deliver; all if none is named.")
    private @Nullable List<String> names;

    @Option(names = "--dry-run", description = "Say what would be sent; send nothing.")
    private boolean dryRun;

    DeliverCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<String> chosen = names == null ? session.backendNames() : names;
        if (chosen.isEmpty()) {
            throw new AskedWrongly(
                    "no billing system is configured; add to reckoner.yaml:\ndeliver:\n  archive:\n    adapter: files\n    settings: {folder: /srv/invoices}");
        }
        boolean allArrived = true;
        for (String name : chosen) {
            if (dryRun) {
                preview(name);
            } else {
                allArrived &= deliver(name);
            }
        }
        return allArrived ? 0 : 1;
    }

    private void preview(String name) {
        session.backend(name).close();
        Deliveries.Filter owed =
                new Deliveries.Filter(Optional.of(name), Optional.empty(), Optional.empty(), Optional.empty());
        session.print(Table.of(
                List.of(
                        Column.text("backend"),
                        Column.text("document"),
                        Column.id("project"),
                        Column.text("account"),
                        Column.number("total"),
                        Column.number("lines"),
                        Column.text("what")),
                session.ledger().deliveries().page(owed, 0, ANY).stream()
                        .filter(Delivery::isWaiting)
                        .map(this::row)
                        .toList()));
    }

    private List<String> row(Delivery delivery) {
        Invoice invoice = session.ledger()
                .invoices()
                .find(delivery.number())
                .orElseThrow()
                .invoice();
        return List.of(
                delivery.backend(),
                delivery.number(),
                invoice.account().project(),
                invoice.account().name(),
                invoice.total().toString(),
                Integer.toString(invoice.lines().size()),
                delivery.attempts() == 0 ? "send" : "look up, then send if it is not there");
    }

    /// @return whether all that was due arrived
    private boolean deliver(String name) throws InterruptedException {
        TreeMap<Long, Settlement> left = new TreeMap<>();
        AtomicLong confirmed = new AtomicLong();
        try (Backend backend = session.backend(name);
                Progress progress = Progress.of("Delivering to " + name, 0)) {
            Courier courier = new Courier(session.ledger(), backend, session.clock(), new Random(), attempt -> {
                if (attempt.settlement() instanceof Settlement.Confirmed) {
                    left.remove(attempt.delivery().id());
                    confirmed.incrementAndGet();
                } else {
                    left.put(attempt.delivery().id(), attempt.settlement());
                }
                progress.step(1);
            });
            StopSignals.whenTold(courier::close);
            courier.deliverDue();
        }
        long refused = left.values().stream()
                .filter(Settlement.Refused.class::isInstance)
                .count();
        long again = left.size() - refused;
        session.say(
                "%s: %d delivered, %d refused, %d to be tried again".formatted(name, confirmed.get(), refused, again));
        if (refused + again > 0) {
            session.warn("Why: reckoner deliveries list --backend %s".formatted(name));
        }
        return refused + again == 0;
    }
}
