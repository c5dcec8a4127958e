package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.simulators.hostbill.HostBillSimulator;
import org.reckoner.simulators.hostbill.Variable;
import org.reckoner.simulators.whmcs.WhmcsSimulator;

/// How an account stands with a billing system, as a user of the command line meets it; and what becomes of
/// documents once HostBill has made its own invoices of them.
class StatementTest {

    @TempDir
    private Path folder = Path.of(".");

    private final HostBillSimulator hostbill = HostBillSimulator.start(0, false);
    private final WhmcsSimulator whmcs = WhmcsSimulator.start(0);
    private Path config = Path.of("reckoner.yaml");
    private int account;

    @BeforeEach
    void begin() throws IOException {
        int product = hostbill.product(
                "Cloud",
                Map.of(),
                Stream.of("volume", "base", "vat")
                        .map(name -> Variable.ofMoney(name, true))
                        .toList());
        account = hostbill.account(product, Optional.of("project-0000"), "0");
        Files.writeString(folder.resolve("key"), HostBillSimulator.KEY + "\n");
        Files.writeString(folder.resolve("secret"), WhmcsSimulator.SECRET + "\n");
        config = Files.writeString(folder.resolve("reckoner.yaml"), """
                ledger: {url: "jdbc:sqlite:%s"}
                deliver:
                  host:
                    adapter: hostbill
                    settings:
                      url: %s
                      api-id: %s
                      api-key-file: %s
                      currencies: {"0": EUR}
                      tax-variable: vat
                  shop:
                    adapter: whmcs
                    settings:
                      url: %s
                      identifier: %s
                      secret-file: %s
                      client-email: "{project}@clients.example.org"
                      client-country: "NO"
                  archive:
                    adapter: files
                    settings: {folder: %s}
                """.formatted(
                        folder.resolve("ledger.db"),
                        hostbill.server().url(),
                        HostBillSimulator.ID,
                        folder.resolve("key"),
                        whmcs.url(),
                        WhmcsSimulator.IDENTIFIER,
                        folder.resolve("secret"),
                        folder.resolve("archive")));
        try (Cloud cloud = new Cloud(folder, List.of("host", "shop"))) {
            cloud.issue(1);
        }
        assertThat(reckoner("deliver")).returns(0, Cli::exit);
    }

    @AfterEach
    void end() {
        hostbill.close();
        whmcs.close();
    }

    private Cli reckoner(String... arguments) {
        return Cli.at("2026-12-01T10:00:00Z", config, arguments);
    }

    @Test
    void what_hostbill_has_invoiced_is_reconciled_and_shown_with_its_pdf() throws IOException {
        int invoice = hostbill.invoice(account, LocalDate.parse("2026-12-05"));
        hostbill.invoiceStatus(invoice, "Paid", LocalDate.parse("2026-12-20"));
        hostbill.credit(account, "12.50");

        assertThat(reckoner("reconcile", "host", "--period", "2026-11", "--all"))
                .returns(0, Cli::exit)
                .satisfies(compared -> assertThat(compared.out())
                        .containsPattern(
                                "INV-2026-000001 +agrees +EUR 37.48 +EUR 37.48 +invoice " + invoice + " +paid"));
        Cli statement = reckoner("statement", "host", "project-0000");
        assertThat(statement.exit()).isZero();
        assertThat(statement.out())
                .containsPattern(invoice + " .*2026-12-05 +2026-12-19 +2026-12-20 +EUR 37.48 +paid +Paid");
        assertThat(statement.err()).contains("1 invoices; credit EUR 12.50");

        Path pdf = folder.resolve("theirs.pdf");
        assertThat(reckoner("statement", "host", "project-0000", "--pdf", "" + invoice, "--to", pdf.toString()))
                .returns(0, Cli::exit)
                .satisfies(said -> assertThat(said.out()).contains("is host's own"));
        assertThat(Files.readString(pdf)).startsWith("%PDF-");
        assertThat(reckoner("statement", "host", "project-0000", "--pdf", "9999")
                        .err())
                .contains("host has no invoice 9999 of project-0000");
    }

    @Test
    void whmcs_tells_the_same_and_a_folder_of_files_tells_none() {
        Cli statement = reckoner("statement", "shop", "project-0000");
        assertThat(statement.exit()).isZero();
        assertThat(statement.out()).containsPattern("1 +1 +2026-12-01 +2026-12-15 +EUR 37.48 +open +Unpaid");
        assertThat(statement.err()).contains("client 1: 1 invoices; credit EUR 0.00");
        assertThat(reckoner("statement", "shop", "project-0000", "--pdf", "1").err())
                .contains("shop gives no PDFs of its invoices");

        assertThat(reckoner("statement", "archive", "project-0000"))
                .returns(2, Cli::exit)
                .satisfies(said -> assertThat(said.err()).contains("the adapter of archive tells no statements"));
    }
}
