package org.reckoner.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.Backfill;
import org.reckoner.app.CloudAccess;
import org.reckoner.app.Session;
import org.reckoner.collect.Inventories;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.collect.backfill.Supplement;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.Report;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        description = {
            "Ask the services' APIs what there is, and keep what the ledger lacks of it.",
            "What notifications told is never contradicted. Running it again, also after a crash, adds nothing."
        })
final class BackfillCommand implements Callable<Integer> {

    /// Which services are asked.
    enum Which {
        nova,
        glance,
        cinder,
        neutron,
        all
    }

    private final Session session;

    @Parameters(paramLabel = "SERVICE", description = "nova, glance, cinder, neutron, or all.")
    private Which which = Which.all;

    @Option(
            names = "--since",
            paramLabel = "INSTANT",
            description = "Of deleted servers, those deleted after this; default: the beginning of this month.")
    private @Nullable String since;

    @Option(
            names = "--end-missing",
            paramLabel = "INSTANT",
            description =
                    "Let what the ledger has as existing and the service does not have any more end at this time, but not before the last that was told of it. Without, it is only named.")
    private @Nullable String endMissing;

    @Option(names = "--dry-run", description = "Keep nothing; print what would be kept.")
    private boolean dryRun;

    @Mixin
    private CloudOptions.Listing listing = new CloudOptions.Listing();

    BackfillCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Backfill.Plan plan = listing.plan(dryRun, gone());
        CloudAccess access = listing.access(
                session,
                since == null ? BillingPeriod.of(session.month()).window().from() : IngestCommand.instant(since));
        Backfill backfill = new Backfill(access, session.ledger(), plan, session.clock());
        TreeMap<String, Backfill.Outcome> outcomes = new TreeMap<>();
        for (Inventory inventory : Inventories.ALL) {
            if (which == Which.all && !inventory.tellsAlone() || which.name().equals(inventory.service())) {
                try (Progress progress = Progress.of("Asking " + inventory.service(), 0)) {
                    outcomes.put(inventory.service(), backfill.of(inventory, progress::step));
                }
                CloudOptions.Listing.tellTroubles(
                        session,
                        inventory.service(),
                        Objects.requireNonNull(outcomes.get(inventory.service())),
                        "%s: the ledger has %d as existing that the service does not have any more; see --end-missing");
            }
        }
        session.print(dryRun ? plan(outcomes) : counts(outcomes));
        if (dryRun) {
            long observations = outcomes.values().stream()
                    .mapToLong(Backfill.Outcome::observations)
                    .sum();
            session.warn("%d observations would be kept; nothing was".formatted(observations));
        }
        boolean fine = outcomes.values().stream().allMatch(CloudOptions.Listing::isFine);
        return fine ? 0 : CommandLines.FOUND_WRONG;
    }

    private Backfill.Gone gone() {
        return endMissing == null
                ? new Backfill.Gone.Named()
                : new Backfill.Gone.Ended(IngestCommand.instant(endMissing));
    }

    private static Table counts(SortedMap<String, Backfill.Outcome> outcomes) {
        List<List<String>> rows = new ArrayList<>();
        outcomes.forEach((service, outcome) -> outcome.counts().forEach((type, verdicts) -> {
            List<String> row = new ArrayList<>(List.of(service, type));
            for (Supplement.Verdict verdict : Supplement.Verdict.values()) {
                row.add(Integer.toString(verdicts.getOrDefault(verdict, 0)));
            }
            rows.add(row);
        }));
        return Table.of(
                List.of(
                        Column.text("service"),
                        Column.text("type"),
                        Column.number("new"),
                        Column.number("completed"),
                        Column.number("known"),
                        Column.number("outdated"),
                        Column.number("ended")),
                rows);
    }

    private static Table plan(SortedMap<String, Backfill.Outcome> outcomes) {
        List<List<String>> rows = new ArrayList<>();
        outcomes.values()
                .forEach(outcome -> outcome.written()
                        .forEach(written -> written.facts().forEach(fact -> {
                            Report report = fact.report();
                            rows.add(List.of(
                                    written.resource().type(),
                                    written.resource().id(),
                                    written.verdict() == Supplement.Verdict.NEW ? "new" : "completed",
                                    fact.occurredAt().toString(),
                                    report.owner().orElse(""),
                                    report.state().orElse(""),
                                    what(fact)));
                        })));
        return Table.of(
                List.of(
                        Column.text("type"),
                        Column.id("id"),
                        Column.text("ledger"),
                        Column.text("at"),
                        Column.id("owner"),
                        Column.text("state"),
                        Column.text("tells")),
                rows);
    }

    /// What an observation tells, but owner and state.
    static String what(Observation fact) {
        Report report = fact.report();
        List<String> words = new ArrayList<>();
        report.beganAt().ifPresent(at -> words.add("began=" + at));
        report.endedAt().ifPresent(at -> words.add("ended=" + at));
        report.levels().forEach((meter, quantity) -> words.add(meter + "=" + quantity.toPlainString()));
        report.attributes().forEach((dimension, value) -> words.add(dimension + "=" + value));
        return String.join(" ", words);
    }
}
