package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.simulators.http.Trouble;
import org.reckoner.simulators.whmcs.WhmcsSimulator;

/// WHMCS, as a user of the command line meets it.
class WhmcsTest {

    @TempDir
    private Path folder = Path.of(".");

    private final WhmcsSimulator whmcs = WhmcsSimulator.start(0);
    private Path config = Path.of("reckoner.yaml");

    @BeforeEach
    void begin() throws IOException {
        Files.writeString(folder.resolve("secret"), WhmcsSimulator.SECRET + "\n");
        config = Files.writeString(folder.resolve("reckoner.yaml"), """
                ledger: {url: "jdbc:sqlite:%s"}
                deliver:
                  shop:
                    adapter: whmcs
                    settings:
                      url: %s
                      identifier: %s
                      secret-file: %s
                      currency: 2
                      invoice_meters:
                        cpu: [CPU, cpu_hours, hours]
                        memory: "('Memory', 'ram_gb', 'GB/h')"
                """.formatted(
                        folder.resolve("ledger.db"), whmcs.url(), WhmcsSimulator.IDENTIFIER, folder.resolve("secret")));
        whmcs.product(1, "cpu_hours", "CPU per month", "recurring", "EUR", Map.of("monthly", "14.40"));
        whmcs.product(2, "gold", "Gold support", "recurring", "EUR", Map.of("monthly", "99.00"));
        whmcs.product(3, "old", "", "recurring", "EUR", Map.of());
    }

    @AfterEach
    void end() {
        whmcs.close();
    }

    private Cli reckoner(String... arguments) {
        return Cli.at("2026-11-20T10:00:00Z", config, arguments);
    }

    @Test
    void prices_are_shown_first_and_loaded_when_told_to() {
        Cli shown = reckoner("prices", "sync", "shop");

        assertThat(shown.exit()).isEqualTo(1);
        assertThat(shown.out())
                .contains("+ price 'cpu_hours'")
                .contains("720 vCPU hour")
                .contains("price=14.4");
        assertThat(shown.err())
                .contains("'gold' (2)", "EUR 99.00 for 1 month", "sold-as: {shop: \"2\"}")
                .contains("'old' (3) is disabled there")
                .contains("Nothing was changed");
        assertThat(reckoner("--format", "csv", "prices", "list").out().lines()).hasSize(1);

        assertThat(reckoner("prices", "sync", "shop", "--load")).returns(0, Cli::exit);
        assertThat(reckoner("prices", "show", "shop", "--source").out())
                .contains("# CPU per month\n  - id: cpu_hours\n    sold-as: {shop: \"1\"}\n    item: cpu_hours")
                .doesNotContain("valid-from");
        assertThat(reckoner("prices", "sync", "shop"))
                .returns(0, Cli::exit)
                .satisfies(again -> assertThat(again.out()).isEqualTo("no difference\n"));
    }

    @Test
    void a_service_is_ordered_changed_and_ended() throws IOException {
        try (Cloud cloud = new Cloud(folder, List.of())) {
            cloud.issue(1);
        }
        Files.writeString(config, "      client-email: \"{project}@clients.example.org\"\n", StandardOpenOption.APPEND);
        whmcs.client("project-0000@clients.example.org", "Acme", 2);

        assertThat(reckoner("whmcs", "order", "shop", "project-0000", "--product", "1", "--name", "hpc1"))
                .returns(0, Cli::exit)
                .satisfies(said -> assertThat(said.out()).contains("hpc1", "cpu_hours", "14.40", "Active"));
        assertThat(reckoner("whmcs", "orders", "shop", "project-0000").out()).contains("Active", "hpc1");
        assertThat(reckoner("whmcs", "change", "shop", "1", "--product", "2", "--dry-run")
                        .out())
                .isEqualTo("it would cost $84.60 EUR\n");
        assertThat(reckoner("whmcs", "change", "shop", "1", "--product", "2").out())
                .isEqualTo("it costs $84.60 EUR by order 2, once invoice 1 is paid\n");
        assertThat(reckoner("whmcs", "cancel", "shop", "2").out()).isEqualTo("order 2 is cancelled\n");
        assertThat(reckoner("whmcs", "delete", "shop", "2").out()).isEqualTo("order 2 is deleted\n");
        assertThat(reckoner("whmcs", "end", "shop", "1", "--because", "VM deletion")
                        .out())
                .isEqualTo("service 1 has ended\n");
        assertThat(reckoner("whmcs", "services", "shop", "project-0000").out()).contains("Terminated");
        assertThat(reckoner("whmcs", "accept", "shop", "7").err()).contains("shop: WHMCS has no order 7");
        assertThat(reckoner("whmcs", "change", "shop", "1").err()).contains("say either --product or --option");
    }

