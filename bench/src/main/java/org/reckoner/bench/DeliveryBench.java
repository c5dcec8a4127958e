package org.reckoner.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.reckoner.simulators.whmcs.WhmcsSimulator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// How fast invoices are delivered to a billing system that takes its time: the packaged `reckoner deliver` in a JVM of
/// its own, and a simulated WHMCS in this one.
///
/// A billing system that answers in 20 ms can answer 50 requests a second on each connection. That is the limit; what
/// is measured is how much of it is used.
@Command(
        name = "bench/deliver",
        mixinStandardHelpOptions = true,
        description = "Measures how fast invoices are delivered to a simulated WHMCS that answers after a delay.")
public final class DeliveryBench implements Callable<Integer> {

    private static final String MONTH = "2025-11";
    private static final Duration SAMPLE = Duration.ofSeconds(5);

    @Option(names = "--reckoner", required = true, hidden = true)
    private Path jar = Path.of("reckoner.jar");

    @Option(names = "--invoices", description = "How many, each of an account of its own (default ${DEFAULT-VALUE}).")
    private int invoices = 10_000;

    @Option(
            names = "--connections",
            split = ",",
            description = "How many invoices are under way at once (default ${DEFAULT-VALUE}).",
            defaultValue = "8,32")
    private List<Integer> connections = List.of();

    @Option(names = "--delay", description = "How long each answer takes (default ${DEFAULT-VALUE}).")
    private Duration delay = Duration.ofMillis(20);

    @Option(names = "--heap", description = "The application's -Xmx (default ${DEFAULT-VALUE}).")
    private String heap = "256m";

