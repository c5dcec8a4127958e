package org.reckoner.app.cli;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.Session;
import org.reckoner.ledger.observation.Watermark;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
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
            @Parameters(paramLabel = "SOURCE", description = "nova, cinder, glance, neutron ...") String source,
            @Parameters(paramLabel = "INSTANT", description = "Such as 2026-12-01T00:00:00Z.") String instant,
            @Parameters(paramLabel = "REGION", arity = "0..1", description = "Default: the configured one.") @Nullable
                    String region) {
        session.ledger()
                .watermarks()
                .advance(
                        new Watermark.Scope(
                                source, region == null ? session.configuration().region() : region),
                        IngestCommand.instant(instant),
                        session.clock().instant(),
                        session.user());
        list();
    }
}
