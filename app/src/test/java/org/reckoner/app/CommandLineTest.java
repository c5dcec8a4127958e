package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            "backfill",
            "bill",
            "invoices",
            "explain",
            "deliver",
            "deliveries",
            "reconcile",
            "prices",
            "accounts",
            "resources",
            "watermarks",
            "dead-letters",
            "audit",
            "verify",
            "config"
        }) {
            Cli help = Cli.reckoner(command, "--help");
            assertThat(help.exit()).as(command).isZero();
            assertThat(help.out()).as(command).contains("Usage: reckoner " + command);
        }
    }

    @Test
    void a_completion_script_is_printed_for_shells() {
        assertThat(Cli.reckoner("completion").out()).contains("complete -F _complete_reckoner");
        assertThat(Cli.reckoner("completion", "--help").out()).contains("source <(reckoner completion)");
    }

    @Test
    void an_unknown_option_is_asked_wrongly_and_told_in_two_lines() {
        Cli cli = Cli.reckoner("bill", "--perod", "2026-11");

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("'--perod'").contains("Help: reckoner bill --help");
        assertThat(cli.err().lines().count()).isLessThan(5);
    }

    @Test
    void a_text_in_the_place_of_a_number_is_asked_wrongly() {
        Cli cli = Cli.on(ledger, "dead-letters", "show", "first");

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("expected a whole number, not 'first'");
    }

    @Test
    void an_answer_that_cannot_be_written_is_found_wrong_unless_its_reader_has_enough() {
        assertThat(exitWhenWritingFailsWith("No space left on device")).isEqualTo(1);
        assertThat(exitWhenWritingFailsWith("Broken pipe")).isZero();
    }

    private static int exitWhenWritingFailsWith(String reason) {
        Answers answers = new Answers(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        });
        PrintWriter out = new PrintWriter(answers, true, StandardCharsets.UTF_8);
        out.println("the answer");
        return Main.written(answers, new PrintWriter(new StringWriter()), 0);
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
    void a_configuration_of_comments_asks_for_the_defaults() throws IOException {
        Path config = Files.writeString(folder.resolve("reckoner.yaml"), "# region: north\n\n");

        assertThat(Cli.on(ledger, "--config", config.toString(), "accounts").exit())
                .isZero();
    }

    @Test
    void a_configuration_that_is_no_text_is_refused_in_words() throws IOException {
        Path config = Files.write(folder.resolve("reckoner.yaml"), new byte[] {(byte) 0xff, 0});

        Cli cli = Cli.on(ledger, "--config", config.toString(), "accounts");

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("it is not UTF-8 text");
    }

    @Test
    void a_ledger_that_no_database_can_be_is_asked_wrongly() {
        assertThat(Cli.reckoner("--ledger", "ledger.db", "accounts").exit()).isEqualTo(2);
        assertThat(Cli.on(folder.resolve("nowhere/ledger.db"), "accounts").exit())
                .isEqualTo(2);
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
    void a_message_refused_for_its_clock_is_kept_once_however_often_it_comes() throws IOException {
        Path message = folder.resolve("future.json");
        String one = recorded()
                .filter(text -> text.contains("compute.instance.create.end"))
                .findFirst()
                .orElseThrow();
        Files.writeString(message, one.replaceAll("(timestamp\\\\?\": \\\\?\")2026", "$12096"));

        Cli first = Cli.on(ledger, "--now", "2026-12-01T00:00:00Z", "ingest", message.toString());
        Cli second = Cli.on(ledger, "--now", "2026-12-02T00:00:00Z", "ingest", message.toString());

        assertThat(first.out()).contains("1 message:").contains("1 not understood");
        assertThat(second.exit()).isEqualTo(1);
        assertThat(Cli.on(ledger, "--format", "csv", "dead-letters").out().lines())
                .hasSize(2);
    }

    @Test
    void a_file_that_cannot_be_read_is_named_and_the_rest_goes_on() throws IOException {
        Files.writeString(folder.resolve("a.json.gz"), "not zipped");
        Files.write(folder.resolve("b.ndjson"), recorded().toList());

        Cli cli = Cli.on(
                ledger,
                "--now",
                "2026-12-01T06:00:00Z",
                "ingest",
                folder.toString(),
                "--complete-until",
                "2026-12-01T00:00:00Z");

        assertThat(cli.exit()).isEqualTo(1);
        assertThat(cli.out()).contains("475 messages");
        assertThat(cli.err()).contains("a.json.gz cannot be read: Not in GZIP format");
        assertThat(Cli.on(ledger, "watermarks").out()).doesNotContain("2026-12-01T00:00:00Z");
    }

    @Test
    void a_watermark_is_set_for_known_sources_and_past_times_only() throws IOException {
        ingestRecording();

        assertThat(Cli.on(ledger, "watermarks", "set", "nvoa", "2026-11-21T12:00:00Z"))
                .returns(2, Cli::exit)
                .satisfies(cli -> assertThat(cli.err())
                        .contains("nvoa in RegionOne has told nothing yet")
                        .contains("nova in RegionOne")
                        .contains("--new"));
        assertThat(Cli.on(ledger, "--now", "2026-12-01T00:00:00Z", "watermarks", "set", "nova", "2027-12-01T00:00:00Z"))
                .returns(1, Cli::exit)
                .satisfies(cli -> assertThat(cli.err()).contains("2027-12-01T00:00:00Z is yet to come"));
        assertThat(Cli.on(
                        ledger,
                        "--now",
                        "2026-12-01T00:00:00Z",
                        "ingest",
                        "x",
                        "--complete-until",
                        "2027-12-01T00:00:00Z"))
                .returns(2, Cli::exit);
    }

    @Test
    void a_source_set_by_mistake_is_removed_and_the_audit_log_says_why() throws IOException {
        ingestRecording();
        Cli.on(ledger, "--now", "2026-12-01T00:00:00Z", "watermarks", "set", "nvoa", "2026-12-01T00:00:00Z", "--new");

        assertThat(Cli.on(ledger, "watermarks", "remove", "nvoa", "--because", "a slip of the pen")
                        .out())
                .contains("nova")
                .doesNotContain("nvoa");
        assertThat(Cli.on(ledger, "audit").out()).contains("watermark.set").contains("a slip of the pen");
        assertThat(Cli.on(ledger, "watermarks", "remove", "nvoa", "--because", "again")
                        .exit())
                .isEqualTo(1);
    }

    @Test
    void a_dead_letter_of_no_use_is_dismissed_and_kept() throws IOException {
        Path bad = Files.writeString(folder.resolve("bad.ndjson"), "{\n");
        Cli.on(ledger, "ingest", bad.toString());

        assertThat(Cli.on(ledger, "dead-letters", "dismiss", "1", "--because", "half a line")
                        .exit())
                .isZero();
        assertThat(Cli.on(ledger, "--format", "csv", "dead-letters").out().lines())
                .hasSize(1);
        assertThat(Cli.on(ledger, "--format", "csv", "dead-letters", "list", "--all")
                        .out()
                        .lines())
                .hasSize(2);
        assertThat(Cli.on(ledger, "dead-letters", "dismiss", "1", "--because", "again"))
                .returns(1, Cli::exit);
        assertThat(Cli.on(ledger, "audit").out()).contains("half a line");
    }

    @Test
    void invoices_are_delivered_once_and_reconciled_with_what_is_there() throws IOException {
        Path config = invoicesOwedToAnArchive();

        assertThat(Cli.reckoner(told(config, "deliver", "--dry-run")).out())
                .contains("archive")
                .contains("INV-2026-000001");
        assertThat(folder.resolve("out")).doesNotExist();
        assertThat(Cli.reckoner(told(config, "deliver")))
                .returns(0, Cli::exit)
                .satisfies(cli -> assertThat(cli.out()).contains("delivered, 0 refused, 0 to be tried again"));
        assertThat(Cli.reckoner(told(config, "deliver")).out()).contains("archive: 0 delivered");
        assertThat(Cli.reckoner(told(config, "deliveries")).out()).contains("confirmed");
        assertThat(Cli.reckoner(told(config, "reconcile", "archive", "--period", "2026-11"))
                        .exit())
                .isZero();

        Files.delete(folder.resolve("out/2026-11/INV-2026-000001.manifest.json"));
        assertThat(Cli.reckoner(told(config, "reconcile", "archive", "--period", "2026-11")))
                .returns(1, Cli::exit)
                .satisfies(
                        cli -> assertThat(cli.out()).contains("INV-2026-000001").contains("missing"));
        assertThat(Cli.reckoner(told(config, "deliver", "erp")))
                .returns(2, Cli::exit)
                .satisfies(cli -> assertThat(cli.err())
                        .contains("no billing system 'erp'")
                        .contains("archive"));
    }

    @Test
    void all_that_was_refused_is_delivered_once_the_reason_is_mended() throws IOException {
        Path config = invoicesOwedToAnArchive();
        Path inTheWay = folder.resolve("out/2026-11/INV-2026-000001.json");
        Files.createDirectories(inTheWay.getParent());
        Files.writeString(inTheWay, "somebody else's");
        assertThat(Cli.reckoner(told(config, "deliver")).out()).contains("1 refused");

        assertThat(Cli.reckoner(told(config, "deliveries", "retry"))).returns(2, Cli::exit);
        assertThat(Cli.reckoner(told(config, "deliveries", "retry", "1", "--refused")))
                .returns(2, Cli::exit);
        assertThat(Cli.reckoner(told(config, "deliveries", "retry", "1", "--period", "2026-11")))
                .returns(2, Cli::exit);
        Files.delete(inTheWay);
        assertThat(Cli.reckoner(told(config, "deliveries", "retry", "--refused", "--backend", "archive"))
                        .out())
                .contains("1 due now");

        assertThat(Cli.reckoner(told(config, "deliver")).out()).contains("archive: 1 delivered, 0 refused");
        assertThat(Cli.reckoner(told(config, "deliveries", "retry", "--refused"))
                        .out())
                .contains("None of them is refused");
    }

    /// @return the configuration, with `archive` as its billing system
    private Path invoicesOwedToAnArchive() throws IOException {
        Path config = Files.writeString(folder.resolve("deliver.yaml"), """
                ledger: {url: "jdbc:sqlite:%s"}
                deliver:
                  archive: {adapter: files, settings: {folder: %s, forms: [json]}}
                """.formatted(ledger, folder.resolve("out")));
        ingestRecording();
        loadSample();
        String[] issue = {"invoices", "issue", "--period", "2026-11", "--override-incomplete", "a test"};
        Cli.reckoner(told(config, issue));
        return config;
    }

    private static String[] told(Path config, String... command) {
        List<String> all = new ArrayList<>(List.of("--config", config.toString(), "--now", "2026-12-01T09:00:00Z"));
        all.addAll(List.of(command));
        return all.toArray(String[]::new);
    }

    @Test
    void a_bill_as_csv_says_in_each_row_whose_it_is() throws IOException {
        ingestRecording();
        loadSample();

        List<String> rows = Cli.on(ledger, "--format", "csv", "bill", "--period", "2026-11")
                .out()
                .lines()
                .toList();

        assertThat(rows.getFirst()).startsWith("project,account,service_period,");
        assertThat(rows).filteredOn(row -> row.startsWith("project,")).hasSize(1);
        assertThat(rows).anyMatch(row -> row.startsWith(ACME + ",acme,2026-11,RegionOne,vCPU,"));
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
    void an_account_is_not_guessed_among_several_of_its_name() {
        assertThat(Cli.on(ledger, "accounts", "set", "p1", "--name", "twin").err())
                .contains("no account 'p1'");
        assertThat(Cli.on(ledger, "accounts", "set", "p2", "--name", "twin").exit())
                .isZero();

        Cli cli = Cli.on(ledger, "accounts", "set", "twin", "--tax", "VAT=19");

        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("2 accounts are named 'twin'").contains("p1, p2");
        assertThat(Cli.on(ledger, "accounts", "set", "p1", "--tax", "=19").exit())
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
