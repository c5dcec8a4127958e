package org.reckoner.deliver.artifice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.rate.RatedLine;
import org.reckoner.core.rate.Rater;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.core.time.TimeSlice;
import org.reckoner.core.time.Window;
import org.reckoner.deliver.artifice.ArtificeImport.Converted;
import org.reckoner.deliver.artifice.ArtificeImport.Mapped;
import org.reckoner.deliver.artifice.ArtificeImport.Options;
import org.reckoner.deliver.artifice.ArtificeImport.Refused;
import org.reckoner.deliver.artifice.ArtificeImport.Source;
import org.reckoner.prices.PriceBookFile;
import org.reckoner.prices.yaml.Problem;

class ArtificeImportTest {

    /// The fixture of Artifice's own tests.
    private static final String NAMES = """
            m1.nano | VM instance, size nano
            network.incoming.bytes | Incoming Network Usage
            network.outgoing.bytes | Outgoing Network Usage
            storage.objects.size | Object Storage Usage
            volume.size | Disk Volume, Size
            """;

    private static final String RATES = """
            any | VM instance, size nano | duration | 100
            any | Incoming Network Usage | bytes | 120
            any | Outgoing Network Usage | bytes | 240
            any | Object Storage Usage | bytes per hour | 300
            any | Disk Volume, Size | bytes per hour | 320
            """;

    private static final Options OPTIONS = Options.of("NZD");

    @TempDir
    private Path folder;

    @Test
    void files_that_a_spreadsheet_wrote_are_read_alike() {
        String names = "\uFEFF" + NAMES.replace("\n", "\r\n");
        String rates = "\uFEFF" + RATES.replace("\n", "\r\n");

        assertThat(converted(names, rates).priceBook())
                .isEqualTo(converted(NAMES, RATES).priceBook());
    }

    @Test
    void artifices_own_files_become_a_price_book() {
        PriceBook book = book(converted(NAMES, RATES));

        assertThat(book.currency().getCurrencyCode()).isEqualTo("NZD");
        assertThat(book.prices())
                .extracting(ArtificeImportTest::words)
                .containsExactly(
                        "VM instance, size nano: 600 per server hour when [flavor=m1.nano]",
                        "Incoming Network Usage: 120 per B when []",
                        "Outgoing Network Usage: 240 per B when []",
                        "Object Storage Usage: 300 per B hour when []",
                        "Disk Volume, Size: 320 per GiB hour when []");
    }

    @Test
    void the_report_says_what_became_of_every_rate() {
        Converted converted = converted(NAMES, RATES);

        assertThat(converted.mapped())
                .first()
                .isEqualTo(new Mapped(1, "m1.nano", "VM instance, size nano", "", "m1.nano", "server", "server hour"));
        assertThat(converted.mapped()).hasSize(5);
        assertThat(converted.notes())
                .extracting(Problem::toString)
                .contains(
                        "rates.csv:2:7: 'network.incoming.bytes' is declared as a meter; no bundled source measures it",
                        "rates.csv:5:7: the unit is 'bytes per hour', but Ceilometer counts 'volume.size' in GiB, and so did"
                                + " the bills; taken as GiB");
    }

    @Test
    void time_is_sold_in_started_slices_of_ten_minutes_at_the_price_of_a_slice() {
        Price nano = book(converted(NAMES, RATES)).find("m1.nano").orElseThrow();

        assertThat(nano.slice()).isEqualTo(new TimeSlice(Duration.ofMinutes(10)));
        assertThat(nano.model()).isEqualTo(new PriceModel.PerUnit(new java.math.BigDecimal("600")));
    }

