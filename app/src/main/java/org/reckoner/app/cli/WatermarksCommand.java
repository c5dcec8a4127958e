package org.reckoner.app.cli;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import org.reckoner.ledger.observation.Watermark;
import org.reckoner.ledger.observation.Watermarks;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "watermarks",
        mixinStandardHelpOptions = true,
        subcommandsRepeatable = false,
        description =
                "Up to when each source is known to be complete. A period is invoiced when all have reached its end.")
final class WatermarksCommand implements Runnable {

    private final Session session;

    WatermarksCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        list();
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Every source and how far it is complete.")
    void list() {
        session.print(Table.of(
                List.of(
                        Column.text("source"),
                        Column.text("region"),
                        Column.text("complete until"),
                        Column.text("set at"),
                        Column.text("set by")),
                session.ledger().watermarks().all().stream()
                        .map(WatermarksCommand::row)
                        .toList()));
    }

    private static List<String> row(Watermark watermark) {
        return List.of(
                watermark.scope().source(),
                watermark.scope().region(),
                watermark.completeUntil().map(Instant::toString).orElse("unknown"),
                watermark.setAt().toString(),
                watermark.setBy());
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = "Say that a source has nothing more to tell of the time before an instant.")
    void set(
            @Parameters(
                            paramLabel = "SOURCE",
                            description = "nova, cinder, glance, neutron ... With * at its end, all that begin so.")
                    String source,
            @Parameters(paramLabel = "INSTANT", description = "Such as 2026-12-01T00:00:00Z.") String instant,
            @Parameters(paramLabel = "REGION", arity = "0..1", description = "Default: the configured one.") @Nullable
                    String region,
            @Option(names = "--new", description = "The source has told nothing yet; wait for it from now on.")
                    boolean isNew) {
        Instant until = IngestCommand.instant(instant);
        Watermarks watermarks = session.ledger().watermarks();
        for (Watermark.Scope scope : meant(watermarks, scope(source, region))) {
            if (!isNew && watermarks.find(scope).isEmpty()) {
                throw new AskedWrongly("%s has told nothing yet. Known are %s. If it is to be waited for, say --new"
                        .formatted(scope, known(watermarks)));
            }
            watermarks.set(scope, until, session.clock().instant(), session.user());
        }
        list();
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description =
                    "Forget a source that is gone, so that no period waits for it. It is back once it tells something.")
    void remove(
            @Parameters(paramLabel = "SOURCE", description = "With * at its end, all that begin so: 'ceilometer/*'.")
                    String source,
            @Parameters(paramLabel = "REGION", arity = "0..1", description = "Default: the configured one.") @Nullable
                    String region,
            @Option(names = "--because", paramLabel = "WHY", required = true, description = "For the audit log.")
                    String why) {
        Watermarks watermarks = session.ledger().watermarks();
        for (Watermark.Scope scope : meant(watermarks, scope(source, region))) {
            watermarks.remove(scope, session.clock().instant(), session.user(), why);
        }
        list();
    }

    private static List<Watermark.Scope> meant(Watermarks watermarks, Watermark.Scope asked) {
        if (!asked.source().endsWith("*")) {
            return List.of(asked);
        }
        String beginning = asked.source().substring(0, asked.source().length() - 1);
        List<Watermark.Scope> meant = watermarks.all().stream()
                .map(Watermark::scope)
                .filter(scope -> scope.region().equals(asked.region()))
                .filter(scope -> scope.source().startsWith(beginning))
                .toList();
        if (meant.isEmpty()) {
            throw new AskedWrongly("no source of %s begins with '%s'. Known are %s"
                    .formatted(asked.region(), beginning, known(watermarks)));
        }
        return meant;
    }

    private Watermark.Scope scope(String source, @Nullable String region) {
        return new Watermark.Scope(
                source, region == null ? session.configuration().region() : region);
    }

    private static String known(Watermarks watermarks) {
        List<Watermark> all = watermarks.all();
        return all.isEmpty()
                ? "none"
                : all.stream().map(each -> each.scope().toString()).collect(Collectors.joining(", "));
    }
}
