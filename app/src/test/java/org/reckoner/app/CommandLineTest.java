package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.collect.recording.RawMessage;
import org.reckoner.collect.recording.Recording;
import org.reckoner.prices.PriceBookFile;

class CommandLineTest {

    private static final String ACME = "8039baafcfc14c38a2f07a3e798b089a";

    @TempDir
    private Path folder = Path.of(".");

    private Path ledger = Path.of("ledger.db");

    @BeforeEach
    void chooseALedger() {
        ledger = folder.resolve("ledger.db");
    }

    @Test
    void without_a_command_the_help_is_shown_and_the_exit_code_says_asked_wrongly() {
        Cli cli = Cli.reckoner();

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("First steps:").contains("reckoner demo");
    }

    @Test
    void every_command_has_a_help_text() {
        for (String command : new String[] {
            "demo",
            "ingest",
            "listen",
            "bill",
            "invoices",
            "explain",
            "prices",
            "accounts",
            "resources",
            "watermarks",
            "dead-letters",
            "verify"
        }) {
            Cli help = Cli.reckoner(command, "--help");
            assertThat(help.exit()).as(command).isZero();
            assertThat(help.out()).as(command).contains("Usage: reckoner " + command);
        }
    }

    @Test
    void a_completion_script_is_printed_for_shells() {
        assertThat(Cli.reckoner("completion").out()).contains("complete -F");
    }

    @Test
    void an_unknown_option_is_asked_wrongly() {
        assertThat(Cli.reckoner("bill", "--perod", "2026-11").exit()).isEqualTo(2);
    }

    @Test
    void a_folder_that_is_not_there_is_named() {
        Cli cli = Cli.on(ledger, "ingest", folder.resolve("nowhere").toString());

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("nowhere is not there").contains("Nothing was read");
    }

