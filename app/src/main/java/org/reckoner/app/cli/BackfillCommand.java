package org.reckoner.app.cli;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Backfill;
import org.reckoner.app.Session;
import org.reckoner.app.config.Configuration;
import org.reckoner.collect.Inventories;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.collect.backfill.Supplement;
import org.reckoner.collect.backfill.Wanted;
import org.reckoner.collect.openstack.Cloud;
import org.reckoner.collect.openstack.Clouds;
import org.reckoner.collect.openstack.OpenStack;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.Report;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
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

    private static final int MOST_NAMED = 20;

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
            names = "--os-cloud",
            paramLabel = "NAME",
            description = "The cloud of clouds.yaml, instead of OS_CLOUD or the configured one.")
    private @Nullable String osCloud;

    @Option(
            names = "--region",
            paramLabel = "NAME",
            description = "The cloud's region to ask, instead of the configured one.")
    private @Nullable String region;

    @Option(names = "--project", paramLabel = "PROJECT", description = "Only what this project owns: its id or name.")
    private @Nullable String project;

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

    @Option(
            names = "--page-size",
            paramLabel = "N",
            description = "Resources in one request and one transaction (default ${DEFAULT-VALUE}).")
    private int pageSize = 200;

    BackfillCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (pageSize < 1 || pageSize > 1000) {
            throw new AskedWrongly("--page-size expects 1 to 1000, not " + pageSize);
        }
        Configuration configuration = session.configuration();
        Cloud cloud = cloud(configuration);
        OpenStack openStack = OpenStack.of(cloud, session.clock());
        Wanted wanted = wanted(openStack, configuration);
        Backfill backfill = new Backfill(
                openStack,
                session.ledger(),
                cloud.region().orElse(configuration.region()),
                wanted,
                new Backfill.Plan(
                        dryRun, pageSize, Optional.ofNullable(endMissing).map(IngestCommand::instant)));
        TreeMap<String, Backfill.Outcome> outcomes = new TreeMap<>();
        for (Inventory inventory : Inventories.ALL) {
            if (which == Which.all || which.name().equals(inventory.service())) {
                try (Progress progress = Progress.of("Asking " + inventory.service(), 0)) {
                    outcomes.put(inventory.service(), backfill.of(inventory, progress::step));
                }
                tellTroubles(inventory.service(), outcomes.get(inventory.service()));
            }
        }
        session.print(dryRun ? plan(outcomes) : counts(outcomes));
        if (dryRun) {
            long observations = outcomes.values().stream()
                    .mapToLong(Backfill.Outcome::observations)
                    .sum();
            session.warn("%d observations would be kept; nothing was".formatted(observations));
        }
        boolean fine = outcomes.values().stream()
                .allMatch(outcome -> outcome.refused().isEmpty()
                        && outcome.missing().isEmpty()
                        && outcome.ended().isEmpty());
        return fine ? 0 : CommandLines.FOUND_WRONG;
    }

    private Cloud cloud(Configuration configuration) {
        Configuration.OpenStackAccess access = configuration.openStack();
        Cloud cloud = Clouds.usual()
                .choose(Optional.ofNullable(osCloud), access.cloud(), access.cloudsFile(), Optional.ofNullable(region));
        String ours = configuration.region();
        if (region == null
                && cloud.region().filter(theirs -> !theirs.equals(ours)).isPresent()) {
            throw new AskedWrongly(
                    "cloud %s is for region %s, and the configured region is %s. Say which with --region, by the name that the ledger has it under"
                            .formatted(cloud.name(), cloud.region().get(), ours));
        }
        return cloud.region().isPresent() ? cloud : cloud.in(ours);
    }

    private Wanted wanted(OpenStack openStack, Configuration configuration) {
        List<String> adminRoles = configuration.openStack().adminRoles();
        boolean admin = openStack.hasOneOf(adminRoles);
        SortedMap<String, String> names = admin ? openStack.projectNames().orElseGet(TreeMap::new) : new TreeMap<>();
        openStack.project().ifPresent(own -> names.put(own.id(), own.name()));
        Optional<String> only = Optional.ofNullable(project).map(asked -> projectId(asked, names, openStack));
        boolean own = only.isPresent() && only.equals(openStack.project().map(OpenStack.Project::id));
        if (!admin && !own) {
            throw new AskedWrongly(
                    "what all projects own can be seen with role %s only, and %s. Give it the role, or back-fill its own project with --project"
                            .formatted(String.join(" or ", adminRoles), openStack.who()));
        }
        Instant deletedSince = since == null
                ? YearMonth.from(session.clock().instant().atZone(ZoneOffset.UTC))
                        .atDay(1)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                : IngestCommand.instant(since);
        return new Wanted(admin, only, deletedSince, configuration.collect().maxClockSkew(), names);
    }

    /// Whoever may not list projects can still name one by its id.
    private static String projectId(String asked, SortedMap<String, String> names, OpenStack openStack) {
        if (names.containsKey(asked)) {
            return asked;
        }
        List<String> ids = names.entrySet().stream()
                .filter(entry -> entry.getValue().equals(asked))
                .map(Map.Entry::getKey)
                .toList();
        if (ids.size() == 1) {
            return ids.getFirst();
        }
        throw new AskedWrongly(
                ids.isEmpty()
                        ? "%s sees no project '%s' in cloud %s"
                                .formatted(
                                        openStack.cloud().credentials().who(),
                                        asked,
                                        openStack.cloud().name())
                        : "%d projects are named '%s'; choose one by its id: %s"
                                .formatted(ids.size(), asked, String.join(", ", ids)));
    }

    private void tellTroubles(String service, Backfill.Outcome outcome) {
        outcome.refused().forEach(refused -> session.warn("reckoner: %s: %s; left out".formatted(service, refused)));
        tell(
                outcome.missing(),
                "%s: the ledger has %d as existing that the service does not have any more; see --end-missing",
                service);
        tell(
                outcome.untold(),
                "%s: %d are new and were otherwise before; they are taken to have been as they are now all along",
                service);
        tell(
                outcome.ended(),
                "%s: the ledger knows the end of %d that the service still lists; they are left as they are",
                service);
    }

    private void tell(List<?> resources, String sentence, String service) {
        if (resources.isEmpty()) {
            return;
        }
        session.warn("reckoner: " + sentence.formatted(service, resources.size()));
        resources.stream().limit(MOST_NAMED).forEach(resource -> session.warn("  " + resource));
        if (resources.size() > MOST_NAMED) {
            session.warn("  and %d more".formatted(resources.size() - MOST_NAMED));
        }
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

    private static String what(Observation fact) {
        Report report = fact.report();
        List<String> words = new ArrayList<>();
        report.beganAt().ifPresent(at -> words.add("began=" + at));
        report.endedAt().ifPresent(at -> words.add("ended=" + at));
        report.levels().forEach((meter, quantity) -> words.add(meter + "=" + quantity.toPlainString()));
        report.attributes().forEach((dimension, value) -> words.add(dimension + "=" + value));
        return String.join(" ", words);
    }
}
