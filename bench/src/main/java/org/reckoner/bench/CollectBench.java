package org.reckoner.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// What it costs to collect the windows of an hour: the packaged `reckoner collect` in a JVM of its own, and in this
/// one
/// a server that answers as Gnocchi does.
@Command(
        name = "bench/collect",
        mixinStandardHelpOptions = true,
        description = "Measures what an hour of measures costs, from a server that streams answers as Gnocchi does.")
public final class CollectBench implements Callable<Integer> {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @Option(names = "--reckoner", required = true, hidden = true)
    private Path jar = Path.of("reckoner.jar");

    @Option(
            names = "--sizes",
            split = ",",
            description = "How many resources (default ${DEFAULT-VALUE}).",
            defaultValue = "1000,10000,100000")
    private List<Integer> sizes = List.of();

    @Option(
            names = "--projects",
            split = ",",
            description = "How many projects they are of (default ${DEFAULT-VALUE}).",
            defaultValue = "10,1000")
    private List<Integer> projects = List.of();

    @Option(names = "--meters", description = "How many of each resource (default ${DEFAULT-VALUE}).")
    private int meters = 5;

    @Option(names = "--without-history", description = "Take attributes of now, in fewer requests.")
    private boolean withoutHistory;

    @Option(names = "--heap", description = "The application's -Xmx (default ${DEFAULT-VALUE}).")
    private String heap = "256m";

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new CollectBench()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.printf(
                Locale.ROOT,
                "%9s %9s  %-22s %9s %9s %9s %9s %9s%n",
                "resources",
                "projects",
                "",
                "requests",
                "MB",
                "wall s",
                "CPU s",
                "most MB");
        for (int size : sizes) {
            for (int each : projects) {
                measure(size, each);
            }
        }
        return 0;
    }

    private void measure(int size, int owners) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("reckoner-bench-collect-");
        try (GnocchiSource source = new GnocchiSource(size, owners)) {
            configure(folder, source.url(), 0);
            tell(size, owners, "the first hour", run(folder, source, 1, size));
            tell(size, owners, "another hour", run(folder, source, 2, size));
            configure(folder, source.url(), 1);
            tell(size, owners, "and one looked at again", run(folder, source, 3, size));
        } finally {
            Bench.delete(folder);
        }
    }

    private void tell(int size, int owners, String what, Run run) {
        System.out.printf(
                Locale.ROOT,
                "%9d %9d  %-22s %9d %9.1f %9.1f %9.1f %9d%n",
                size,
                owners,
                what,
                run.requests(),
                run.bytes() / 1e6,
                run.wall().toMillis() / 1e3,
                run.cpu().toMillis() / 1e3,
                run.memory() / 1024);
    }

    private void configure(Path folder, String url, int again) throws IOException {
        StringBuilder definitions = new StringBuilder();
        for (int i = 0; i < meters; i++) {
            definitions.append("""
                          meter.%1$d:
                            {metric: metric.%1$d, resource-type: instance, type: server, unit: B, attributes: [flavor], history: %2$s}
                    """.formatted(i, !withoutHistory));
        }
        Files.writeString(folder.resolve("reckoner.yaml"), """
                ledger: {url: "jdbc:sqlite:%s/ledger.db"}
                measure:
                  since: %s
                  again: %d
                  gnocchi:
                    url: %s
                    meters:
                %s""".formatted(folder, START, again, url, definitions));
    }

    /// One run of the application.
    ///
    /// @param cpu of the whole process, with its start
    /// @param memory the most that was resident, in kB
    private record Run(long requests, long bytes, Duration wall, Duration cpu, long memory) {}

    /// @param hours that are over, so many after the start
    private Run run(Path folder, GnocchiSource source, int hours, int size) throws IOException, InterruptedException {
        long requests = source.requests();
        long bytes = source.bytes();
        long began = System.nanoTime();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx" + heap,
                        "-jar",
                        jar.toString(),
                        "--config",
                        folder.resolve("reckoner.yaml").toString(),
                        "--now",
                        START.plus(HOUR.multipliedBy(hours + 1L)).toString(),
                        "--format",
                        "csv",
                        "collect",
                        "gnocchi")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        Duration cpu = Duration.ZERO;
        long memory = 0;
        while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
            cpu = process.info().totalCpuDuration().orElse(cpu);
            memory = Math.max(memory, resident(process));
        }
        Duration wall = Duration.ofNanos(System.nanoTime() - began);
        String said = Files.readString(folder.resolve("log"));
        long complete = said.lines()
                .filter(line -> line.contains("," + size + ",0,0,0,"))
                .filter(line ->
                        line.endsWith(START.plus(HOUR.multipliedBy(hours)).toString()))
                .count();
        if (process.exitValue() != 0 || complete != meters) {
            throw new IllegalStateException("exit %d, %d of %d meters complete; it says:\n%s"
                    .formatted(process.exitValue(), complete, meters, said));
        }
        return new Run(source.requests() - requests, source.bytes() - bytes, wall, cpu, memory);
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
}
