package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.simulators.whmcs.WhmcsSimulator;

/// Each invoice arrives once, on real processes: `kill -9` in the middle of deliveries.
class KilledDeliverTest {

    private static final long SEED = 20261121;
    private static final int INVOICES = 120;

    @TempDir
    private Path folder = Path.of(".");

    private final WhmcsSimulator whmcs = WhmcsSimulator.start(0);

    @AfterEach
    void end() {
        whmcs.close();
    }

    @Test
    void killed_again_and_again_each_invoice_is_published_once() throws Exception {
        try (Cloud cloud = new Cloud(folder, List.of("shop"))) {
            cloud.issue(INVOICES);
        }
        Path config = configure();
        whmcs.server().delay(Duration.ofMillis(20));
        Random random = new Random(SEED);
        Instant now = Instant.parse("2026-12-01T09:00:00Z");
        OwnProcess reckoner = new OwnProcess(folder);
        for (int round = 0; round < 5; round++) {
            long before = whmcs.server().requests();
            Process deliver = reckoner.start(deliver(config, now));
            while (deliver.isAlive() && whmcs.server().requests() < before + 20) {
                deliver.waitFor(5, TimeUnit.MILLISECONDS);
            }
            reckoner.killAfter(deliver, Duration.ofMillis(random.nextInt(400)));
            now = now.plus(Duration.ofHours(2));
        }
        assertThat(reckoner.start(deliver(config, now)).waitFor())
                .as(reckoner::said)
                .isZero();

        assertThat(reckoner.killed())
                .as("rounds that were killed before their end")
                .isGreaterThan(1);
        assertThat(whmcs.invoices())
                .filteredOn(invoice -> invoice.status().equals("Unpaid"))
                .extracting(WhmcsSimulator.Shown::notes)
                .hasSize(INVOICES)
                .doesNotHaveDuplicates();
        Cli compared = Cli.reckoner("--config", config.toString(), "reconcile", "shop", "--period", "2026-11");
        assertThat(compared.exit()).as(compared.out() + compared.err()).isZero();
    }

    private Path configure() throws IOException {
        Files.writeString(folder.resolve("secret"), WhmcsSimulator.SECRET + "\n");
        return Files.writeString(folder.resolve("reckoner.yaml"), """
                ledger: {url: "jdbc:sqlite:%s"}
                deliver:
                  shop:
                    adapter: whmcs
                    settings:
                      url: %s
                      identifier: %s
                      secret-file: %s
                      client-email: "{project}@clients.example.org"
                      client-country: "NO"
                """.formatted(
                        folder.resolve("ledger.db"), whmcs.url(), WhmcsSimulator.IDENTIFIER, folder.resolve("secret")));
    }

    private static List<String> deliver(Path config, Instant now) {
        return List.of("--config", config.toString(), "--now", now.toString(), "deliver");
    }
}
