package org.reckoner.app.cli;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Ingestion;
import org.reckoner.app.Session;
import org.reckoner.collect.recording.RawMessage;
import org.reckoner.collect.recording.Recording;
import org.reckoner.ledger.observation.Watermark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = {
            "Collect from recorded notifications: folders of JSON files, NDJSON files, single JSON files, also gzipped.",
            "Samples and events of Ceilometer are read too, alone or in lists, as it publishes or once listed them.",
            "Ingesting the same again, in any order or after a crash, changes nothing."
        })
final class IngestCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Folders or files.")
    private List<Path> paths = new ArrayList<>();

    @Option(
            names = "--region",
            paramLabel = "NAME",
            description = "The region they come from, instead of the configured one.")
    private @Nullable String region;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Messages in one transaction (default ${DEFAULT-VALUE}).")
    private int batchSize = 1000;

    @Option(
            names = "--complete-until",
            paramLabel = "INSTANT",
            description = "Say that these sources have nothing more to tell of the time before.")
    private @Nullable String completeUntil;

    IngestCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (batchSize < 1) {
            throw new AskedWrongly("--batch-size expects 1 or more, not " + batchSize);
        }
        Optional<Instant> complete = Optional.ofNullable(completeUntil).map(IngestCommand::instant);
        complete.filter(session.clock().instant()::isBefore).ifPresent(ahead -> {
            throw new AskedWrongly(
                    "--complete-until %s is yet to come; expected an instant that is over".formatted(ahead));
        });
        List<Recording> recordings = paths.stream().map(Recording::open).toList();
        long total = recordings.stream().mapToLong(r -> r.size().messages()).sum();
        Ingestion ingestion = new Ingestion(
                session.notifications(Optional.ofNullable(region)),
                session.ledger().intake(),
                Optional.ofNullable(region).orElse(session.configuration().region()),
                batchSize);
        long refused = 0;
        List<String> unreadable = new ArrayList<>();
        for (Recording recording : recordings) {
            try (Progress progress = Progress.of("Ingesting", total);
                    Stream<RawMessage> messages = recording.messages(file -> unreadable.add(file.getMessage()))) {
                Ingestion.Summary summary = ingestion.ingest(messages, progress::step);
                progress.close();
                session.say(sentence(summary));
                refused += refused(summary);
            }
        }
        unreadable.forEach(file -> session.warn("reckoner: " + file + ". It is left out; the rest was read"));
        if (refused > 0) {
            session.warn("What could not be understood is kept as dead letters; see: reckoner dead-letters list");
        }
        if (unreadable.isEmpty()) {
            complete.ifPresent(this::advance);
        } else if (complete.isPresent()) {
            session.warn("The sources are not taken to be complete, because not all was read");
        }
        return refused > 0 || !unreadable.isEmpty() ? 1 : 0;
    }

    /// Those that the ledger has already as dead letters, too.
    private static long refused(Ingestion.Summary summary) {
        return summary.parts() - summary.taken().added() - summary.taken().known() - summary.ignoredMessages();
    }

    static String sentence(Ingestion.Summary summary) {
        String fresh = summary.samples() == 0 ? "new observations" : "new observations and samples";
        return "%s: %d %s, %d known before, %d of no concern to billing, %d not understood"
                .formatted(
                        summary.messages() == 1 ? "1 message" : summary.messages() + " messages",
                        summary.taken().added(),
                        fresh,
                        summary.taken().known(),
                        summary.ignoredMessages(),
                        refused(summary));
    }

    private void advance(Instant until) {
        String name = Optional.ofNullable(region).orElse(session.configuration().region());
        session.ledger().watermarks().all().stream()
                .map(Watermark::scope)
                .filter(scope -> scope.region().equals(name))
                // What is made of samples is complete once it was made: reckoner samples run.
                .filter(scope -> scope.source().indexOf('/') < 0)
                .forEach(scope -> session.ledger()
                        .watermarks()
                        .advance(scope, until, session.clock().instant(), session.user()));
    }

    static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new AskedWrongly("expected an instant such as 2026-12-01T00:00:00Z, not '" + text + "'");
        }
    }
}