    @Test
    void a_renamed_product_is_found_by_its_id_and_its_new_price_is_for_the_next_period() throws IOException {
        reckoner("prices", "sync", "shop", "--load");
        whmcs.product(1, "vcpu", "CPU per month", "recurring", "EUR", Map.of("monthly", "18.00"));
        whmcs.removeProduct(2);
        Path file = folder.resolve("new.yaml");

        Cli written = reckoner("prices", "sync", "shop", "--to", file.toString());

        assertThat(written.exit()).isZero();
        assertThat(written.out())
                .contains("~ price 'cpu_hours': item was 'cpu_hours', is 'vcpu'")
                .contains("~ price 'cpu_hours': price was '14.4', is '18'")
                .contains("valid-from was '1970-01-01', is '2026-12-01'");
        assertThat(reckoner("prices", "load", file.toString()).out()).contains("version 2 of price book 'shop'");
        assertThat(reckoner("prices", "sync", "shop").out()).isEqualTo("no difference\n");

        whmcs.removeProduct(1);
        Cli gone = reckoner("prices", "sync", "shop");
        assertThat(gone.out()).isEqualTo("no difference\n");
        assertThat(gone.err()).contains("price 'cpu_hours' is 1 there, which is not in the list any more; it is kept");
    }

    @Test
    void a_price_of_ones_own_book_is_adopted_by_its_name_and_keeps_its_words() throws IOException {
        Path own = Files.writeString(folder.resolve("own.yaml"), """
                price-book: standard
                currency: EUR
                prices:
                  # as agreed
                  - id: vcpu
                    item: cpu_hours
                    meter: vcpus
                    per: vCPU hour
                    price: 0.05
                """);
        reckoner("prices", "load", own.toString());

        Cli synced = reckoner("prices", "sync", "shop", "--book", "standard", "--load", "--from", "2027-02");

        assertThat(synced.out()).contains("~ price 'vcpu': price was '0.05', is '0.02'");
        assertThat(reckoner("prices", "show", "standard", "--source").out()).isEqualTo("""
                price-book: standard
                valid-from: 2027-02-01
                currency: EUR
                prices:
                  # as agreed
                  - id: vcpu
                    sold-as: {shop: "1"}
                    item: cpu_hours
                    meter: vcpus
                    per: vCPU hour
                    price: 0.02
                """);
    }

    @Test
    void nothing_is_made_of_an_empty_list_or_of_half_of_one() {
        reckoner("prices", "sync", "shop", "--load");
        whmcs.server().next(Trouble.HALF_ANSWER);
        assertThat(reckoner("prices", "sync", "shop", "--load"))
                .returns(2, Cli::exit)
                .satisfies(half -> assertThat(half.err()).contains("cannot be read, and nothing was made"));

        whmcs.removeProduct(1);
        whmcs.removeProduct(2);
        whmcs.removeProduct(3);
        assertThat(reckoner("prices", "sync", "shop", "--load"))
                .returns(1, Cli::exit)
                .satisfies(empty ->
                        assertThat(empty.err()).contains("sells nothing").contains("nothing was made"));
        assertThat(reckoner("--format", "csv", "prices", "list").out().lines()).hasSize(2);
    }
}
