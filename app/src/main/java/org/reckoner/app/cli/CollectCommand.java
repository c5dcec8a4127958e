package org.reckoner.app.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.Collecting;
import org.reckoner.app.Session;
import org.reckoner.app.Stores;
import org.reckoner.app.config.Configuration.StoreKind;
import org.reckoner.app.config.Configuration.StoreSettings;
import org.reckoner.core.meter.Observation;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "collect",
        mixinStandardHelpOptions = true,
        description = {
            "Collect what stores of measures know: all windows that are over and were not collected yet, and the last",
            "ones once more. Configured under 'measure'. Running it again, also after a crash, adds nothing."
        })
final class CollectCommand implements Callable<Integer> {

    /// Which stores are asked.
    enum Which {
        gnocchi,
        prometheus,
        cloudkitty,
        all
    }

    private final Session session;

    @Parameters(paramLabel = "STORE", description = "gnocchi, prometheus, cloudkitty, or all that are configured.")
    private Which which = Which.all;

    @Option(
            names = "--since",
            paramLabel = "INSTANT",
            description = "All windows from this on, instead of those that are due: to look at old ones again.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "INSTANT", description = "Only windows that begin before this.")
    private @Nullable String until;

    @Option(
            names = "--metrics",
            paramLabel = "FILE",
            description = "Collect what this metrics.yml of CloudKitty's says, instead of what is configured.")
    private @Nullable Path metrics;

    @Option(names = "--dry-run", description = "Keep nothing; print what would be kept.")
    private boolean dryRun;

    CollectCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Stores stores = new Stores(session);
        List<StoreSettings> chosen = which == Which.all
                ? stores.measuring().stores()
                : List.of(stores.settings(StoreKind.valueOf(which.name().toUpperCase(Locale.ROOT))));
        List<Stores.Ready> ready = chosen.stream()
                .map(settings -> stores.open(settings, Optional.ofNullable(metrics)))
                .toList();
        Collecting collecting = stores.collecting(
                Optional.ofNullable(since).map(IngestCommand::instant),
                Optional.ofNullable(until).map(IngestCommand::instant),
                dryRun);
        List<List<String>> rows = new ArrayList<>();
        List<Observation> shown = new ArrayList<>();
        boolean fine = true;
        for (Stores.Ready one : ready) {
            List<Collecting.Outcome> outcomes;
            try (Progress progress = Progress.of("Asking " + one.store().name(), 0)) {
                outcomes = collecting.run(one.store(), one.definitions(), progress::step);
            }
            for (Collecting.Outcome outcome : outcomes) {
                rows.add(row(one.store().name(), outcome));
                shown.addAll(outcome.shown());
                tell(one.store().name(), outcome);
                fine &= outcome.trouble().isEmpty() && outcome.refused() == 0 && outcome.leftOut() == 0;
            }
        }
        session.print(dryRun ? plan(shown) : table(rows));
        if (dryRun) {
            long kept = shown.size();
            session.warn("%d measures would be kept at least; nothing was".formatted(kept));
        }
        return fine ? 0 : CommandLines.FOUND_WRONG;
    }

    private void tell(String store, Collecting.Outcome outcome) {
        outcome.trouble()
                .ifPresent(trouble -> session.warn("reckoner: %s/%s: %s".formatted(store, outcome.meter(), trouble)));
        outcome.behind()
                .ifPresent(behind -> session.warn("reckoner: %s/%s: %s".formatted(store, outcome.meter(), behind)));
        if (outcome.refused() > 0) {
            session.warn(
                    "reckoner: %s/%s: %d cannot be believed and are kept as dead letters; see: reckoner dead-letters list"
                            .formatted(store, outcome.meter(), outcome.refused()));
        }
        if (outcome.leftOut() > 0) {
            session.warn(
                    "reckoner: %s/%s: resources left out, as %s has no such values of them and never will: %d; which and why: reckoner dead-letters list"
                            .formatted(store, outcome.meter(), store, outcome.leftOut()));
        }
        if (outcome.unowned() > 0) {
            session.warn("reckoner: %s/%s: of %d the store does not say who pays; whoever owned the resource then does"
                    .formatted(store, outcome.meter(), outcome.unowned()));
        }
    }

    private static List<String> row(String store, Collecting.Outcome outcome) {
        return List.of(
                store,
                outcome.meter(),
                outcome.asked().map(span -> span.from().toString()).orElse(""),
                outcome.asked().map(span -> span.to().toString()).orElse(""),
                Long.toString(outcome.measures()),
                Long.toString(outcome.added()),
                Long.toString(outcome.changed()),
                Long.toString(outcome.refused()),
                Long.toString(outcome.empty()),
                outcome.watermark().map(Instant::toString).orElse("unknown"));
    }

    private static Table table(List<List<String>> rows) {
        return Table.of(
                List.of(
                        Column.text("store"),
                        Column.text("meter"),
                        Column.text("from"),
                        Column.text("to"),
                        Column.number("measures"),
                        Column.number("new"),
                        Column.number("changed"),
                        Column.number("refused"),
                        Column.number("empty"),
                        Column.text("complete until")),
                rows);
    }

    private static Table plan(List<Observation> shown) {
        return Table.of(
                List.of(
                        Column.text("meter"),
                        Column.text("type"),
                        Column.id("id"),
                        Column.text("from"),
                        Column.id("owner"),
                        Column.number("quantity"),
                        Column.text("attributes")),
                shown.stream().map(CollectCommand::planned).toList());
    }

    private static List<String> planned(Observation fact) {
        return List.of(
                fact.report().flows().firstKey(),
                fact.resource().type(),
                fact.resource().id(),
                fact.occurredAt().toString(),
                fact.report().owner().orElse(""),
                fact.report().flows().firstEntry().getValue().toPlainString(),
                String.join(
                        " ",
                        fact.report().attributes().entrySet().stream()
                                .map(entry -> entry.getKey() + "=" + entry.getValue())
                                .toList()));
    }
}
