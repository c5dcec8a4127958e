package org.reckoner.app.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.deliver.reconcile.Finding;
import org.reckoner.deliver.reconcile.Reconciliation;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        description = {
            "Compare what was issued for a period with what a billing system has, both ways;",
            "or, with 'cloud', the ledger with what the cloud says there is.",
            "",
            "Exit code 1 if something is missing, extra, doubled, cancelled there, or has another total."
        })
final class ReconcileCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "BACKEND", arity = "0..1", description = "A billing system of the configuration.")
    private @Nullable String backend;

    @Option(names = "--period", paramLabel = "PERIOD", description = "Such as 2026-11.")
    private @Nullable String period;

    @Option(names = "--all", description = "Also the documents that agree.")
    private boolean all;

    ReconcileCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        String name = given(backend, "which billing system? Or: reckoner reconcile cloud");
        String asked = given(period, "which period? Say --period 2026-11");
        List<Finding> findings;
        try (Backend opened = session.backend(name)) {
            findings = Reconciliation.of(session.ledger(), name, opened.system(), Session.period(asked));
        } catch (Undelivered e) {
            throw new AskedWrongly("%s cannot be read: %s".formatted(name, e.getMessage()));
        }
        session.print(Table.of(
                List.of(
                        Column.text("document"),
                        Column.text("finding"),
                        Column.number("issued"),
                        Column.number("there"),
                        Column.text("there as"),
                        Column.text("status there")),
                findings.stream()
                        .filter(finding -> all || !finding.isFine())
                        .map(ReconcileCommand::row)
                        .toList()));
        long wrong = findings.stream().filter(finding -> !finding.isFine()).count();
        session.warn("%d documents, %d to look at".formatted(findings.size(), wrong));
        return wrong == 0 ? 0 : 1;
    }

    private static String given(@Nullable String word, String question) {
        if (word == null) {
            throw new AskedWrongly(question);
        }
        return word;
    }

    private static List<String> row(Finding finding) {
        return List.of(
                finding.reference(),
                finding.kind().name().toLowerCase(Locale.ROOT),
                finding.issued().map(Money::toString).orElse(""),
                finding.there().map(Money::toString).orElse(""),
                finding.remoteId().orElse(""),
                finding.status()
                        .map(status -> status.name().toLowerCase(Locale.ROOT))
                        .orElse(""));
    }
}
