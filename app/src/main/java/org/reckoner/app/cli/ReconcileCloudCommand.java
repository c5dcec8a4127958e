package org.reckoner.app.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Backfill;
import org.reckoner.app.CloudAccess;
import org.reckoner.app.Discoveries;
import org.reckoner.app.Session;
import org.reckoner.collect.Inventories;
import org.reckoner.collect.backfill.Discrepancy;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.collect.backfill.Missed;
import org.reckoner.collect.openstack.BadCloud;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.core.time.Window;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "cloud",
        mixinStandardHelpOptions = true,
        description = {
            "Compare the ledger with what the cloud's services say there is, and make up for what was missed:",
            "what came to be, went, or changed without a message that arrived.",
            "",
            "What messages tell is never contradicted, also not by those that arrive later."
        })
final class ReconcileCloudCommand implements Callable<Integer> {

    /// What of the answer is printed.
    enum Show {
        summary,
        missed,
        seconds
    }

    private final Session session;

    @Parameters(
            paramLabel = "SERVICE",
            arity = "0..*",
            description = "nova, glance, cinder, neutron, heat, keystone; all that the cloud has if none is named.")
    private List<String> services = List.of();

    @Option(
            names = "--period",
            paramLabel = "PERIOD",
            description = "Servers deleted since its beginning, and wrong seconds in it; default this month.")
    private @Nullable String period;

    @Option(
            names = "--since",
            paramLabel = "INSTANT",
            description = "Instead of --period: servers deleted, and wrong seconds, since then.")
    private @Nullable String since;

    @Option(names = "--dry-run", description = "Keep nothing.")
    private boolean dryRun;

    @Option(
            names = "--show",
            paramLabel = "WHAT",
            description =
                    "summary (by service and project; default), missed (one by one, with its time and how certain it is), or seconds (by resource and meter, those that the ledger had wrong).")
    private Show show = Show.summary;

    @Option(
            names = "--most-gone",
            paramLabel = "PERCENT",
            description =
                    "If more of what the ledger has is not there any more, let nothing end (default ${DEFAULT-VALUE}).")
    private int mostGone = 50;

    @Mixin
    private CloudOptions.Listing listing = new CloudOptions.Listing();

    ReconcileCloudCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (mostGone < 0 || mostGone > 100) {
            throw new AskedWrongly("--most-gone expects 0 to 100, not " + mostGone);
        }
        List<Inventory> inventories = Inventories.named(services)
                .orElseThrow(() -> new AskedWrongly("there is no service among '%s' that can be asked; known are %s"
                        .formatted(String.join(" ", services), Inventories.names())));
        Window counted = counted();
        Backfill.Plan plan = listing.plan(dryRun, new Backfill.Gone.Found(mostGone));
        CloudAccess access = listing.access(session, deletedSince(counted.from()));
        Backfill backfill = new Backfill(access, session.ledger(), plan, session.clock());
        Discoveries discoveries = new Discoveries(counted, show != Show.summary);
        TreeMap<String, Backfill.Outcome> outcomes = new TreeMap<>();
        boolean allAsked = true;
        for (Inventory inventory : inventories) {
            if (services.isEmpty() && !inventory.isIn(access.openStack())) {
                continue;
            }
            try (Progress progress = Progress.of("Asking " + inventory.service(), 0)) {
                outcomes.put(
                        inventory.service(),
                        backfill.of(inventory, progress::step, discoveries.in(inventory.service())));
            } catch (BadCloud e) {
                if (!services.isEmpty() || !inventory.tellsAlone()) {
                    throw e;
                }
                session.warn("reckoner: %s was left out: %s".formatted(inventory.service(), e.getMessage()));
                allAsked = false;
            }
            Backfill.Outcome outcome = outcomes.get(inventory.service());
            if (outcome != null) {
                CloudOptions.Listing.tellTroubles(
                        session,
                        inventory.service(),
                        outcome,
                        "%s: %d of what the ledger has are not there any more, more than --most-gone allows; is it the right cloud? Nothing of it was ended");
            }
        }
        session.print(
                switch (show) {
                    case summary -> summary(discoveries, access);
                    case missed -> missed(discoveries);
                    case seconds -> seconds(discoveries);
                });
        int observations = outcomes.values().stream()
                .mapToInt(Backfill.Outcome::observations)
                .sum();
        session.warn(
                dryRun
                        ? "%d observations would be kept; nothing was".formatted(observations)
                        : "%d observations make up for what was missed".formatted(observations));
        boolean fine = outcomes.values().stream().allMatch(CloudOptions.Listing::isFine);
        return fine && allAsked ? 0 : CommandLines.FOUND_WRONG;
    }

    /// Not later than the last reading of Nova, so that none is missed that was deleted between two periods.
    private Instant deletedSince(Instant from) {
        String ours = listing.region().orElse(session.configuration().region());
        return Backfill.since(session.ledger(), "nova", ours)
                .filter(before -> before.isBefore(from))
                .orElse(from);
    }

    private Window counted() {
        Instant now = session.clock().instant();
        if (since != null && period != null) {
            throw new AskedWrongly("--since and --period say the same; give one of them");
        }
        if (since != null) {
            Instant from = IngestCommand.instant(since);
            if (from.isAfter(now)) {
                throw new AskedWrongly("--since %s is yet to come".formatted(since));
            }
            return new Window(from, now);
        }
        BillingPeriod asked = period == null ? BillingPeriod.of(session.month()) : Session.period(period);
        Window window = asked.window();
        if (window.from().isAfter(now)) {
            throw new AskedWrongly("period %s is yet to come".formatted(asked));
        }
        return window.to().isAfter(now) ? new Window(window.from(), now) : window;
    }

    private static Table summary(Discoveries discoveries, CloudAccess access) {
        List<Column> columns =
                new ArrayList<>(List.of(Column.text("service"), Column.text("project"), Column.number("resources")));
        Arrays.stream(Missed.Kind.values()).forEach(kind -> columns.add(Column.number(kind.word())));
        columns.addAll(List.of(
                Column.number("lost_seconds"),
                Column.number("doubled_seconds"),
                Column.number("otherwise_seconds"),
                Column.number("uncertain_seconds")));
        List<List<String>> rows = new ArrayList<>();
        discoveries.sums().forEach((key, sum) -> {
            List<String> row = new ArrayList<>(List.of(
                    key.service(),
                    access.wanted().nameOf(key.project()).orElse(key.project()),
                    Integer.toString(sum.resources())));
            Arrays.stream(Missed.Kind.values()).forEach(kind -> row.add(Integer.toString(sum.of(kind))));
            row.addAll(numbers(sum.seconds()));
            row.add(Long.toString(sum.uncertain()));
            rows.add(row);
        });
        return Table.of(columns, rows);
    }

    private static List<String> numbers(Discrepancy seconds) {
        return List.of(
                Long.toString(seconds.lost()), Long.toString(seconds.doubled()), Long.toString(seconds.otherwise()));
    }

    private static Table missed(Discoveries discoveries) {
        List<List<String>> rows = new ArrayList<>();
        discoveries
                .entries()
                .forEach(entry -> entry.missed()
                        .forEach(missed -> rows.add(List.of(
                                entry.resource().type(),
                                entry.resource().id(),
                                entry.key().project(),
                                missed.kind().word(),
                                missed.at().toString(),
                                missed.within()
                                        .map(Window::from)
                                        .map(Instant::toString)
                                        .orElse(""),
                                missed.within()
                                        .map(Window::to)
                                        .map(Instant::toString)
                                        .orElse(""),
                                BackfillCommand.what(missed.fact())))));
        return Table.of(
                List.of(
                        Column.text("type"),
                        Column.id("id"),
                        Column.id("project"),
                        Column.text("missed"),
                        Column.text("at"),
                        Column.text("not_before"),
                        Column.text("not_after"),
                        Column.text("tells")),
                rows);
    }

    private static Table seconds(Discoveries discoveries) {
        List<List<String>> rows = new ArrayList<>();
        discoveries.entries().forEach(entry -> {
            TreeMap<String, List<String>> same = new TreeMap<>();
            entry.seconds()
                    .forEach((meter, wrong) -> same.computeIfAbsent(
                                    String.join(" ", numbers(wrong)), any -> new ArrayList<>())
                            .add(meter));
            same.values().stream().sorted(Comparator.comparing(List::getFirst)).forEach(meters -> {
                List<String> row = new ArrayList<>(List.of(
                        entry.resource().type(),
                        entry.resource().id(),
                        entry.key().project(),
                        meters.stream().collect(Collectors.joining(" "))));
                row.addAll(numbers(entry.seconds().getOrDefault(meters.getFirst(), Discrepancy.NONE)));
                row.add(Long.toString(entry.uncertain()));
                rows.add(row);
            });
        });
        return Table.of(
                List.of(
                        Column.text("type"),
                        Column.id("id"),
                        Column.id("project"),
                        Column.text("meters"),
                        Column.number("lost_seconds"),
                        Column.number("doubled_seconds"),
                        Column.number("otherwise_seconds"),
                        Column.number("uncertain_seconds")),
                rows);
    }
}
