package org.reckoner.prices;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.reckoner.core.price.PriceBook;
import org.reckoner.prices.yaml.Problem;
import org.reckoner.prices.yaml.YamlDocument;

/// The text form of a price book: YAML that people write, review and compare.
///
/// The format is described, with examples, in the reference of price books; `price-book.schema.json` beside
/// this class says the same to editors. Reading is pure: the same text gives the same answer on any day.
public final class PriceBookFile {

    private PriceBookFile() {}

    /// What came of reading: a price book, or why not.
    public sealed interface Reading permits Read, Refused {

        /// What is allowed and probably not meant, in the order of the file.
        List<Problem> warnings();
    }

    /// @param book version 0, as it is not loaded anywhere
    public record Read(PriceBook book, List<Problem> warnings) implements Reading {
        public Read {
            warnings = List.copyOf(warnings);
        }
    }

    /// @param errors everything that must change, in the order of the file; at least one
    public record Refused(List<Problem> errors, List<Problem> warnings) implements Reading {
        public Refused {
            errors = List.copyOf(errors);
            warnings = List.copyOf(warnings);
        }
    }

    /// Reads a price book. A file with any error gives no price book at all.
    ///
    /// @param origin the file, as problems call it
    public static Reading read(String origin, String text) {
        YamlDocument document = YamlDocument.parse(origin, text);
        Optional<PriceBook> book = document.fields().flatMap(fields -> new BookReader(fields).book());
        List<Problem> warnings = document.problems().warnings();
        if (book.isPresent() && !document.problems().hasErrors()) {
            return new Read(book.get(), warnings);
        }
        return new Refused(document.problems().errors(), warnings);
    }

    /// A commented price book to start from. It prices everything that the bundled sources measure.
    public static String sample() {
        return resource("sample.yaml");
    }

    /// The JSON Schema (2020-12) of price books, for editors.
    public static String schema() {
        return resource("price-book.schema.json");
    }

    private static String resource(String name) {
        try (InputStream in = PriceBookFile.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(in, () -> "not packaged: " + name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the packaged " + name, e);
        }
    }
}
