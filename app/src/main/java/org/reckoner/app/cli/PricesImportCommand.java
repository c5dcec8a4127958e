package org.reckoner.app.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.FileTrouble;
import org.reckoner.app.Session;
import org.reckoner.core.time.TimeSlice;
import org.reckoner.deliver.artifice.ArtificeImport;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Turn another system's prices into a price book file, for you to review and load.")
final class PricesImportCommand {

    private final Session session;

    PricesImportCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "artifice",
            mixinStandardHelpOptions = true,
            description = {
                "From Artifice's names and rates files, regions and time slice included.",
                "What became of each rate goes to the terminal, the price book to --to."
            })
    int artifice(
            @Option(
                            names = "--names",
                            required = true,
                            paramLabel = "FILE",
                            description = "Lines of 'ceilometer name | name on the invoice'.")
                    Path names,
            @Option(
                            names = "--rates",
                            required = true,
                            paramLabel = "FILE",
                            description = "Lines of 'region | item | unit | price'; or YAML of 'name: price'.")
                    Path rates,
            @Option(
                            names = "--currency",
                            required = true,
                            paramLabel = "CODE",
                            description = "Of the prices, such as NZD; Artifice's files do not say it.")
                    String currency,
            @Option(
                            names = "--time-slice",
                            paramLabel = "SLICE",
                            defaultValue = "10m",
                            description = "What one price is for, such as 1h. Default: ${DEFAULT-VALUE}.")
                    String slice,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            defaultValue = "artifice",
                            description = "Of the price book. Default: ${DEFAULT-VALUE}.")
                    String name,
            @Option(names = "--to", paramLabel = "FILE", description = "A new file; without it the book is printed.")
                    @Nullable
                    Path file)
            throws IOException {
        ArtificeImport.Options options = new ArtificeImport.Options(name, currency, slice(slice));
        return switch (ArtificeImport.convert(names, rates, options)) {
            case ArtificeImport.Refused(var errors) -> {
                errors.forEach(problem -> session.warn("error: " + problem));
                session.warn("nothing was imported: %d errors".formatted(errors.size()));
                yield 1;
            }
            case ArtificeImport.Converted converted -> {
                session.warn(table(converted).toText(session.width()));
                converted.notes().forEach(note -> session.warn("note: " + note));
                write(converted.priceBook(), file);
                yield 0;
            }
        };
    }

    private static TimeSlice slice(String text) {
        try {
            return TimeSlice.parse(text);
        } catch (IllegalArgumentException e) {
            throw new AskedWrongly("--time-slice: " + e.getMessage());
        }
    }

    private static Table table(ArtificeImport.Converted converted) {
        return Table.of(
                List.of(
                        Column.number("line"),
                        Column.text("name"),
                        Column.text("region"),
                        Column.text("item"),
                        Column.text("becomes price"),
                        Column.text("of meter"),
                        Column.text("per")),
                converted.mapped().stream()
                        .map(rate -> List.of(
                                Integer.toString(rate.line()),
                                rate.name(),
                                rate.region().isEmpty() ? "any" : rate.region(),
                                rate.item(),
                                rate.priceId(),
                                rate.meter(),
                                rate.per()))
                        .toList());
    }

    private void write(String priceBook, @Nullable Path file) {
        if (file == null) {
            session.out().print(priceBook);
            session.out().flush();
            return;
        }
        try {
            Files.writeString(file, priceBook, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new AskedWrongly("%s exists and is not overwritten; name another file with --to".formatted(file));
        } catch (IOException e) {
            throw new AskedWrongly("cannot write %s: %s".formatted(file, FileTrouble.reason(e)));
        }
        session.say("Wrote %s. Look through it, then: reckoner prices check %s && reckoner prices load %s"
                .formatted(file, file, file));
    }
}
