package org.reckoner.app.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import org.reckoner.app.concertim.Pusher;
import org.reckoner.deliver.concertim.Push;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "concertim", mixinStandardHelpOptions = true, description = "What only Concertim needs.")
final class ConcertimCommand {

    private static final List<Column> CHANGES =
            List.of(Column.text("of"), Column.text("id"), Column.text("name"), Column.text("told"));

    private final Session session;

    ConcertimCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "push",
            mixinStandardHelpOptions = true,
            description = {
                "Tell Concertim what teams, racks and devices cost this month so far, and what teams have left. Once;"
                        + " 'serve' does it all the time.",
                "",
                "Only what changed is told. Exit code 1 if something could not be told."
            })
    int push(@Option(names = "--dry-run", description = "Show what would be told, and tell nothing.") boolean dryRun) {
        try (Pusher pusher = Pusher.of(session)
                .orElseThrow(() -> new AskedWrongly(
                        "it is not said where Concertim is; add concertim.push to the configuration"))) {
            Push.Round round = pusher.once(dryRun);
            List<List<String>> rows = round.changes().stream()
                    .map(change -> List.of(
                            change.kind(),
                            change.id(),
                            change.name(),
                            change.values().entrySet().stream()
                                    .map(each -> each.getKey() + "=" + each.getValue())
                                    .collect(Collectors.joining(" "))))
                    .toList();
            session.print(Table.of(CHANGES, rows));
            round.troubles().forEach(trouble -> session.warn(trouble.what() + ": " + trouble.why()));
            session.warn("%d changes%s, %d as they were, %d troubles"
                    .formatted(
                            rows.size(),
                            dryRun ? " to be told" : " told",
                            round.unchanged(),
                            round.troubles().size()));
            return round.troubles().isEmpty() ? 0 : CommandLines.FOUND_WRONG;
        }
    }
}