    @Option(names = "--java", description = "One more option of the application's JVM; may be repeated.")
    private List<String> options = List.of();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new DeliveryBench()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        Path folder = Files.createTempDirectory("reckoner-bench-deliver-");
        try {
            says("%,d invoices are issued".formatted(invoices));
            issue(folder);
            for (int each : connections) {
                measure(folder, each);
            }
            return 0;
        } finally {
            Bench.delete(folder);
        }
    }

    /// A ledger with an invoice for each account.
    private void issue(Path folder) throws IOException, InterruptedException {
        Path recording = folder.resolve("notifications.ndjson");
        try (BufferedWriter lines = Files.newBufferedWriter(recording)) {
            for (int i = 0; i < invoices; i++) {
                lines.write("""
                        {"message_id":"m-%1$d","publisher_id":"volume.c","event_type":"volume.create.end",\
                        "priority":"INFO","timestamp":"2025-10-01T00:00:00Z","payload":{"tenant_id":"project-%1$05d",\
                        "user_id":"u","volume_id":"volume-%1$05d","volume_type":"ssd","display_name":"v",\
                        "size":%2$d,"status":"available","created_at":"2025-10-01T00:00:00Z",\
                        "launched_at":"2025-10-01T00:00:00Z","snapshot_id":null,"availability_zone":"nova"}}
                        """.formatted(i, 1 + i % 500));
            }
        }
        Path prices = Files.writeString(folder.resolve("prices.yaml"), """
                price-book: standard
                currency: EUR
                prices:
                  - {id: volume, item: Volume, meter: volume.size, per: GiB month, price: 0.083}
                  - {id: base, item: Base fee, fixed: {price: 2.50, each: account}}
                """);
        Files.writeString(folder.resolve("secret"), WhmcsSimulator.SECRET);
        configure(folder, "http://127.0.0.1:1", 1);
        run(folder, "ingest", recording.toString());
        run(folder, "prices", "load", prices.toString());
        run(folder, "invoices", "issue", "--period", MONTH, "--override-incomplete", "a benchmark");
        Files.copy(folder.resolve("ledger.db"), folder.resolve("issued.db"));
    }

    private static void configure(Path folder, String url, int connections) throws IOException {
        Files.writeString(
                folder.resolve("reckoner.yaml"), """
                ledger: {url: "jdbc:sqlite:%1$s/ledger.db"}
                deliver:
                  shop:
                    adapter: whmcs
                    connections: %3$d
                    settings:
                      url: %2$s
                      identifier: %4$s
                      secret-file: %1$s/secret
                      client-email: "{project}@clients.example.org"
                """.formatted(folder, url, connections, WhmcsSimulator.IDENTIFIER));
    }

    private void measure(Path folder, int width) throws IOException, InterruptedException, ExecutionException {
        Files.copy(folder.resolve("issued.db"), folder.resolve("ledger.db"), StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(folder.resolve("ledger.db-wal"));
        Files.deleteIfExists(folder.resolve("ledger.db-shm"));
        try (WhmcsSimulator whmcs = WhmcsSimulator.start(0)) {
            for (int i = 0; i < invoices; i++) {
                whmcs.client("project-%05d@clients.example.org".formatted(i), "Project " + i, 2);
            }
            whmcs.server().delay(delay);
            double limit = width * 1e9 / delay.toNanos();
            double bare = bare(whmcs, width);
            configure(folder, whmcs.url(), width);
            Run run = run(whmcs, start(folder, "deliver", "shop"));
            check(folder, run.exit(), whmcs);
            bare = (bare + bare(whmcs, width)) / 2;
            double rate = run.requests() / run.seconds();
            says(String.format(
                    Locale.ROOT,
                    "%d connections: %.1f s, %.1f invoices/s, %.0f requests/s of %.0f possible: %.1f %%",
                    width,
                    run.seconds(),
                    invoices / run.seconds(),
                    rate,
                    limit,
                    100 * rate / limit));
            says(String.format(
                    Locale.ROOT,
                    "  an answer took the simulator %.1f ms; on average %.1f %% of the connections waited for one",
                    run.answering().toNanos() / 1e6 / run.requests(),
                    100 * run.waiting(width)));
            says(String.format(
                    Locale.ROOT,
                    "  a bare loop on the same machine, before and after: %.0f requests/s; %.1f %% of that",
                    bare,
                    100 * rate / bare));
            says(String.format(
                    Locale.ROOT,
                    "  CPU time of the application: %.1f s, %.2f ms for a request",
                    run.cpu().toMillis() / 1e3,
                    run.cpu().toNanos() / 1e6 / run.requests()));
            says("  resident memory every %d s, MB: %s"
                    .formatted(
                            SAMPLE.toSeconds(),
                            run.memory().stream()
                                    .map(bytes -> Long.toString(bytes / 1024))
                                    .collect(Collectors.joining(" "))));
        }
    }

    /// One run of the application.
    ///
    /// @param seconds from the first request to the last
    /// @param cpu of the whole process, with its start
    /// @param memory resident, in kB, every so often
    /// @param answering for how long the simulator was at it, all requests together
    private record Run(int exit, long requests, double seconds, Duration answering, Duration cpu, List<Long> memory) {

        /// Of the time that the connections were there, how much of it the simulator took.
        double waiting(int width) {
            return answering.toNanos() / 1e9 / (seconds * width);
        }
    }

    private static Run run(WhmcsSimulator whmcs, Process process) throws IOException, InterruptedException {
        long before = whmcs.server().requests();
        Duration answered = whmcs.server().answering();
        long seen = before;
        long first = 0;
        long last = 0;
        long next = 0;
        Duration cpu = Duration.ZERO;
        List<Long> memory = new ArrayList<>();
        while (!process.waitFor(5, TimeUnit.MILLISECONDS)) {
            long now = System.nanoTime();
            long requests = whmcs.server().requests();
            if (requests > seen) {
                first = first == 0 ? now : first;
                last = now;
                seen = requests;
            }
            if (first != 0 && now - next > 0) {
                memory.add(resident(process));
                next = now + SAMPLE.toNanos();
            }
            cpu = process.info().totalCpuDuration().orElse(cpu);
        }
        Duration answering = whmcs.server().answering().minus(answered);
        return new Run(process.exitValue(), seen - before, (last - first) / 1e9, answering, cpu, memory);
    }

    /// What is possible on this machine: the same number of connections that do nothing but ask.
    ///
    /// @return requests a second
    private static double bare(WhmcsSimulator whmcs, int width) throws InterruptedException, ExecutionException {
        int each = 500;
        HttpRequest request = HttpRequest.newBuilder(URI.create(whmcs.url() + "/includes/api.php"))
                .POST(HttpRequest.BodyPublishers.ofString(
                        "action=GetClientsDetails&responsetype=json&clientid=1&identifier=%s&secret=%s"
                                .formatted(WhmcsSimulator.IDENTIFIER, WhmcsSimulator.SECRET)))
                .build();
        try (HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ExecutorService threads =
                        Executors.newFixedThreadPool(width, Thread.ofVirtual().factory())) {
            long began = System.nanoTime();
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < width; i++) {
                all.add(threads.submit(() -> {
                    for (int n = 0; n < each; n++) {
                        client.send(request, BodyHandlers.ofByteArray());
                    }
                    return 0;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
            return width * each * 1e9 / (System.nanoTime() - began);
        }
    }

    /// Every invoice is there once, and is what was issued.
    private void check(Path folder, int exit, WhmcsSimulator whmcs) throws IOException {
        List<WhmcsSimulator.Shown> there = whmcs.invoices();
        Set<String> references =
                there.stream().map(WhmcsSimulator.Shown::notes).collect(Collectors.toCollection(HashSet::new));
        boolean allPublished = there.stream().allMatch(each -> each.status().equals("Unpaid"));
        BigDecimal sum = there.stream().map(WhmcsSimulator.Shown::sum).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal issued = BigDecimal.ZERO;
        for (int i = 0; i < invoices; i++) {
            issued = issued.add(new BigDecimal("0.083")
                    .multiply(BigDecimal.valueOf(1 + i % 500))
                    .setScale(2, RoundingMode.HALF_EVEN)
                    .add(new BigDecimal("2.50")));
        }
        if (exit != 0
                || there.size() != invoices
                || references.size() != invoices
                || !allPublished
                || sum.compareTo(issued) != 0) {
            throw new IllegalStateException("exit %d, %d invoices, %d different, total %s, issued %s; it says:\n%s"
                    .formatted(
                            exit,
                            there.size(),
                            references.size(),
                            sum,
                            issued,
                            Files.readString(folder.resolve("log"))));
        }
    }

    private Process start(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx" + heap));
        command.addAll(options);
        command.addAll(List.of(
                "-jar",
                jar.toString(),
                "--config",
                folder.resolve("reckoner.yaml").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return process;
    }

    private void run(Path folder, String... arguments) throws IOException, InterruptedException {
        if (start(folder, arguments).waitFor() != 0) {
            throw new IllegalStateException(
                    "reckoner %s failed: %s".formatted(arguments[0], Files.readString(folder.resolve("log"))));
        }
    }

    /// In kB, as the system counts it; 0 where it does not say.
    private static long resident(Process process) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        }
    }

    private static void says(String line) {
        System.out.println(line);
    }
}
