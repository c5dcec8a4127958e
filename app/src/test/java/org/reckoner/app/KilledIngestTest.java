package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.collect.recording.RawMessage;
import org.reckoner.collect.recording.Recording;
import org.reckoner.prices.PriceBookFile;

/// The first law on real processes: `kill -9` while real messages come in, shuffled and doubled.
class KilledIngestTest {

    private static final long SEED = 20261121;

    @TempDir
    private Path folder = Path.of(".");

    private List<String> messages = List.of();

    @BeforeEach
    void readTheRecording() {
        try (Stream<RawMessage> recorded = Recording.bundled().messages()) {
            messages = recorded.map(message -> new String(message.body(), StandardCharsets.UTF_8))
                    .toList();
        }
    }

    @Test
    void killed_again_and_again_on_shuffled_and_doubled_messages_the_bill_is_the_same() throws Exception {
        Path orderly = write("orderly.ndjson", messages);
        Path clean = folder.resolve("clean.db");
        assertThat(Cli.on(clean, "ingest", orderly.toString()).exit()).isZero();

        Random random = new Random(SEED);
        Path battered = folder.resolve("battered.db");
        OwnProcess reckoner = new OwnProcess(folder);
        for (int round = 0; round < 4; round++) {
            Path shuffled = write("shuffled-" + round + ".ndjson", shuffledAndDoubled(random));
            Process ingest = reckoner.start(ingest(battered, shuffled, 1 + random.nextInt(20)));
            reckoner.killAfter(ingest, Duration.ofMillis(500 + random.nextInt(1500)));
        }
        Path last = write("last.ndjson", shuffledAndDoubled(random));
        assertThat(reckoner.start(ingest(battered, last, 50)).waitFor())
                .as(reckoner::said)
                .isZero();

        assertThat(reckoner.killed())
                .as("rounds that were killed before their end")
                .isPositive();
        assertThat(bill(battered)).isEqualTo(bill(clean)).contains("\"vcpus\"");
    }

    @Test
    void a_ledger_whose_making_was_killed_is_made_again() throws Exception {
        Path half = folder.resolve("half.db");
        Path making = folder.resolve("making.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + making);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA cache_size = 1");
            statement.execute("CREATE TABLE first (text)");
            statement.execute("DROP TABLE first");
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("CREATE TABLE second (text)");
            statement.execute("INSERT INTO second WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                    + " WHERE i < 1000) SELECT hex(randomblob(500)) FROM n");
            Files.copy(making, half);
            Files.copy(Path.of(making + "-journal"), Path.of(half + "-journal"));
            statement.execute("ROLLBACK");
        }

        Cli ingest = Cli.on(half, "ingest", write("orderly.ndjson", messages).toString());

        assertThat(ingest.exit()).as(ingest.err()).isZero();
    }

    private List<String> shuffledAndDoubled(Random random) {
        List<String> all = new ArrayList<>(messages);
        all.addAll(messages.subList(0, messages.size() / 3));
        Collections.shuffle(all, random);
        return all;
    }

    private Path write(String name, List<String> lines) throws IOException {
        return Files.write(folder.resolve(name), lines);
    }

    private static List<String> ingest(Path ledger, Path recording, int batchSize) {
        return List.of(
                "--ledger",
                "jdbc:sqlite:" + ledger,
                "ingest",
                "--batch-size",
                Integer.toString(batchSize),
                recording.toString());
    }

    private String bill(Path ledger) throws IOException {
        Path prices = folder.resolve("prices.yaml");
        Files.writeString(prices, PriceBookFile.sample());
        Cli.on(ledger, "prices", "load", prices.toString());
        Cli bill = Cli.on(ledger, "--format", "json", "bill", "--period", "2026-11");
        assertThat(bill.exit()).as(bill.err()).isZero();
        return bill.out();
    }
}
