package org.reckoner.app.cli;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
        name = "reckoner",
        mixinStandardHelpOptions = true,
        version = "reckoner 0.1.0",
        description = {
            "Metering, rating, billing and invoicing for OpenStack clouds.",
            "",
            "First steps:",
            "  reckoner demo                          see it all on a bundled recording",
            "  reckoner prices sample > prices.yaml   a price book to start from",
            "  reckoner prices load prices.yaml",
            "  reckoner listen                        collect from your RabbitMQ, or:",
            "  reckoner ingest FOLDER                 collect from recorded notifications",
            "  reckoner backfill all                  what there was before you began to listen",
            "  reckoner bill                          what everybody owes this month so far",
            "  reckoner invoices issue --period 2026-11"
        },
        footer = {
            "",
            "The configuration is reckoner.yaml in the working directory, or /etc/reckoner/reckoner.yaml.",
            "Exit codes: 0 done, 1 something was found wrong, 2 asked wrongly."
        })
final class ReckonerCommand implements Callable<Integer> {

    private final Session session;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ReckonerCommand(Session session) {
        this.session = session;
    }

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The configuration file.")
    void config(Path file) {
        session.configFile(file);
    }

    @Option(
            names = "--ledger",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "The ledger, instead of the configured one: jdbc:sqlite:PATH or jdbc:postgresql://...")
    void ledger(String url) {
        session.ledgerUrl(url);
    }

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            description = "How answers are printed: table (default), json or csv.")
    void format(Session.Format format) {
        session.format(format);
    }

    @Option(
            names = "--now",
            paramLabel = "INSTANT",
            scope = ScopeType.INHERIT,
            description = "Take it to be this time (2026-12-01T00:00:00Z): for trials and demonstrations.")
    void now(String instant) {
        try {
            session.now(Instant.parse(instant));
        } catch (DateTimeException e) {
            throw new AskedWrongly("--now expects an instant such as 2026-12-01T00:00:00Z, not '" + instant + "'");
        }
    }

    @Override
    public Integer call() {
        session.warn("Which command? See the list below.");
        spec.commandLine().usage(session.err());
        return CommandLines.ASKED_WRONGLY;
    }
}
