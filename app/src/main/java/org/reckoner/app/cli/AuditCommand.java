package org.reckoner.app.cli;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import org.reckoner.ledger.audit.AuditLog;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Who changed prices, accounts, invoices and watermarks, when and why; the newest first.")
final class AuditCommand implements Runnable {

    private final Session session;

    @Option(names = "--action", paramLabel = "ACTION", description = "Only such as invoice.void or watermark.set.")
    private @Nullable String action;

    @Option(names = "--subject", paramLabel = "SUBJECT", description = "Only what was done to this.")
    private @Nullable String subject;

    @Option(names = "--who", paramLabel = "NAME", description = "Only what this person did.")
    private @Nullable String who;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "At most so many (default ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--changes", description = "Also what it was before and is after.")
    private boolean changes;

    AuditCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        if (limit < 1) {
            throw new AskedWrongly("--limit expects 1 or more, not " + limit);
        }
        AuditLog.Filter filter = new AuditLog.Filter(
                Optional.ofNullable(action), Optional.ofNullable(subject), Optional.ofNullable(who));
        List<AuditLog.Noted> entries = session.ledger().audit().page(filter, true, Optional.empty(), limit);
        session.print(Table.of(
                changes
                        ? List.of(
                                Column.text("at"),
                                Column.text("who"),
                                Column.text("action"),
                                Column.text("subject"),
                                Column.text("why"),
                                Column.text("before"),
                                Column.text("after"))
                        : List.of(
                                Column.text("at"),
                                Column.text("who"),
                                Column.text("action"),
                                Column.text("subject"),
                                Column.text("why")),
                entries.stream().map(noted -> row(noted.entry())).toList()));
    }

    private List<String> row(AuditLog.Entry entry) {
        List<String> row = List.of(
                entry.at().toString(),
                entry.who(),
                entry.action(),
                entry.subject(),
                entry.why().orElse(""),
                entry.before().orElse(""),
                entry.after().orElse(""));
        return changes ? row : row.subList(0, 5);
    }
}