    @Test
    void the_width_of_the_slice_can_be_chosen() {
        Options options = new Options("old-cloud", "EUR", new TimeSlice(Duration.ofHours(2)));
        Converted converted = (Converted) ArtificeImport.convert(
                new Source("names.csv", "m1.nano | nano"), new Source("rates.csv", "|nano|duration|0.5"), options);

        assertThat(words(book(converted).prices().getFirst()))
                .isEqualTo("nano: 6.0 per server day when [flavor=m1.nano]");
        assertThat(book(converted).prices().getFirst().slice().width()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void the_region_of_a_rate_decides() {
        PriceBook book = book(converted("m1.nano | nano", """
                north | nano | duration | 1
                south | nano | duration | 2
                * | nano | duration | 3
                """));

        assertThat(book.prices())
                .extracting(ArtificeImportTest::words)
                .containsExactly(
                        "nano: 6 per server hour when [flavor=m1.nano, region=north]",
                        "nano: 12 per server hour when [flavor=m1.nano, region=south]",
                        "nano: 18 per server hour when [flavor=m1.nano]");
    }

    @Test
    void sixty_one_minutes_cost_seven_started_slices_at_the_price_of_the_region() {
        PriceBook book =
                book(converted("m1.nano | nano", "any | nano | duration | 1\nnorth | nano | duration | 100\n"));
        Instant begin = Instant.parse("2026-11-02T00:00:00Z");
        Report created = Report.NOTHING
                .owner("p-1")
                .state("active")
                .began(begin)
                .level("server", 1)
                .attribute("flavor", "m1.nano");
        Report gone = Report.NOTHING.ended(begin.plus(Duration.ofMinutes(61)));

        assertThat(cost(book, "north", created, gone)).isEqualTo(Ratio.of(700));
        assertThat(cost(book, "south", created, gone)).isEqualTo(Ratio.of(7));
    }

    private static Ratio cost(PriceBook book, String region, Report... reports) {
        ResourceId server = new ResourceId(region, "server", "s-1");
        List<Observation> observations = new ArrayList<>();
        for (Report report : reports) {
            Instant at = report.beganAt().or(report::endedAt).orElseThrow();
            observations.add(new Observation(
                    new ObservationId("test", Integer.toString(observations.size())), "told", server, at, report));
        }
        Window month = BillingPeriod.parse("2026-11").window();
        return Rater.rate(book, "p-1", month, List.of(Timeline.fold(server, observations))).lines().stream()
                .map(RatedLine::amount)
                .reduce(Ratio.ZERO, Ratio::plus);
    }

    @Test
    void a_second_rate_for_the_same_item_and_region_is_refused() {
        assertThat(errors("m1.nano | nano", "north | nano | duration | 1\n\nnorth | nano | duration | 2\n"))
                .containsExactly("rates.csv:3:9: a second rate for 'nano' in region 'north'; the first is in line 1");
        assertThat(errors("m1.nano | nano", "any | nano | duration | 1\n* | nano | duration | 2\n"))
                .containsExactly("rates.csv:2:5: a second rate for 'nano' everywhere; the first is in line 1");
    }

    @Test
    void two_names_of_one_item_get_its_rate_each() {
        assertThat(book(converted("m1.nano | small\nm1.tiny | small", "any | small | duration | 1"))
                        .prices())
                .extracting(Price::id)
                .containsExactly("m1.nano", "m1.tiny");
    }

    @Test
    void rates_as_yaml_are_by_name_and_for_every_region() {
        Outcome outcome = new Outcome(
                ArtificeImport.convert(new Source("names.csv", NAMES), new Source("rates.yaml", """
                        # rates
                        storage.objects.size: 15
                        m1.nano: 5
                        network.incoming.bytes: 5
                        network.outgoing.bytes: 1
                        volume.size: 25
                        """), OPTIONS));

        assertThat(book(outcome.converted()).prices())
                .extracting(ArtificeImportTest::words)
                .containsExactly(
                        "Object Storage Usage: 90 per B hour when []",
                        "VM instance, size nano: 30 per server hour when [flavor=m1.nano]",
                        "Incoming Network Usage: 5 per B when []",
                        "Outgoing Network Usage: 1 per B when []",
                        "Disk Volume, Size: 150 per GiB hour when []");
    }

    @Test
    void prices_stay_exact() {
        assertThat(words(book(converted("m1.nano | nano", "|nano|duration|0.0000000001"))
                        .prices()
                        .getFirst()))
                .startsWith("nano: 0.0000000006 per");
    }

    @Test
    void words_that_yaml_would_misread_are_quoted() {
        Price price = book(converted("m1:'x' #1 | it's: \"a\" # b", "re: [gion] | it's: \"a\" # b | hour | 1"))
                .prices()
                .getFirst();

        assertThat(price.item()).isEqualTo("it's: \"a\" # b");
        assertThat(price.when()).extracting(Object::toString).containsExactly("flavor=m1:'x' #1", "region=re: [gion]");
    }

    @Test
    void a_name_without_a_rate_is_noted() {
        assertThat(converted(NAMES + "m1.huge | Huge\n", RATES).notes())
                .extracting(Problem::toString)
                .contains("names.csv:6:1: 'm1.huge' has no rate in rates.csv: its use will be unpriced");
    }

    @Test
    void missing_files_are_both_named() throws IOException {
        Path names = folder.resolve("names.csv");
        Path rates = folder.resolve("rates.csv");

        assertThat(((Refused) ArtificeImport.convert(names, rates, OPTIONS)).errors())
                .extracting(Problem::toString)
                .containsExactly(
                        names + ":1:1: there is no such file; expected one with lines of 'name | item'",
                        rates
                                + ":1:1: there is no such file; expected one with lines of 'region | item | unit | price'");
    }

    @Test
    void files_on_disk_are_read_as_utf_8() throws IOException {
        Path names = Files.writeString(folder.resolve("names.csv"), "m1.nano | Größe ε\n");
        Path rates = Files.writeString(folder.resolve("rates.csv"), "any | Größe ε | duration | 1\n");
        assertThat(ArtificeImport.convert(names, rates, OPTIONS)).isInstanceOf(Converted.class);

        Files.write(names, new byte[] {'a', '|', (byte) 0xff});
        assertThat(((Refused) ArtificeImport.convert(names, rates, OPTIONS)).errors())
                .extracting(Problem::message)
                .containsExactly("the file is not UTF-8; convert it and import again");
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            ""                    ; any~nano~duration~1 ; names.csv:1:1: the file is empty; "expected lines of 'name | item'"
            " \\n"                ; any~nano~duration~1 ; names.csv:1:1: the file is empty
            m1.nano               ; any~nano~duration~1 ; "names.csv:1:1: 1 cells; expected 2: 'name | item'"
            m1.nano~              ; any~nano~duration~1 ; "names.csv:1:9: an empty cell; expected 'name | item'"
            m1.nano~a\\nm1.nano~b ; any~a~duration~1    ; "names.csv:2:1: 'm1.nano' is named a second time; it stands already in line 1"
            m1.nano~nano          ; ""                  ; "rates.csv:1:1: the file is empty; expected lines of 'region | item | unit | price'"
            m1.nano~nano          ; any~nano~1          ; "rates.csv:1:1: 3 cells; expected 4: 'region | item | unit | price'"
            m1.nano~nano          ; any~nono~duration~1 ; "rates.csv:1:5: no name in names.csv means 'nono'; did you mean 'nano'?"
            m1.nano~nano          ; any~nano~duration~x ; "rates.csv:1:19: the price is 'x'; expected a decimal such as 0.05, at least 0"
            m1.nano~nano          ; any~nano~duration~-1 ; "rates.csv:1:19: the price is '-1'; expected a decimal such as 0.05, at least 0"
            m1.nano~nano          ; any~nano~parsecs~1  ; "rates.csv:1:5: the unit 'parsecs' of 'm1.nano' means nothing here"
            network.incoming.bytes~in ; any~in~bytes per hour~1 ; "rates.csv:1:5: 'network.incoming.bytes' flows and is not held over time"
            vcpus~cpu             ; any~cpu~gigabyte~1  ; "rates.csv:1:5: 'vcpus' is counted in vCPU, which does not convert to 'gigabyte'"
            instance~a\\nstate~b  ; any~a~hour~1\\nany~b~hour~1 ; "rates.csv:2:5: 'state' and 'instance' (line 1) both become a price of 'server'; keep one"
            m1.nano~nano          ; m1.nanno: 1         ; "rates.csv:1:11: 'm1.nanno' is not in names.csv; did you mean 'm1.nano'?"
            m1.nano~nano          ; m1.nano: much       ; "rates.csv:1:10: 'm1.nano' is 'much'; expected a price such as 0.05, at least 0"
            """)
    void what_cannot_be_imported_is_named_by_file_and_line(String names, String rates, String error) {
        assertThat(errors(text(names), text(rates)))
                .anySatisfy(said -> assertThat(said).startsWith(error));
    }

    @ParameterizedTest(name = "{0} in {1}")
    @CsvSource({
        "volume.size, gigabyte, GiB hour, 6",
        "volume.size, gigabyte per month, GiB month, 1",
        "storage.objects.size, gigabytes/hour, GiB hour, 1",
        "ip.floating, hour, address hour, 1",
        "router, duration, router hour, 6",
        "image.download, gigabyte, GiB, 1",
        "instance:m1.tiny, hours, server hour, 1",
        "traffic.outbound, byte, B, 1",
        "backup.size, bytes per hour, B hour, 1",
        "volume.size, whatever, GiB hour, 6",
    })
    void units_say_what_a_price_is_for(String name, String unit, String per, String price) {
        Price imported = book(converted(name + "|thing", "|thing|" + unit + "|1"))
                .prices()
                .getFirst();

        assertThat(words(imported)).startsWith("thing: %s per %s when".formatted(price, per));
    }

    private static String text(String cells) {
        return cells.replace("~", " | ")
                .replace(" | 1", "|1")
                .replace("\\n", "\n")
                .replace(" | ", "|");
    }

    private static String words(Price price) {
        return "%s: %s per %s when %s"
                .formatted(
                        price.item(),
                        ((PriceModel.PerUnit) price.model()).price().toPlainString(),
                        price.per(),
                        price.when());
    }

    private static Converted converted(String names, String rates) {
        return new Outcome(
                        ArtificeImport.convert(new Source("names.csv", names), new Source("rates.csv", rates), OPTIONS))
                .converted();
    }

    private static List<String> errors(String names, String rates) {
        return switch (ArtificeImport.convert(
                new Source("names.csv", names), new Source("rates.csv", rates), OPTIONS)) {
            case Converted converted -> List.of();
            case Refused refused ->
                refused.errors().stream().map(Problem::toString).toList();
        };
    }

    private static PriceBook book(Converted converted) {
        return switch (PriceBookFile.read("imported", converted.priceBook())) {
            case PriceBookFile.Read read -> read.book();
            case PriceBookFile.Refused refused -> throw new AssertionError(refused.errors());
        };
    }

    private record Outcome(ArtificeImport.Outcome outcome) {
        Converted converted() {
            return switch (outcome) {
                case Converted converted -> converted;
                case Refused refused -> throw new AssertionError(refused.errors());
            };
        }
    }
}
