package org.reckoner.deliver.artifice;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.meter.Meter;
import org.reckoner.core.meter.Unit;
import org.reckoner.core.price.Per;
import org.reckoner.core.time.TimeSlice;
import org.reckoner.prices.PriceBookFile;
import org.reckoner.prices.yaml.Decimals;
import org.reckoner.prices.yaml.Nearest;
import org.reckoner.prices.yaml.Position;
import org.reckoner.prices.yaml.Problem;
import org.reckoner.prices.yaml.Problems;
import org.reckoner.prices.yaml.YamlDocument;
import org.reckoner.prices.yaml.YamlFields;

/// Turns Artifice's names and rates files into a price book that is read like any other.
///
/// A rate applies in its region; one whose region is empty, `*`, `any` or `all` applies where no other does. It
/// is for one time slice and a started slice is charged whole, unless its unit names a time (`bytes per hour`)
/// or it is of something that flows.
public final class ArtificeImport {

    private static final Set<String> EVERYWHERE = Set.of("", "*", "any", "all");

    private final Options options;
    private final Problems namesProblems;
    private final Problems ratesProblems;
    private final Source names;
    private final Source rates;
    private final TreeMap<String, Named> byName = new TreeMap<>();
    private final TreeMap<String, List<String>> byItem = new TreeMap<>();
    private final TreeSet<String> priced = new TreeSet<>();
    private final ImportedBook book;
    private final List<Mapped> mapped = new ArrayList<>();
    private final TreeMap<String, Rate> taken = new TreeMap<>();

    private ArtificeImport(Source names, Source rates, Options options) {
        this.names = names;
        this.rates = rates;
        this.options = options;
        this.namesProblems = new Problems(names.origin());
        this.ratesProblems = new Problems(rates.origin());
        this.book = new ImportedBook(options);
    }

    /// @param origin the file, as problems call it
    /// @param text without the byte order mark that spreadsheets write before it
    public record Source(String origin, String text) {
        public Source {
            text = text.startsWith("\uFEFF") ? text.substring(1) : text;
        }
    }

    /// What Artifice's files do not say.
    ///
    /// @param name of the price book
    /// @param currency ISO 4217
    /// @param slice what one price is for
    public record Options(String name, String currency, TimeSlice slice) {

        /// Artifice's own: slices of ten minutes.
        public static Options of(String currency) {
            return new Options("artifice", currency, new TimeSlice(Duration.ofMinutes(10)));
        }
    }

    /// What came of an import: a price book, or why not.
    public sealed interface Outcome permits Converted, Refused {}

    /// @param priceBook as YAML, which [PriceBookFile] reads
    /// @param mapped every rate and what became of it, in the order of the rates file
    /// @param notes what deserves a look before the book is used
    public record Converted(String priceBook, List<Mapped> mapped, List<Problem> notes) implements Outcome {
        public Converted {
            mapped = List.copyOf(mapped);
            notes = List.copyOf(notes);
        }
    }

    /// @param errors everything that must change, by file and line
    public record Refused(List<Problem> errors) implements Outcome {
        public Refused {
            errors = List.copyOf(errors);
        }
    }

    /// A rate and the price that it became.
    ///
    /// @param line in the rates file
    /// @param name Ceilometer's
    /// @param region empty for everywhere
    /// @param per what the price is for; its time differs from the slice's where that is no unit of time
    public record Mapped(int line, String name, String item, String region, String priceId, String meter, String per) {}

    /// @throws IOException if a file is there and cannot be read
    public static Outcome convert(Path names, Path rates, Options options) throws IOException {
        List<Problem> errors = new ArrayList<>();
        Source namesText = source(names, "'name | item'", errors);
        Source ratesText = source(rates, "'region | item | unit | price'", errors);
        return errors.isEmpty() ? convert(namesText, ratesText, options) : new Refused(errors);
    }

