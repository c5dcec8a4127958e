package org.reckoner.app.cli;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.Timeline;
import org.reckoner.ledger.observation.Observations;
import org.reckoner.ledger.observation.Recorded;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "resources",
        mixinStandardHelpOptions = true,
        description = "What is paid for, and its history as folded from what was observed.")
final class ResourcesCommand implements Runnable {

    private final Session session;

    ResourcesCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        list(null, null);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Every resource that was ever observed.")
    void list(
            @Option(names = "--account", paramLabel = "PROJECT", description = "Only what it ever owned.") @Nullable
                    String account,
            @Option(names = "--type", paramLabel = "TYPE", description = "Only of this type: server, volume ...")
                    @Nullable
                    String type) {
        Optional<String> project =
                Optional.ofNullable(account).map(named -> session.account(named).project());
        session.print(Table.of(
                List.of(Column.text("region"), Column.text("type"), Column.id("id")),
                session.ledger().resources().all(project, Optional.ofNullable(type)).stream()
                        .map(resource -> List.of(resource.region(), resource.type(), resource.id()))
                        .toList()));
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "One resource's timeline.")
    void show(
            @Parameters(paramLabel = "ID", description = "OpenStack's id of it, or its beginning.") String id,
            @Option(names = "--observations", description = "What was observed, instead of what it comes to.")
                    boolean observed) {
        Observations observations = session.ledger().observations();
        List<ResourceId> found = session.ledger().resources().all(Optional.empty(), Optional.empty()).stream()
                .filter(resource -> resource.id().startsWith(id))
                .toList();
        if (found.size() != 1) {
            throw new AskedWrongly(
                    found.isEmpty()
                            ? "there is no resource whose id begins with '%s'; see: reckoner resources list"
                                    .formatted(id)
                            : "%d resources have an id that begins with '%s'".formatted(found.size(), id));
        }
        long cutoff = observations.cutoff();
        session.print(
                observed
                        ? observations(observations.recorded(found.getFirst(), cutoff))
                        : segments(session.ledger()
                                .timelines()
                                .of(found.getFirst(), cutoff)
                                .orElseThrow()));
    }

    private static Table segments(Timeline timeline) {
        List<List<String>> rows = new ArrayList<>();
        for (Segment segment : timeline.segments()) {
            rows.add(List.of(
                    segment.window().from().toString(),
                    segment.window().isOpen() ? "" : segment.window().to().toString(),
                    segment.state(),
                    segment.owner().orElse("unknown"),
                    pairs(segment.levels()),
                    pairs(segment.attributes())));
        }
        return Table.of(
                List.of(
                        Column.text("from"),
                        Column.text("to"),
                        Column.text("state"),
                        Column.id("owner"),
                        Column.text("holds"),
                        Column.text("attributes")),
                rows);
    }

    private static Table observations(List<Recorded> recorded) {
        return Table.of(
                List.of(
                        Column.number("seq"),
                        Column.text("occurred"),
                        Column.text("recorded"),
                        Column.text("event"),
                        Column.text("state"),
                        Column.text("not_before"),
                        Column.text("message")),
                recorded.stream()
                        .map(each -> List.of(
                                Long.toString(each.seq()),
                                each.observation().occurredAt().toString(),
                                each.recordedAt().toString(),
                                each.observation().event(),
                                each.observation().report().state().orElse(""),
                                each.observation()
                                        .report()
                                        .within()
                                        .map(window -> window.from().toString())
                                        .orElse(""),
                                each.observation().id().toString()))
                        .toList());
    }

    private static String pairs(Map<String, ?> pairs) {
        return pairs.entrySet().stream()
                .map(pair -> pair.getKey() + "="
                        + (pair.getValue() instanceof BigDecimal number ? number.toPlainString() : pair.getValue()))
                .collect(Collectors.joining(" "));
    }
}
