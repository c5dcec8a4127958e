package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.collect.gnocchi.GnocchiServer;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.invoice.InvoiceRules;
import org.reckoner.ledger.observation.Watermark;

/// Each window is told once, on real processes: `kill -9` in the middle of collecting.
class KilledCollectTest {

    private static final long SEED = 20261122;
    private static final int PORTS = 1500;
    private static final int HOURS = 6;
    private static final List<String> METERS = List.of("network.in", "network.out");
    private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");
    private static final Instant NOW = START.plus(Duration.ofHours(HOURS + 1));

    @TempDir
    private Path folder = Path.of(".");

    private final GnocchiServer gnocchi = new GnocchiServer();

    @AfterEach
    void stop() {
        gnocchi.close();
    }

    @Test
    void killed_again_and_again_each_window_is_told_once_and_none_is_called_complete_before() throws Exception {
        measure();
        List<String> collect =
                List.of("--config", configure().toString(), "--now", NOW.toString(), "collect", "gnocchi");
        OwnProcess reckoner = new OwnProcess(folder);
        Random random = new Random(SEED);
        for (int round = 0; round < 5; round++) {
            int before = gnocchi.requests().size();
            Process collecting = reckoner.start(collect);
            while (collecting.isAlive() && gnocchi.requests().size() == before) {
                collecting.waitFor(5, TimeUnit.MILLISECONDS);
            }
            reckoner.killAfter(collecting, Duration.ofMillis(random.nextInt(700)));
            mustHoldWhatIsCalledComplete();
        }
        assertThat(reckoner.killed())
                .as("rounds that were killed before their end")
                .isGreaterThan(1);

        assertThat(reckoner.start(collect).waitFor()).as(reckoner::said).isZero();
        mustHoldWhatIsCalledComplete();
        try (Ledger ledger = ledger()) {
            assertThat(complete(ledger).values()).hasSize(METERS.size()).containsOnly(at(HOURS));
            assertThat(ledger.observations().cutoff())
                    .as("how often something was told")
                    .isEqualTo((long) PORTS * HOURS * METERS.size());
        }
    }

    private void measure() {
        for (int port = 0; port < PORTS; port++) {
            String group = "{\"id\": \"p%d\", \"project_id\": \"acme\"}".formatted(port);
            int bytes = port + 1;
            String[] values = IntStream.range(0, HOURS)
                    .mapToObj(hour -> "[\"%s\", 3600.0, %d]".formatted(at(hour), bytes * (hour + 1)))
                    .toArray(String[]::new);
            METERS.forEach(meter -> gnocchi.group(meter, group, values));
        }
    }

    private static Instant at(int hour) {
        return START.plus(Duration.ofHours(hour));
    }

    private Path configure() throws IOException {
        String meters = METERS.stream()
                .map("      %1$s: {metric: %1$s, unit: B, resource-type: port, type: port, history: false}"::formatted)
                .collect(Collectors.joining("\n"));
        return Files.writeString(
                folder.resolve("reckoner.yaml"), """
                ledger: {url: "%s"}
                measure:
                  since: %s
                  together: 2
                  gnocchi:
                    url: %s
                    meters:
                %s
                """.formatted(url(), START, gnocchi.root(), meters.indent(4)));
    }

    private String url() {
        return "jdbc:sqlite:" + folder.resolve("ledger.db");
    }

    /// What was told of the windows before each watermark is all of what the store has.
    private void mustHoldWhatIsCalledComplete() {
        try (Ledger ledger = ledger()) {
            complete(ledger).forEach((source, until) -> {
                for (int hour = 0; at(hour).isBefore(until); hour++) {
                    SortedMap<ResourceId, Observation> told =
                            ledger.observations().measured("RegionOne", source, at(hour));
                    assertThat(told.values().stream()
                                    .mapToLong(KilledCollectTest::bytes)
                                    .sum())
                            .as("%s at %s, complete until %s", source, at(hour), until)
                            .isEqualTo((hour + 1L) * PORTS * (PORTS + 1) / 2);
                    assertThat(told).hasSize(PORTS);
                }
            });
        }
    }

    private static long bytes(Observation told) {
        return told.report().flows().values().iterator().next().longValueExact();
    }

    private static Map<String, Instant> complete(Ledger ledger) {
        Map<String, Instant> complete = new TreeMap<>();
        for (Watermark watermark : ledger.watermarks().all()) {
            watermark
                    .completeUntil()
                    .ifPresent(until -> complete.put(watermark.scope().source(), until));
        }
        return complete;
    }

    private Ledger ledger() {
        return Ledger.over(
                Database.open(url(), Optional.empty(), Optional.empty()), InvoiceRules.USUAL, Clock.systemUTC());
    }
}