    private static Source source(Path file, String expected, List<Problem> errors) throws IOException {
        try {
            return new Source(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            errors.add(new Problem(
                    file.toString(), 1, 1, "", "there is no such file; expected one with lines of " + expected));
        } catch (CharacterCodingException e) {
            errors.add(new Problem(file.toString(), 1, 1, "", "the file is not UTF-8; convert it and import again"));
        }
        return new Source(file.toString(), "");
    }

    public static Outcome convert(Source names, Source rates, Options options) {
        return new ArtificeImport(names, rates, options).outcome();
    }

    private Outcome outcome() {
        readNames();
        for (Rate rate : isYaml() ? yamlRates() : pipeRates()) {
            add(rate);
        }
        byName.forEach((name, named) -> {
            if (!priced.contains(name)) {
                namesProblems.warning(
                        named.at,
                        "",
                        "'%s' has no rate in %s: its use will be unpriced".formatted(name, rates.origin()));
            }
        });
        List<Problem> errors = both(namesProblems.errors(), ratesProblems.errors());
        if (!errors.isEmpty()) {
            return new Refused(errors);
        }
        String text = book.text(names.origin(), rates.origin());
        return switch (PriceBookFile.read("imported price book", text)) {
            case PriceBookFile.Refused refused -> new Refused(refused.errors());
            case PriceBookFile.Read read ->
                new Converted(
                        text, mapped, both(both(namesProblems.warnings(), ratesProblems.warnings()), read.warnings()));
        };
    }

    private static List<Problem> both(List<Problem> one, List<Problem> other) {
        List<Problem> both = new ArrayList<>(one);
        both.addAll(other);
        return both;
    }

    private void readNames() {
        for (Rows.Row row : Rows.read(names.text(), namesProblems, "name", "item")) {
            String name = row.text(0);
            String item = row.text(1);
            if (name.isEmpty() || item.isEmpty()) {
                namesProblems.error(row.at(name.isEmpty() ? 0 : 1), "", "an empty cell; expected 'name | item'");
                continue;
            }
            Named first = byName.putIfAbsent(name, new Named(item, row.at(0)));
            if (first != null) {
                namesProblems.error(
                        row.at(0),
                        "",
                        "'%s' is named a second time; it stands already in line %d".formatted(name, first.at.line()));
            } else {
                byItem.computeIfAbsent(item, key -> new ArrayList<>()).add(name);
            }
        }
    }

    private boolean isYaml() {
        return rates.text()
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .findFirst()
                .filter(line -> line.indexOf('|') < 0 && line.matches(".+:(\\s.*)?"))
                .isPresent();
    }

    private List<Rate> yamlRates() {
        YamlDocument document = YamlDocument.parse(rates.origin(), rates.text());
        List<Rate> read = new ArrayList<>();
        document.fields().ifPresent(fields -> {
            for (String name : fields.keys()) {
                Optional<BigDecimal> price = price(fields, name);
                Named named = byName.get(name);
                if (named == null) {
                    fields.error(
                            name,
                            "'%s' is not in %s%s".formatted(name, names.origin(), Nearest.hint(name, byName.keySet())));
                } else if (price.isPresent()) {
                    read.add(new Rate(
                            fields.at(name),
                            name + ": " + price.get(),
                            "",
                            name,
                            named.item,
                            Measure.NONE,
                            price.get()));
                }
            }
        });
        document.problems()
                .errors()
                .forEach(p -> ratesProblems.error(new Position(p.line(), p.column()), "", p.message()));
        return read;
    }

    private static Optional<BigDecimal> price(YamlFields fields, String name) {
        return fields.value(name, "a price such as 0.05, at least 0", ArtificeImport::notNegative);
    }

    private List<Rate> pipeRates() {
        List<Rate> read = new ArrayList<>();
        TreeMap<String, Integer> seen = new TreeMap<>();
        for (Rows.Row row : Rows.read(rates.text(), ratesProblems, "region", "item", "unit", "price")) {
            String region = EVERYWHERE.contains(row.text(0).toLowerCase(Locale.ROOT)) ? "" : row.text(0);
            String item = row.text(1);
            Integer first = seen.putIfAbsent(region + "\0" + item, row.line());
            List<String> namesOfItem = byItem.getOrDefault(item, List.of());
            Optional<BigDecimal> price = price(row);
            if (first != null) {
                ratesProblems.error(
                        row.at(1),
                        "",
                        "a second rate for '%s' %s; the first is in line %d"
                                .formatted(
                                        item, region.isEmpty() ? "everywhere" : "in region '" + region + "'", first));
            } else if (namesOfItem.isEmpty()) {
                ratesProblems.error(
                        row.at(1),
                        "",
                        "no name in %s means '%s'%s"
                                .formatted(names.origin(), item, Nearest.hint(item, byItem.keySet())));
            } else if (price.isPresent()) {
                Measure measure = Measure.of(row.text(2));
                for (String name : namesOfItem) {
                    read.add(new Rate(row.at(1), row.toString(), region, name, item, measure, price.get()));
                }
            }
        }
        return read;
    }

    private Optional<BigDecimal> price(Rows.Row row) {
        try {
            return Optional.of(notNegative(row.text(3)));
        } catch (NumberFormatException e) {
            ratesProblems.error(
                    row.at(3),
                    "",
                    "the price is '%s'; expected a decimal such as 0.05, at least 0".formatted(row.text(3)));
            return Optional.empty();
        }
    }

    private static BigDecimal notNegative(String text) {
        BigDecimal price = Decimals.parse(text);
        if (price.signum() < 0) {
            throw new NumberFormatException("negative: " + text);
        }
        return price;
    }

    private void add(Rate rate) {
        priced.add(rate.name);
        Optional<CeilometerMeter> target = CeilometerMeter.of(rate.name, rate.measure);
        if (target.isEmpty()) {
            error(
                    rate,
                    "the unit '%s' of '%s' means nothing here; expected duration, bytes, bytes per hour, hour, gigabyte …"
                            .formatted(rate.measure.text(), rate.name));
            return;
        }
        Meter meter = target.get().meter();
        String key = meter + "\0" + target.get().flavor().orElse("") + "\0" + rate.region;
        Rate other = taken.putIfAbsent(key, rate);
        if (other != null) {
            error(
                    rate,
                    "'%s' and '%s' (line %d) both become a price of '%s'; keep one"
                            .formatted(rate.name, other.name, other.at.line(), meter));
            return;
        }
        if (target.get().isDeclared()) {
            note(rate, "'%s' is declared as a meter; no bundled source measures it".formatted(meter));
        }
        Optional<Unit> unit = unit(rate, meter);
        if (unit.isPresent()) {
            write(rate, target.get(), unit.get());
        }
    }

    /// The unit that the price is for; an error if the rates file's does not fit what is measured.
    private Optional<Unit> unit(Rate rate, Meter meter) {
        Measure measure = rate.measure;
        if (meter.kind() != Meter.Kind.LEVEL && measure.time().isPresent()) {
            error(
                    rate,
                    "'%s' flows and is not held over time; expected a unit without a time, not '%s'"
                            .formatted(rate.name, measure.text()));
            return Optional.empty();
        }
        if (!measure.isUnderstood()) {
            note(rate, "the unit '%s' means nothing here; taken as %s".formatted(measure.text(), meter.unit()));
        }
        if (measure.unit().isEmpty()) {
            return Optional.of(meter.unit());
        }
        Unit written = measure.unit().get();
        if (!written.convertsTo(meter.unit())) {
            error(
                    rate,
                    "'%s' is counted in %s, which does not convert to '%s'"
                            .formatted(rate.name, meter.unit(), measure.text()));
            return Optional.empty();
        }
        if (written.symbol().equals("B") && !meter.unit().symbol().equals("B")) {
            note(
                    rate,
                    "the unit is '%s', but Ceilometer counts '%s' in %s, and so did the bills; taken as %s"
                            .formatted(measure.text(), rate.name, meter.unit(), meter.unit()));
            return Optional.of(meter.unit());
        }
        return Optional.of(written);
    }

    private void write(Rate rate, CeilometerMeter target, Unit unit) {
        String per = unit.symbol();
        BigDecimal price = rate.price;
        if (target.meter().kind() == Meter.Kind.LEVEL) {
            Per.Time time = rate.measure.time().orElse(sliceTime());
            per += " " + time;
            price = rate.measure.time().isPresent() ? price : price.multiply(slicesIn(time));
        }
        String id = book.add(rate.origin(), rate.name, rate.item, rate.region, target, per, price);
        mapped.add(new Mapped(
                rate.at.line(),
                rate.name,
                rate.item,
                rate.region,
                id,
                target.meter().name(),
                per));
    }

    /// The shortest of hour and day that whole slices fill, so that the price stays an exact decimal.
    private Per.Time sliceTime() {
        return 3_600 % options.slice.width().toSeconds() == 0 ? Per.Time.HOUR : Per.Time.DAY;
    }

    private BigDecimal slicesIn(Per.Time time) {
        long seconds = time == Per.Time.HOUR ? 3_600 : 86_400;
        return BigDecimal.valueOf(seconds / options.slice.width().toSeconds());
    }

    private void error(Rate rate, String message) {
        ratesProblems.error(rate.at, "", message);
    }

    private void note(Rate rate, String message) {
        ratesProblems.warning(rate.at, "", message);
    }

    private record Named(String item, Position at) {}

    /// @param row as written
    private record Rate(
            Position at, String row, String region, String name, String item, Measure measure, BigDecimal price) {

        String origin() {
            return "line " + at.line() + ": " + row;
        }
    }
}
