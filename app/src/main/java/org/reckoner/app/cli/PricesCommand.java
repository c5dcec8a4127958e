package org.reckoner.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.FileTrouble;
import org.reckoner.app.Session;
import org.reckoner.core.price.PriceBook;
import org.reckoner.ledger.price.PriceBooks;
import org.reckoner.present.Column;
import org.reckoner.present.PriceTable;
import org.reckoner.present.Table;
import org.reckoner.prices.PriceBookDiff;
import org.reckoner.prices.PriceBookFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "prices",
        mixinStandardHelpOptions = true,
        description = "Price books: files that you review, kept in the ledger as immutable versions.")
final class PricesCommand implements Runnable {

    private final Session session;

    PricesCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        list(null);
    }

    @Command(name = "sample", mixinStandardHelpOptions = true, description = "Print a price book to start from.")
    void sample() {
        session.out().print(PriceBookFile.sample());
        session.out().flush();
    }

    @Command(
            name = "schema",
            mixinStandardHelpOptions = true,
            description = "Print the JSON Schema of price books, for editors.")
    void schema() {
        session.out().print(PriceBookFile.schema());
        session.out().flush();
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description =
                    "Say everything that is wrong with a price book, with line and column. Exit code 1 if anything is.")
    int check(@Parameters(paramLabel = "FILE") Path file) {
        return switch (read(file)) {
            case PriceBookFile.Read read -> {
                read.warnings().forEach(problem -> session.warn("warning: " + problem));
                session.say("%s is a good price book: %s, %d prices in %s"
                        .formatted(
                                file,
                                read.book().name(),
                                read.book().prices().size(),
                                read.book().currency()));
                yield 0;
            }
            case PriceBookFile.Refused refused -> refuse(file, refused);
        };
    }

    @Command(
            name = "load",
            mixinStandardHelpOptions = true,
            description = "Keep a price book as the next version of its name.")
    int load(@Parameters(paramLabel = "FILE") Path file) {
        return switch (read(file)) {
            case PriceBookFile.Read read -> {
                read.warnings().forEach(problem -> session.warn("warning: " + problem));
                PriceBooks.Loaded loaded = session.ledger()
                        .priceBooks()
                        .load(
                                read.book(),
                                FileTrouble.text(file),
                                session.clock().instant(),
                                session.user());
                session.say("%s is version %d of price book '%s'"
                        .formatted(file, loaded.book().version(), loaded.book().name()));
                yield 0;
            }
            case PriceBookFile.Refused refused -> refuse(file, refused);
        };
    }

    private int refuse(Path file, PriceBookFile.Refused refused) {
        refused.warnings().forEach(problem -> session.warn("warning: " + problem));
        refused.errors().forEach(problem -> session.warn("error: " + problem));
        session.warn("%s is refused: %d errors; nothing was loaded"
                .formatted(file, refused.errors().size()));
        return 1;
    }

    private static PriceBookFile.Reading read(Path file) {
        return PriceBookFile.read(file.toString(), FileTrouble.text(file));
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "All price books and their versions.")
    void list(@Parameters(paramLabel = "NAME", arity = "0..1", description = "Only this book.") @Nullable String name) {
        session.print(Table.of(
                List.of(
                        Column.text("name"),
                        Column.number("version"),
                        Column.text("currency"),
                        Column.text("valid from"),
                        Column.number("prices"),
                        Column.text("loaded"),
                        Column.text("by")),
                session.ledger().priceBooks().versions(Optional.ofNullable(name)).stream()
                        .map(PricesCommand::row)
                        .toList()));
    }

    private static List<String> row(PriceBooks.Loaded loaded) {
        PriceBook book = loaded.book();
        return List.of(
                book.name(),
                Integer.toString(book.version()),
                book.currency().getCurrencyCode(),
                book.validFrom().from().getEpochSecond() == 0
                        ? "always"
                        : book.validFrom().from().toString(),
                Integer.toString(book.prices().size()),
                loaded.loadedAt().toString(),
                loaded.loadedBy());
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "The prices of a book.")
    void show(
            @Parameters(
                            paramLabel = "NAME[:VERSION]",
                            description = "The newest version unless one is named; or a file.")
                    String which,
            @Option(names = "--source", description = "The file as it was loaded.") boolean source) {
        if (source) {
            session.out().print(loaded(which).text());
            session.out().flush();
            return;
        }
        session.print(PriceTable.of(book(which)));
    }

    @Command(
            name = "diff",
            mixinStandardHelpOptions = true,
            description = "What changes from one price book to another. Exit code 1 if anything does.")
    int diff(
            @Parameters(paramLabel = "FROM", description = "NAME, NAME:VERSION or a file.") String from,
            @Parameters(paramLabel = "TO", description = "NAME, NAME:VERSION or a file.") String to) {
        List<PriceBookDiff.Change> changes = PriceBookDiff.between(book(from), book(to));
        changes.forEach(change -> session.say(change.toString()));
        if (changes.isEmpty()) {
            session.say("no difference");
        }
        return changes.isEmpty() ? 0 : 1;
    }

    private PriceBook book(String which) {
        Path file = Path.of(which);
        if (!Files.isRegularFile(file)) {
            return loaded(which).book();
        }
        return switch (read(file)) {
            case PriceBookFile.Read read -> read.book();
            case PriceBookFile.Refused refused -> {
                refuse(file, refused);
                throw new AskedWrongly(which + " cannot be compared or shown while it is refused");
            }
        };
    }

    private PriceBooks.Loaded loaded(String which) {
        int colon = which.indexOf(':');
        String name = colon < 0 ? which : which.substring(0, colon);
        return session.ledger().priceBooks().versions(Optional.of(name)).stream()
                .filter(loaded ->
                        colon < 0 || Integer.toString(loaded.book().version()).equals(which.substring(colon + 1)))
                .findFirst()
                .orElseThrow(() -> new AskedWrongly(
                        "'%s' is neither a file nor a loaded price book; see: reckoner prices list".formatted(which)));
    }
}
