package org.reckoner.app.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Reexamination;
import org.reckoner.app.Session;
import org.reckoner.collect.Reading;
import org.reckoner.core.meter.Sample;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.ledger.sample.Samples;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "dead-letters",
        mixinStandardHelpOptions = true,
        description = "Messages that could not be understood. They are kept, without secrets, until they can be.")
final class DeadLettersCommand implements Runnable {

    private final Session session;

    DeadLettersCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        list(false, 100);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "The ones still waiting, oldest first.")
    void list(
            @Option(names = "--all", description = "Also those that were replayed or dismissed.") boolean all,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "At most so many (default 100).")
                    int limit) {
        List<DeadLetter> letters = session.ledger().deadLetters().list(all, Math.max(1, limit));
        session.print(Table.of(
                List.of(
                        Column.number("id"),
                        Column.text("received"),
                        Column.text("origin"),
                        Column.text("event"),
                        Column.text("reason")),
                letters.stream()
                        .map(letter -> List.of(
                                Long.toString(letter.id()),
                                letter.receivedAt().toString(),
                                letter.origin(),
                                letter.eventType().orElse(""),
                                letter.reason()))
                        .toList()));
        long waiting = session.ledger().deadLetters().waiting();
        if (waiting > letters.size()) {
            session.warn("%d of %d shown; more with --limit".formatted(letters.size(), waiting));
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "One of them, whole.")
    void show(@Parameters(paramLabel = "ID") long id) {
        DeadLetter letter = find(id);
        session.say("id        " + letter.id());
        session.say("received  " + letter.receivedAt());
        session.say("origin    " + letter.origin());
        letter.eventType().ifPresent(event -> session.say("event     " + event));
        letter.messageId().ifPresent(message -> session.say("message   " + message));
        letter.replayedAt().ifPresent(at -> session.say("settled   " + at));
        session.say("reason    " + letter.reason());
        session.say("");
        session.say(letter.body());
    }

    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            description =
                    "Try again, after an update or a change of configuration. Exit code 1 if some are still not understood.")
    int replay(
            @Parameters(paramLabel = "ID", arity = "0..*", description = "Which; all that wait if none is named.")
                    @Nullable
                    List<Long> ids) {
        Ledger ledger = session.ledger();
        Reexamination reexamination = new Reexamination(session);
        List<DeadLetter> letters = ids == null || ids.isEmpty()
                ? ledger.deadLetters().list(false, Integer.MAX_VALUE)
                : ids.stream().map(this::find).toList();
        int still = 0;
        for (DeadLetter letter : letters) {
            switch (reexamination.read(letter)) {
                case Reading.Observed observed -> {
                    ledger.intake().replay(letter.id(), List.of(observed.observation()));
                    session.say("%d understood: %s"
                            .formatted(letter.id(), observed.observation().event()));
                }
                case Reading.Commanded commanded -> {
                    if (reexamination.keep(letter, commanded)) {
                        ledger.intake().replay(letter.id(), List.of());
                        session.say("%d understood: %s".formatted(letter.id(), commanded.method()));
                    } else {
                        still++;
                        session.say("%d still not understood: %s".formatted(letter.id(), letter.reason()));
                    }
                }
                case Reading.Sampled(Sample sample) -> {
                    ledger.intake()
                            .replay(
                                    letter.id(),
                                    List.of(),
                                    new Samples.Batch(session.configuration().region(), List.of(sample)));
                    session.say("%d understood: sample of %s".formatted(letter.id(), sample.meter()));
                }
                case Reading.Several several -> {
                    still++;
                    session.say("%d holds several messages; ingest it as a file".formatted(letter.id()));
                }
                case Reading.Ignored ignored -> {
                    ledger.intake().replay(letter.id(), List.of());
                    session.say("%d of no concern to billing: %s".formatted(letter.id(), ignored.why()));
                }
                case Reading.Refused refused -> {
                    still++;
                    session.say("%d still not understood: %s".formatted(letter.id(), refused.reason()));
                }
            }
        }
        session.say("%d of %d replayed".formatted(letters.size() - still, letters.size()));
        return still == 0 ? 0 : 1;
    }

    @Command(
            name = "dismiss",
            mixinStandardHelpOptions = true,
            description = "Lay aside what is of no use: it is kept, and no longer waits.")
    void dismiss(
            @Parameters(paramLabel = "ID", arity = "1..*") List<Long> ids,
            @Option(names = "--because", paramLabel = "WHY", required = true, description = "For the audit log.")
                    String why) {
        List<DeadLetter> letters = ids.stream().map(this::find).toList();
        letters.forEach(letter -> session.ledger()
                .deadLetters()
                .dismiss(letter.id(), session.clock().instant(), session.user(), why));
        session.say("%d dismissed".formatted(letters.size()));
    }

    private DeadLetter find(long id) {
        return session.ledger()
                .deadLetters()
                .find(id)
                .orElseThrow(() -> new AskedWrongly(
                        "there is no dead letter %d; see: reckoner dead-letters list --all".formatted(id)));
    }
}
