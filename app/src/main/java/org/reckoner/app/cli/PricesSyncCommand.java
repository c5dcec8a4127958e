package org.reckoner.app.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.FileTrouble;
import org.reckoner.app.Session;
import org.reckoner.deliver.PriceSource;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.deliver.prices.PriceSync;
import org.reckoner.ledger.price.PriceBooks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "sync",
        mixinStandardHelpOptions = true,
        description = {
            "Make the next version of a price book from what a billing system sells.",
            "",
            "Shows the difference and what could not be expressed, and changes nothing unless told to: --to writes the"
                    + " version to a file for you to review and load, --load loads it. Exit code 1 if there is a"
                    + " difference that was neither written nor loaded."
        })
final class PricesSyncCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "BACKEND", description = "One of those under deliver.")
    private String name = "";

    @Option(
            names = "--book",
            paramLabel = "NAME",
            description =
                    "Of the price book; made new if there is none. Default: the default price book of the configuration, else BACKEND.")
    private @Nullable String book;

    @Option(
            names = "--currency",
            paramLabel = "CODE",
            description = "Of a book that is made new; needed only if there are prices in several.")
    private @Nullable String currency;

    @Option(
            names = "--from",
            paramLabel = "PERIOD",
            description = "The first period that is charged at changed prices, such as 2027-01. Default: the next one.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "FILE", description = "Write the version to this new file.")
    private @Nullable Path file;

    @Option(names = "--load", description = "Load it as the next version.")
    private boolean load;

    PricesSyncCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        PriceSync.Wish wish = wish();
        Optional<PriceBooks.Loaded> newest = session.ledger().priceBooks().versions(Optional.of(wish.book())).stream()
                .findFirst();
        PriceSync.Outcome outcome =
                PriceSync.of(wish, read(), newest.map(each -> new PriceSync.Current(each.book(), each.text())));
        outcome.notes().forEach(note -> session.warn("note: " + note));
        return switch (outcome) {
            case PriceSync.Unchanged(var notes) -> {
                session.say("no difference");
                yield 0;
            }
            case PriceSync.Refused(var reasons, var notes) -> {
                reasons.forEach(reason -> session.warn("error: " + reason));
                session.warn("nothing was made");
                yield 1;
            }
            case PriceSync.Changed changed -> {
                changed.changes().forEach(change -> session.say(change.toString()));
                yield keep(changed);
            }
        };
    }

    private PriceSync.Wish wish() {
        String usual = session.configuration().invoices().defaultPriceBook().orElse(name);
        YearMonth next = session.month().plusMonths(1);
        LocalDate day = Optional.ofNullable(from)
                .map(label -> LocalDate.ofInstant(Session.period(label).window().from(), ZoneOffset.UTC))
                .orElse(next.atDay(1));
        try {
            return new PriceSync.Wish(
                    name,
                    Optional.ofNullable(book).orElse(usual),
                    Optional.ofNullable(currency).map(Currency::getInstance),
                    day);
        } catch (IllegalArgumentException e) {
            throw new AskedWrongly("--currency: '%s' is no currency such as EUR".formatted(currency));
        }
    }

    private PriceSource.PriceList read() {
        try (Backend backend = session.backend(name)) {
            if (!(backend.system() instanceof PriceSource source)) {
                throw new AskedWrongly("the adapter of %s cannot read prices".formatted(name));
            }
            return source.prices();
        } catch (Undelivered e) {
            throw new AskedWrongly(
                    "the prices of %s cannot be read, and nothing was made: %s".formatted(name, e.getMessage()));
        }
    }

    private int keep(PriceSync.Changed changed) {
        if (file != null) {
            write(file, changed.text());
        }
        if (load) {
            PriceBooks.Loaded loaded = session.ledger()
                    .priceBooks()
                    .load(
                            changed.book(),
                            changed.text(),
                            session.clock().instant(),
                            session.user(),
                            Optional.of("prices sync " + name));
            session.say("This is version %d of price book '%s' now"
                    .formatted(loaded.book().version(), loaded.book().name()));
        }
        if (file == null && !load) {
            session.warn("Nothing was changed. To review it: --to FILE; to load it: --load");
        }
        return file == null && !load ? 1 : 0;
    }

    private void write(Path to, String text) {
        try {
            Files.writeString(to, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new AskedWrongly("%s exists and is not overwritten; name another file with --to".formatted(to));
        } catch (IOException e) {
            throw new AskedWrongly("cannot write %s: %s".formatted(to, FileTrouble.reason(e)));
        }
        session.say("Wrote %s. Look through it, then: reckoner prices check %s && reckoner prices load %s"
                .formatted(to, to, to));
    }
}
