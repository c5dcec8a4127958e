package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.invoice.InvoiceRules;
import org.reckoner.simulators.concertim.ConcertimSimulator;

/// Concertim, as a user of the command line meets it.
class ConcertimTest {

    @TempDir
    private Path folder = Path.of(".");

    private final ConcertimSimulator concertim = ConcertimSimulator.start(0, true);

    @BeforeEach
    void begin() throws IOException {
        Files.writeString(folder.resolve("password"), ConcertimSimulator.PASSWORD + "\n");
        Path book = Files.writeString(folder.resolve("prices.yaml"), """
                price-book: standard
                currency: EUR
                prices:
                  - {id: vcpu, item: vCPUs, meter: vcpus, per: vCPU hour, price: 0.01, group-by: [metadata.stack_id]}
                free: [server, memory, disk.root, disk.ephemeral]
                """);
        configure("billing: papers");
        reckoner("prices", "load", book.toString());
        try (Ledger ledger = Ledger.over(
                Database.open("jdbc:sqlite:" + folder.resolve("ledger.db"), Optional.empty(), Optional.empty()),
                InvoiceRules.USUAL,
                Clock.systemUTC())) {
            Instant from = Instant.parse("2026-11-20T00:00:00Z");
            ledger.intake().take(List.of(server("vm-1", "stack-1", from), server("vm-2", "", from)), List.of());
            Instant later = Instant.parse("2026-11-20T10:00:00Z");
            ledger.intake()
                    .take(
                            List.of(new Observation(
                                    new ObservationId("test", "later"),
                                    "update",
                                    new ResourceId("RegionOne", "server", "vm-2"),
                                    later,
                                    Report.NOTHING.owner("p-1").state("active"))),
                            List.of());
        }
        concertim.team("1", "alpha", "p-1", "");
        concertim.rack("10", "1", "stack-1");
        concertim.device("100", "10", "vm-1");
    }

    private static Observation server(String id, String stack, Instant from) {
        Report report = Report.NOTHING.owner("p-1").state("active").began(from).level("vcpus", 4);
        return new Observation(
                new ObservationId("test", id),
                "create",
                new ResourceId("RegionOne", "server", id),
                from,
                stack.isEmpty() ? report : report.attribute("metadata.stack_id", stack));
    }

    private void configure(String more) throws IOException {
        Files.writeString(folder.resolve("reckoner.yaml"), """
                ledger: {url: "jdbc:sqlite:%1$s/ledger.db"}
                deliver:
                  papers:
                    adapter: files
                    settings: {folder: "%1$s/papers", forms: [json]}
                concertim:
                  %2$s
                  push:
                    settings:
                      url: %3$s
                      username: %4$s
                      password-file: "%1$s/password"
                      cluster-id: metadata.stack_id
                """.formatted(
                        folder, more, concertim.url(), ConcertimSimulator.LOGIN));
    }

    @AfterEach
    void end() {
        concertim.close();
    }

    private Cli reckoner(String... arguments) {
        return Cli.at("2026-11-20T10:00:00Z", folder.resolve("reckoner.yaml"), arguments);
    }

    @Test
    void costs_are_shown_first_then_told_and_then_there_is_nothing_to_tell() {
        Cli shown = reckoner("concertim", "push", "--dry-run");
        assertThat(shown.exit()).as(shown.err()).isZero();
        assertThat(shown.out()).contains("alpha", "cost=0.80", "rack-10", "cost=0.40");
        assertThat(shown.err()).contains("3 changes to be told");
        assertThat(concertim.changes()).isEmpty();

        assertThat(reckoner("concertim", "push").exit()).isZero();
        assertThat(concertim.value("teams", "1", "cost")).isEqualTo("0.80");
        assertThat(concertim.value("racks", "10", "cost")).isEqualTo("0.40");
        assertThat(concertim.value("devices", "100", "cost")).isEqualTo("0.40");

        assertThat(reckoner("concertim", "push").err()).contains("0 changes told, 3 as they were, 0 troubles");
    }

    @Test
    void what_could_not_be_told_is_said_and_counts() {
        concertim.breaks("racks", "10", 422);

        Cli told = reckoner("concertim", "push");

        assertThat(told.exit()).isEqualTo(1);
        assertThat(told.err()).contains("rack rack-10 (10): concertim: PATCH");
        assertThat(concertim.value("devices", "100", "cost")).isEqualTo("0.40");
    }

    @Test
    void the_middleware_wants_a_kill_bill_and_a_secret_that_is_long_enough() throws IOException {
        Files.writeString(folder.resolve("secret"), "x".repeat(40));
        configure("billing: papers\n  middleware: {port: 0, jwt-secret-file: \"%s/secret\"}".formatted(folder));
        assertThat(reckoner("serve", "--no-authentication", "--port", "0"))
                .returns(2, Cli::exit)
                .satisfies(cli -> assertThat(cli.err()).contains("'papers', which is no Kill Bill"));

        Files.writeString(folder.resolve("secret"), "short");
        assertThat(reckoner("serve", "--no-authentication", "--port", "0"))
                .returns(2, Cli::exit)
                .satisfies(cli -> assertThat(cli.err()).contains("32 or more").doesNotContain("short\n"));
    }

    @Test
    void a_billing_system_that_is_not_there_is_told_with_its_line() throws IOException {
        configure("billing: nobody");

        assertThat(reckoner("concertim", "push"))
                .returns(2, Cli::exit)
                .satisfies(cli -> assertThat(cli.err())
                        .contains("concertim", "there is no billing system 'nobody' under deliver"));
    }
}