    @Test
    void a_configuration_with_mistakes_is_refused_with_every_place() throws IOException {
        Path config = folder.resolve("reckoner.yaml");
        Files.writeString(config, """
                regoin: north
                ledger:
                  url: jdbc:sqlite:x.db
                collect:
                  max-clock-skew: soon
                """);

        Cli cli = Cli.reckoner("--config", config.toString(), "bill");

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err())
                .contains("reckoner.yaml:1")
                .contains("region")
                .contains("reckoner.yaml:5")
                .contains("10m");
    }

    @Test
    void a_database_that_cannot_be_opened_is_named_and_not_touched() throws IOException {
        Files.writeString(
                ledger,
                "this is a letter, not a database, and longer than a header of one hundred bytes would be "
                        + "so that nothing can be mistaken");

        Cli cli = Cli.on(ledger, "bill");

        assertThat(cli.exit()).isEqualTo(1);
        assertThat(cli.err()).contains("cannot open the ledger").contains(ledger.toString());
        assertThat(Files.readString(ledger)).startsWith("this is a letter");
    }

    @Test
    void without_prices_a_bill_says_how_to_load_some() throws IOException {
        ingestRecording();

        Cli cli = Cli.on(ledger, "bill", "--period", "2026-11");

        assertThat(cli.exit()).isEqualTo(1);
        assertThat(cli.err()).contains("reckoner prices load");
    }

    @Test
    void a_bad_message_becomes_a_dead_letter_and_the_rest_goes_on() throws IOException {
        Path messages = folder.resolve("messages.ndjson");
        Files.write(
                messages,
                Stream.concat(Stream.of("{\"oslo.version\": \"2.0\", \"oslo.mess"), recorded())
                        .toList());

        Cli cli = Cli.on(ledger, "ingest", messages.toString());

        assertThat(cli.exit()).isEqualTo(1);
        assertThat(cli.out()).contains("1 not understood");
        assertThat(Cli.on(ledger, "dead-letters", "list").out()).contains("messages.ndjson:1");
        assertThat(Cli.on(ledger, "dead-letters", "replay").exit()).isEqualTo(1);
    }

    @Test
    void ingesting_the_same_again_adds_nothing() throws IOException {
        ingestRecording();

        Cli again = ingestRecording();

        assertThat(again.out()).contains(" 0 new observations").contains(" 0 not understood");
    }

    @Test
    void a_period_is_not_invoiced_before_it_is_over_nor_while_a_source_is_behind() throws IOException {
        ingestRecording();
        loadSample();

        Cli early = Cli.on(ledger, "--now", "2026-11-25T00:00:00Z", "invoices", "issue", "--period", "2026-11");
        Cli incomplete = Cli.on(ledger, "--now", "2026-12-02T00:00:00Z", "invoices", "issue", "--period", "2026-11");

        assertThat(early.exit()).isEqualTo(1);
        assertThat(early.err()).contains("is not over until 2026-12-01");
        assertThat(incomplete.exit()).isEqualTo(1);
        assertThat(incomplete.err()).contains("nova in RegionOne").contains("--override-incomplete");
    }

    @Test
    void an_invoice_is_issued_explained_exported_voided_and_issued_again() throws IOException {
        ingestRecording();
        loadSample();
        String[] issue = {
            "--now",
            "2026-12-02T00:00:00Z",
            "invoices",
            "issue",
            "--period",
            "2026-11",
            "--override-incomplete",
            "a test"
        };

        assertThat(Cli.on(ledger, issue).out()).contains("INV-2026-000001").contains("issued");
        assertThat(Cli.on(ledger, issue).out()).contains("was issued");
        Cli explained = Cli.on(ledger, "explain", "INV-2026-000001", "--line", "1");
        assertThat(explained.exit()).as(explained.err()).isZero();
        Path documents = folder.resolve("documents");
        assertThat(Cli.on(
                                ledger,
                                "invoices",
                                "export",
                                "INV-2026-000001",
                                "--to",
                                documents.toString(),
                                "--as",
                                "json,html")
                        .exit())
                .isZero();
        assertThat(documents.resolve("INV-2026-000001.json")).isNotEmptyFile();
        assertThat(Cli.on(
                                ledger,
                                "invoices",
                                "export",
                                "INV-2026-000001",
                                "--to",
                                documents.toString(),
                                "--as",
                                "artifice1,artifice2",
                                "--row-layout",
                                "location,name,cost")
                        .exit())
                .isZero();
        assertThat(documents.resolve("INV-2026-000001.artifice1.csv")).content().contains("location,name,cost\r\n");
        assertThat(documents.resolve("INV-2026-000001.artifice2.csv"))
                .content()
                .contains("service:,usage:,rate:,cost:");
        Cli voided = Cli.on(
                ledger,
                "--now",
                "2026-12-03T00:00:00Z",
                "invoices",
                "void",
                "INV-2026-000002",
                "--why",
                "wrong address");
        assertThat(voided.out()).contains("CN-2026-000001 takes back INV-2026-000002");
        assertThat(Cli.on(ledger, issue).out()).contains("INV-2026-000003");
        Cli verified = Cli.on(ledger, "verify");
        assertThat(verified.exit()).as(verified.out() + verified.err()).isZero();
    }

    @Test
    void an_account_is_set_and_found_by_its_name() throws IOException {
        ingestRecording();

        Cli set = Cli.on(ledger, "accounts", "set", ACME, "--name", "Acme & Sons", "--tax", "VAT=19");

        assertThat(set.out()).contains("Acme & Sons").contains("VAT 19 %");
        assertThat(Cli.on(ledger, "accounts", "set", "Acme & Sons", "--tax", "a lot")
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void a_price_book_with_mistakes_is_refused_with_line_and_column() throws IOException {
        Path prices = folder.resolve("prices.yaml");
        Files.writeString(prices, PriceBookFile.sample().replace("meter: vcpus", "meter: vcpu"));

        Cli check = Cli.on(ledger, "prices", "check", prices.toString());

        assertThat(check.exit()).isEqualTo(1);
        assertThat(check.err()).containsPattern("prices.yaml:\\d+:\\d+: .*vcpu.*did you mean 'vcpus'");
    }

    @Test
    void artifices_names_and_rates_become_a_price_book_that_loads_and_bills() throws IOException {
        Path names = Files.writeString(folder.resolve("names.csv"), "volume.size | Disk Volume, Size\n");
        Path rates = Files.writeString(
                folder.resolve("rates.csv"),
                "RegionOne | Disk Volume, Size | gigabytes | 0.001\n | Disk Volume, Size | gigabytes | 9\n");
        Path book = folder.resolve("artifice.yaml");
        ingestRecording();

        Cli imported = Cli.on(
                ledger,
                "prices",
                "import",
                "artifice",
                "--names",
                names.toString(),
                "--rates",
                rates.toString(),
                "--currency",
                "NZD",
                "--time-slice",
                "1h",
                "--to",
                book.toString());

        assertThat(imported.exit()).as(imported.err()).isZero();
        assertThat(Cli.on(ledger, "prices", "show", book.toString()).out())
                .containsPattern("volume.size +GiB hour, in slices of 1h +0.001 +region=RegionOne");
        assertThat(Cli.on(ledger, "prices", "load", book.toString()).exit()).isZero();
        assertThat(Cli.on(ledger, "--now", "2026-12-02T00:00:00Z", "bill", "--period", "2026-11")
                        .out())
                .contains("Disk Volume, Size")
                .contains("NZD");
    }

    @Test
    void a_resource_is_shown_by_the_beginning_of_its_id() throws IOException {
        ingestRecording();

        Cli timeline = Cli.on(ledger, "resources", "show", "d671041c");

        assertThat(timeline.out())
                .contains("shelved_offloaded")
                .contains("2026-11-21T10:09:46Z")
                .contains("c1.large");
    }

    @Test
    void lists_are_also_json_and_csv() throws IOException {
        ingestRecording();

        assertThat(Cli.on(ledger, "--format", "json", "resources", "list").out())
                .startsWith("[");
        assertThat(Cli.on(ledger, "--format", "csv", "resources", "list").out()).startsWith("region,type,id");
    }

    private Cli ingestRecording() throws IOException {
        Path messages = folder.resolve("recording.ndjson");
        Files.write(messages, recorded().toList());
        return Cli.on(ledger, "ingest", messages.toString());
    }

    private void loadSample() throws IOException {
        Path prices = folder.resolve("prices.yaml");
        Files.writeString(prices, PriceBookFile.sample());
        assertThat(Cli.on(ledger, "prices", "load", prices.toString()).exit()).isZero();
    }

    private static Stream<String> recorded() {
        return Recording.bundled().messages().map(RawMessage::body).map(String::new);
    }
}
