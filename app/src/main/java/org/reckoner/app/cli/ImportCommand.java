package org.reckoner.app.cli;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.FileTrouble;
import org.reckoner.app.Session;
import org.reckoner.app.concertim.OldSettings;
import org.reckoner.collect.novabilling.Comparison;
import org.reckoner.collect.novabilling.Comparison.Reason;
import org.reckoner.collect.novabilling.Histories;
import org.reckoner.collect.novabilling.OldBilling;
import org.reckoner.collect.novabilling.OldDatabase;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import org.reckoner.serve.heart.Heart;
import org.reckoner.serve.heart.HeartSettings;
import org.reckoner.serve.heart.Takeover;
import org.reckoner.serve.http.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Take over what another billing system knew.")
final class ImportCommand {

    private static final int PLACES = 6;
    private static final Path USUAL_FOLDER = Path.of("/etc/reckoner");
    private static final FileAttribute<Set<PosixFilePermission>> ONLY_MINE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Session session;

    ImportCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "nova-billing",
            mixinStandardHelpOptions = true,
            description = {
                "From nova-billing's database, of any generation: accounts, tariffs, and what happened.",
                "Importing the same again adds nothing. What its bugs had billed wrongly is printed for each account."
            })
    int novaBilling(
            @Parameters(paramLabel = "FILE", description = "The SQLite file, or a dump by mysqldump.") Path file,
            @Option(names = "--dry-run", description = "Read, check and compare; touch no ledger.") boolean dry,
            @Option(
                            names = "--region",
                            paramLabel = "NAME",
                            description = "The region of what it tells of, instead of the configured one.")
                    @Nullable
                    String region,
            @Option(names = "--by-month", description = "Compare each month by itself.") boolean byMonth) {
        OldBilling old = read(file);
        Histories histories = Histories.of(old);
        List<Histories.Change> changes = histories.changes();
        session.warn("%s: nova-billing %s: %d accounts, %d resources, %d segments, %d tariffs; %d changes"
                .formatted(
                        file,
                        generation(old),
                        old.accounts().size(),
                        old.resources().size(),
                        old.segments().size(),
                        old.tariffs().size(),
                        changes.size()));
        old.notes().forEach(note -> session.warn("note: " + note));
        if (dry) {
            session.warn("Nothing was imported: this was a dry run.");
        } else {
            take(old, changes, region);
        }
        report(histories, byMonth);
        return 0;
    }

    @Command(
            name = "concertim",
            mixinStandardHelpOptions = true,
            description = {
                "From concertim-openstack-service: its config.yaml as a part of reckoner.yaml, on standard output.",
                "",
                "No secret is printed. With --secrets each is written into a file of its own that only you may read;"
                        + " none that is there is written over. What cannot be said in reckoner.yaml is told."
            })
    int concertim(
            @Parameters(paramLabel = "FILE", description = "Its config.yaml.") Path file,
            @Option(
                            names = "--secrets",
                            paramLabel = "FOLDER",
                            description =
                                    "Where passwords go, and clouds.yaml, which has one. Without, they go nowhere.")
                    @Nullable
                    Path folder) {
        OldSettings old = OldSettings.read(
                file.toString(), FileTrouble.text(file), (folder == null ? USUAL_FOLDER : folder).toAbsolutePath());
        if (folder == null) {
            session.warn("secrets are not shown; have them written by --secrets FOLDER: "
                    + String.join(", ", old.secrets().keySet()));
        } else {
            write(folder, old.secrets());
        }
        session.out().print(old.configuration());
        old.notes().forEach(note -> session.warn("note: " + note));
        return 0;
    }

    /// Writes all of them, or, if one is there already, none.
    private void write(Path folder, SortedMap<String, String> secrets) {
        List<String> there = secrets.keySet().stream()
                .filter(name -> Files.exists(folder.resolve(name)))
                .toList();
        if (!there.isEmpty()) {
            throw new AskedWrongly(
                    "in %s there is %s already; nothing was written".formatted(folder, String.join(", ", there)));
        }
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, String> secret : secrets.entrySet()) {
                Path file = folder.resolve(secret.getKey());
                try (ByteChannel channel = Files.newByteChannel(
                        file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ONLY_MINE)) {
                    ByteBuffer left = ByteBuffer.wrap(secret.getValue().getBytes(StandardCharsets.UTF_8));
                    while (left.hasRemaining()) {
                        channel.write(left);
                    }
                }
                session.warn("written: " + file);
            }
        } catch (IOException e) {
            throw new AskedWrongly("cannot write into %s: %s".formatted(folder, FileTrouble.reason(e)));
        }
    }

    private static String generation(OldBilling old) {
        return switch (old.generation()) {
            case G0 -> "0.0.2";
            case G1 -> "2.0";
            case G2 -> "2.1";
        };
    }

    private static OldBilling read(Path file) {
        try (Progress progress = Progress.of("reading", 0)) {
            return OldDatabase.read(file, progress::step);
        } catch (IOException e) {
            throw new AskedWrongly("cannot read %s: %s".formatted(file, FileTrouble.reason(e)));
        }
    }

    private void take(OldBilling old, List<Histories.Change> changes, @Nullable String region) {
        HeartSettings configured = session.configuration().heart();
        HeartSettings settings = new HeartSettings(
                configured.legacy(), configured.currency(), region == null ? configured.region() : region);
        Heart heart = new Heart(settings, session.ledger(), session.clock());
        try (Progress progress = Progress.of("importing", changes.size())) {
            Takeover.Taken taken = heart.take(books(old, changes), session.user(), progress::step);
            session.warn("New in the ledger: %d accounts, %d resources, %d tariffs, %d changes"
                    .formatted(taken.accounts(), taken.resources(), taken.tariffs(), taken.changes()));
        } catch (Problem problem) {
            throw new AskedWrongly("nothing was imported: " + problem.detail());
        }
    }

    private static Takeover.Books books(OldBilling old, List<Histories.Change> changes) {
        return new Takeover.Books(
                old.accounts().stream()
                        .map(account -> new Takeover.Account(account.id(), account.name(), account.costCenter()))
                        .toList(),
                old.resources().stream()
                        .map(resource -> new Takeover.Resource(
                                resource.id(),
                                resource.account(),
                                resource.parent(),
                                resource.rtype(),
                                resource.name(),
                                resource.attrs()))
                        .toList(),
                old.tariffs(),
                changes.stream()
                        .map(change -> new Takeover.Change(change.resource(), change.at(), quantity(change)))
                        .toList());
    }

    private static Takeover.Quantity quantity(Histories.Change change) {
        return switch (change.kind()) {
            case LINEAR -> new Takeover.Quantity.Linear(change.quantity());
            case FIXED -> new Takeover.Quantity.Fixed(change.quantity());
            case CLOSED -> new Takeover.Quantity.Closed();
        };
    }

    /// The lines of an account, summed up unless each month is asked for.
    private record Sum(String account, YearMonth from, YearMonth to, List<Comparison.Line> lines) {

        BigDecimal billed() {
            return lines.stream().map(Comparison.Line::billed).reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        BigDecimal documented() {
            return lines.stream().map(Comparison.Line::documented).reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        BigDecimal because(Reason reason) {
            return lines.stream().map(line -> line.because(reason)).reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        String months() {
            return from.equals(to) ? from.toString() : from + ".." + to;
        }
    }

    private void report(Histories histories, boolean byMonth) {
        List<Comparison.Line> lines = Comparison.of(histories, session.clock().instant());
        List<Sum> sums = sums(lines, byMonth);
        List<Column> columns = new ArrayList<>(List.of(
                Column.text("account"),
                Column.text(byMonth ? "month" : "months"),
                Column.number("billed"),
                Column.number("documented"),
                Column.number("difference")));
        for (Reason reason : Reason.values()) {
            columns.add(Column.number(reason.word()));
        }
        session.print(Table.of(columns, sums.stream().map(ImportCommand::row).toList()));
        explain(sums, histories);
    }

    private static List<Sum> sums(List<Comparison.Line> lines, boolean byMonth) {
        if (byMonth) {
            return lines.stream()
                    .map(line -> new Sum(line.account(), line.month(), line.month(), List.of(line)))
                    .toList();
        }
        TreeMap<String, List<Comparison.Line>> byAccount = new TreeMap<>();
        lines.forEach(line -> byAccount
                .computeIfAbsent(line.account(), account -> new ArrayList<>())
                .add(line));
        return byAccount.entrySet().stream()
                .map(account -> new Sum(
                        account.getKey(),
                        account.getValue().getFirst().month(),
                        account.getValue().getLast().month(),
                        account.getValue()))
                .toList();
    }

    private static List<String> row(Sum sum) {
        List<String> row = new ArrayList<>(List.of(
                sum.account(),
                sum.months(),
                shown(sum.billed()),
                shown(sum.documented()),
                shown(sum.billed().subtract(sum.documented()))));
        for (Reason reason : Reason.values()) {
            row.add(shown(sum.because(reason)));
        }
        return row;
    }

    /// With two decimal places at least; nova-billing had no currency.
    private static String shown(BigDecimal amount) {
        BigDecimal rounded = amount.setScale(PLACES, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return (rounded.scale() < 2 ? rounded.setScale(2) : rounded).toPlainString();
    }

    private void explain(List<Sum> sums, Histories histories) {
        if (sums.isEmpty()) {
            session.warn("There are no bills to compare: nova-billing 0.0.2 knew no prices, or nothing was ever held.");
            return;
        }
        Map<Reason, BigDecimal> found = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            BigDecimal all = sums.stream().map(sum -> sum.because(reason)).reduce(BigDecimal.ZERO, BigDecimal::add);
            if (sums.stream().anyMatch(sum -> sum.because(reason).signum() != 0)) {
                found.put(reason, all);
            }
        }
        session.warn(found.isEmpty() ? "All bills are as documented." : "Why bills differ, in all:");
        found.forEach((reason, amount) ->
                session.warn("  %s %s: %s".formatted(reason.word(), shown(amount), reason.sentence())));
        Optional.of(histories.reopened())
                .filter(count -> count > 0)
                .ifPresent(count -> session.warn(
                        "note: %d instances were started again under their name. When they had ended before is not known any more: the time until then counts as use, here and in the ledger."
                                .formatted(count)));
    }
}
