package org.reckoner.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.ledger.invoice.Invoices;
import org.reckoner.ledger.invoice.Verification;
import org.reckoner.present.Explanation;
import org.reckoner.present.ObservationSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Say how an invoice's lines came about.",
            "",
            "It leads from the amount back to the resources, their stretches of use, and the very observations; and to"
                    + " the price, with its formula and numbers. Everything is computed once more."
        })
final class ExplainCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "NUMBER", description = "The invoice's number.")
    private String number = "";

    @Option(names = "--line", paramLabel = "N", description = "Only this line, counted from 1 as on the invoice.")
    private @Nullable Integer line;

    ExplainCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Invoices.Stored stored = session.ledger()
                .invoices()
                .find(number)
                .orElseThrow(() -> new AskedWrongly("there is no invoice " + number + "; see: reckoner invoices list"));
        Invoice invoice = stored.invoice();
        List<InvoiceLine> lines = invoice.lines();
        if (line != null && (line < 1 || line > lines.size())) {
            throw new AskedWrongly("%s has lines 1 to %d, not %d".formatted(number, lines.size(), line));
        }
        List<Explanation> explanations = new ArrayList<>();
        for (InvoiceLine each : line == null ? lines : List.of(lines.get(line - 1))) {
            explanations.add(explanation(invoice, each));
        }
        switch (session.format()) {
            case json ->
                session.say("["
                        + String.join(
                                ",\n",
                                explanations.stream().map(Explanation::toJson).toList()) + "]");
            case table, csv -> explanations.forEach(explanation -> session.say(explanation.toText()));
        }
        return explanations.stream().allMatch(Explanation::holds) ? 0 : 1;
    }

    /// A line of the period itself is shown as computed now, with its uses; a correction as it stands,
    /// followed by what its period comes to now.
    private Explanation explanation(Invoice invoice, InvoiceLine stored) {
        Optional<Verification.Explained> now = session.ledger().verification().explain(invoice, stored);
        InvoiceLine shown = now.filter(explained -> stored.correction().isEmpty())
                .map(Verification.Explained::line)
                .orElse(stored);
        return Explanation.of(
                shown,
                now.map(Verification.Explained::book)
                        .orElseGet(() ->
                                session.ledger().priceBooks().version(invoice.priceBook(), invoice.priceBookVersion())),
                this::summary);
    }

    private Optional<ObservationSummary> summary(ObservationId id) {
        return session.ledger()
                .observations()
                .find(id)
                .map(recorded -> ObservationSummary.of(recorded.observation(), recorded.recordedAt()));
    }
}
