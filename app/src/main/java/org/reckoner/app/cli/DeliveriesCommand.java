package org.reckoner.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.PaperSource;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.files.Form;
import org.reckoner.deliver.files.WholeFile;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.ledger.delivery.Deliveries;
import org.reckoner.ledger.delivery.Delivery;
import org.reckoner.ledger.delivery.Delivery.State;
import org.reckoner.ledger.invoice.Invoices;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "deliveries",
        mixinStandardHelpOptions = true,
        subcommandsRepeatable = false,
        description = "Documents on their way to billing systems, and what became of them.")
final class DeliveriesCommand implements Runnable {

    private final Session session;

    DeliveriesCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        list(null, null, null, 100);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "The oldest first.")
    void list(
            @Option(names = "--backend", paramLabel = "BACKEND", description = "Only to this billing system.") @Nullable
                    String backend,
            @Option(names = "--state", paramLabel = "STATE", description = "Only ${COMPLETION-CANDIDATES}.") @Nullable
                    State state,
            @Option(names = "--period", paramLabel = "PERIOD", description = "Only documents of this billing period.")
                    @Nullable
                    String period,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "At most so many (default 100).")
                    int limit) {
        Deliveries.Filter filter = new Deliveries.Filter(
                Optional.ofNullable(backend),
                Optional.ofNullable(state),
                Optional.empty(),
                Optional.ofNullable(period).map(Session::period));
        List<Delivery> deliveries = session.ledger().deliveries().page(filter, 0, Math.max(1, limit));
        session.print(Table.of(
                List.of(
                        Column.number("id"),
                        Column.text("backend"),
                        Column.text("document"),
                        Column.text("state"),
                        Column.number("attempts"),
                        Column.text("there as"),
                        Column.text("next attempt"),
                        Column.text("reason")),
                deliveries.stream().map(DeliveriesCommand::row).toList()));
        if (deliveries.size() == limit) {
            session.warn("There may be more; see --limit, --state and --period");
        }
    }

    private static List<String> row(Delivery delivery) {
        return List.of(
                Long.toString(delivery.id()),
                delivery.backend(),
                delivery.number(),
                delivery.state().word(),
                Integer.toString(delivery.attempts()),
                delivery.remoteId().orElse(""),
                delivery.isWaiting() ? delivery.dueAt().toString() : "",
                delivery.reason().orElse(""));
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "One of them, whole.")
    void show(@Parameters(paramLabel = "ID") long id) {
        Delivery delivery = delivery(id);
        session.say("id        " + delivery.id());
        session.say("backend   " + delivery.backend());
        session.say("document  " + delivery.number());
        session.say("state     " + delivery.state().word());
        session.say("attempts  " + delivery.attempts());
        delivery.remoteId().ifPresent(there -> session.say("there as  " + there));
        if (delivery.isWaiting()) {
            session.say("next      " + delivery.dueAt());
        }
        session.say("created   " + delivery.createdAt());
        session.say("changed   " + delivery.changedAt());
        delivery.reason().ifPresent(reason -> session.say("reason    " + reason));
    }

    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            description = {
                "Make due now what was refused, or waits for its next attempt.",
                "It is looked up in the billing system before it is sent again."
            })
    void retry(
            @Parameters(paramLabel = "ID", arity = "0..*") @Nullable List<Long> ids,
            @Option(names = "--refused", description = "All that were refused, instead of IDs.") boolean refused,
            @Option(names = "--backend", paramLabel = "BACKEND", description = "Of these, only to this billing system.")
                    @Nullable
                    String backend,
            @Option(
                            names = "--period",
                            paramLabel = "PERIOD",
                            description = "Of these, only documents of this billing period.")
                    @Nullable
                    String period) {
        List<Long> named = Optional.ofNullable(ids).orElse(List.of());
        if (named.isEmpty() != refused || !refused && (backend != null || period != null)) {
            throw new AskedWrongly(
                    "name deliveries by their ids, or ask for --refused, with --backend and --period if not for all of them");
        }
        Deliveries deliveries = session.ledger().deliveries();
        named.forEach(id -> deliveries.retry(id, session.clock().instant(), session.user()));
        int due = refused
                ? deliveries.retryRefused(
                        Optional.ofNullable(backend),
                        Optional.ofNullable(period).map(Session::period),
                        session.clock().instant(),
                        session.user())
                : named.size();
        session.say(due == 0 ? "None of them is refused" : "%d due now; send them: reckoner deliver".formatted(due));
    }

    @Command(name = "cancel", mixinStandardHelpOptions = true, description = "Give it up: it is not to be delivered.")
    void cancel(
            @Parameters(paramLabel = "ID", arity = "1..*") List<Long> ids,
            @Option(names = "--because", paramLabel = "WHY", required = true, description = "For the audit log.")
                    String why) {
        ids.forEach(
                id -> session.ledger().deliveries().cancel(id, session.clock().instant(), session.user(), why));
        session.say("%d cancelled".formatted(ids.size()));
    }

    @Command(
            name = "pdf",
            mixinStandardHelpOptions = true,
            description = {
                "Write a delivered document as PDF.",
                "The billing system's own, if its adapter can get it; else Reckoner's. It is said which."
            })
    void pdf(
            @Parameters(paramLabel = "ID") long id,
            @Option(names = "--to", paramLabel = "FILE", description = "Default: the document's number and .pdf.")
                    @Nullable
                    Path file)
            throws IOException {
        Delivery delivery = delivery(id);
        Path to = Optional.ofNullable(file).orElse(Path.of(delivery.number() + ".pdf"));
        Optional<PaperSource.Paper> theirs = theirs(delivery);
        WholeFile.replace(to, theirs.map(PaperSource.Paper::content).orElseGet(() -> ours(delivery)));
        session.say("%s is %s"
                .formatted(
                        to,
                        theirs.isPresent()
                                ? delivery.backend() + "'s own"
                                : "Reckoner's; %s gives none".formatted(delivery.backend())));
    }

    private Optional<PaperSource.Paper> theirs(Delivery delivery) {
        Optional<Receipt> receipt = delivery.remoteId()
                .map(there -> new Receipt(delivery.number(), there, Optional.empty(), Receipt.Status.UNKNOWN));
        try (Backend backend = session.backend(delivery.backend())) {
            return receipt.isPresent() ? PaperSource.pdf(backend.system(), receipt.get()) : Optional.empty();
        } catch (Undelivered e) {
            throw new AskedWrongly(
                    "%s cannot be asked for its PDF: %s. For Reckoner's: reckoner invoices export %s --as pdf"
                            .formatted(delivery.backend(), e.getMessage(), delivery.number()));
        }
    }

    private byte[] ours(Delivery delivery) {
        Invoices.Stored stored =
                session.ledger().invoices().find(delivery.number()).orElseThrow();
        return Form.pdf.write(Outgoing.of(stored, Optional.empty()), Form.ArtificeLayout.USUAL);
    }

    private Delivery delivery(long id) {
        return session.ledger()
                .deliveries()
                .find(id)
                .orElseThrow(
                        () -> new AskedWrongly("there is no delivery %d; see: reckoner deliveries list".formatted(id)));
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Owe a billing system the documents that were issued before it was configured.")
    void add(
            @Parameters(paramLabel = "BACKEND") String backend,
            @Option(names = "--period", paramLabel = "PERIOD", description = "Only documents of this billing period.")
                    @Nullable
                    String period) {
        session.backend(backend).close();
        int added = session.ledger()
                .deliveries()
                .oweAll(
                        backend,
                        Optional.ofNullable(period).map(Session::period),
                        session.clock().instant(),
                        session.user());
        session.say("%d documents are owed to %s now".formatted(added, backend));
    }
}
