package org.reckoner.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "bench/run",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the packaged server over HTTP, on a fresh ledger for each size, beside the algorithm of",
            "nova-billing's server on the same data. CPU time is that of the server's process.",
            "",
            "Everything else on the machine should be quiet. With the usual sizes it takes a quarter of an hour",
            "or more, and some GB of disk."
        })
public final class Bench implements Callable<Integer> {

    private static final int WARM = 10_000;

    // What the reference is measured at.
    private static final String FIRST = "whole bill, first request after the start";
    private static final String AGAIN = "whole bill, again";
    private static final String ONE = "one account's bill";
    private static final String EVENTS = "run_instance events, one after the other";
    private static final String EVENT = "one run_instance event";

    @Option(
            names = "--sizes",
            split = ",",
            paramLabel = "N",
            description = "Resources in the cloud (default ${DEFAULT-VALUE}).",
            defaultValue = "10000,100000,1000000")
    private List<Long> sizes = List.of();

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description = "sqlite or postgresql, which it brings along (default ${DEFAULT-VALUE}).")
    private String database = "sqlite";

    @Option(
            names = "--reference-up-to",
            paramLabel = "N",
            description = "The largest cloud that the reference is asked of (default ${DEFAULT-VALUE}).")
    private long referenceUpTo = 100_000;

    @Option(
            names = "--events",
            paramLabel = "N",
            description = {
                "run_instance events to post in batches; a fifth of it singly (default ${DEFAULT-VALUE}).",
                "Before each as many again or nearly so are not counted, until the JVM has compiled what it runs."
            })
    private int events = 50_000;

    @Option(names = "--batch", paramLabel = "N", description = "Events of a batch (default ${DEFAULT-VALUE}).")
    private int batch = 1_000;

    @Option(
            names = "--posters",
            paramLabel = "N",
            description = "Connections over which batches of events come (default ${DEFAULT-VALUE}).")
    private int posters = 4;

    @Option(
            names = "--notifications",
            paramLabel = "N",
            description = "Notifications to ingest (default ${DEFAULT-VALUE}).")
    private int notifications = 100_000;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "Connections over which single events come (default ${DEFAULT-VALUE}).")
    private int connections = 8;

    @Option(
            names = "--java",
            split = " ",
            paramLabel = "OPTIONS",
            description = "Of the server's JVM (default ${DEFAULT-VALUE}).",
            defaultValue = "-XX:+UseSerialGC -Xmx2g")
    private List<String> java = List.of();

    @Option(
            names = "--reckoner",
            required = true,
            hidden = true,
            paramLabel = "JAR",
            description = "The packaged application.")
    private Path reckoner = Path.of("app/target/reckoner.jar");

    @Option(
            names = "--folder",
            paramLabel = "PATH",
            description = "Where the ledgers are made and deleted again (default: the system's temporary folder).")
    private @Nullable Path parent;

    private final Figures figures = new Figures();
    private final YearMonth last = YearMonth.now(ZoneOffset.UTC).minusMonths(1);

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        System.setProperty("http.maxConnections", Integer.toString(2 * Math.max(connections, posters)));
        for (long size : sizes) {
            Cloud cloud = new Cloud(size, last.minusMonths(1));
            Path folder = parent == null
                    ? Files.createTempDirectory("reckoner-bench")
                    : Files.createTempDirectory(parent, "reckoner-bench");
            try {
                if (size <= referenceUpTo) {
                    reference(cloud, folder);
                }
                measure(cloud, folder);
            } finally {
                delete(folder);
            }
        }
        System.out.println();
        System.out.print(figures.table());
        return 0;
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void says(String what) {
        System.err.printf(Locale.ROOT, "%s%n", what);
    }

    private void measure(Cloud cloud, Path folder) throws IOException {
        if (database.equals("postgresql")) {
            try (EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "50")
                    .start()) {
                measure(cloud, folder, postgres.getJdbcUrl("postgres", "postgres"));
            }
        } else if (database.equals("sqlite")) {
            measure(cloud, folder, "jdbc:sqlite:" + folder.resolve("ledger.db"));
        } else {
            throw new CommandLine.ParameterException(
                    new CommandLine(this), "--database expects sqlite or postgresql, not " + database);
        }
    }

    private void measure(Cloud cloud, Path folder, String ledger) throws IOException {
        says("%s: loading".formatted(cloud));
        try (Peer server = serve(folder, ledger)) {
            load(server, cloud);
        }
        says("%s: bills and events".formatted(cloud));
        try (Peer server = serve(folder, ledger)) {
            bills(server, cloud);
            events(server, cloud);
        }
        says("%s: notifications".formatted(cloud));
        ingest(cloud, folder, ledger);
    }

    private Peer serve(Path folder, String ledger) {
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(
                "-jar",
                reckoner.toString(),
                "--ledger",
                ledger,
                "serve",
                "--no-authentication",
                "--without-listener",
                "--port",
                "PORT"));
        return Peer.start(folder, command, "/health/ready");
    }

    private void load(Peer server, Cloud cloud) {
        List<long[]> ranges = ranges(0, cloud.resources());
        Effort all = Effort.of(
                server,
                () -> together(posters, ranges, range -> server.post("/v2/event", cloud.volumes(range[0], range[1]))));
        figures.perSecond(cloud, "volume events loaded in batches", "events/s", cloud.resources(), all, null);
    }

    /// Batches, each from a number up to another.
    private List<long[]> ranges(long from, long to) {
        return LongStream.iterate(from, begin -> begin < to, begin -> begin + batch)
                .mapToObj(begin -> new long[] {begin, Math.min(to, begin + batch)})
                .toList();
    }

    /// Posts all over so many connections at once, in order.
    private static <T> long together(int connections, List<T> all, ToLongFunction<T> post) {
        AtomicInteger next = new AtomicInteger();
        AtomicLong bytes = new AtomicLong();
        AtomicInteger answered = new AtomicInteger();
        List<Thread> threads = IntStream.range(0, connections)
                .mapToObj(connection -> Thread.ofPlatform().start(() -> {
                    for (int one = next.getAndIncrement(); one < all.size(); one = next.getAndIncrement()) {
                        bytes.addAndGet(post.applyAsLong(all.get(one)));
                        answered.incrementAndGet();
                    }
                }))
                .toList();
        threads.forEach(Bench::join);
        if (answered.get() != all.size()) {
            throw new IllegalStateException("some posts were not answered");
        }
        return bytes.get();
    }

    private static String report(YearMonth month) {
        return "/v2/report?time_period=" + month;
    }

    private void bills(Peer server, Cloud cloud) {
        YearMonth before = last.minusMonths(1);
        figures.bill(cloud, FIRST, Effort.of(server, () -> server.get(report(before))), FIRST);
        for (int i = 0; i < 5; i++) {
            server.get(report(before));
        }
        figures.bill(
                cloud,
                "whole bill, a month not asked before",
                Effort.of(server, () -> server.get(report(last))),
                AGAIN);
        figures.bill(cloud, "whole bill, again", Effort.median(server, 9, () -> server.get(report(last))), AGAIN);
        YearMonth running = last.plusMonths(1);
        server.get(report(running));
        figures.bill(
                cloud,
                "whole bill, the running month",
                Effort.median(server, 5, () -> server.get(report(running))),
                AGAIN);
        LongConsumer one = number -> server.get(report(last) + "&account_name=" + Cloud.account(number));
        latencies(WARM, one);
        figures.latency(cloud, "one account's bill", latencies(2_000, one), ONE);
        LongConsumer now = number -> server.get(report(running) + "&account_name=" + Cloud.account(number));
        latencies(WARM / 2, now);
        figures.latency(cloud, "one account's bill, the running month", latencies(1_000, now), ONE);
        server.post("/v2/event", cloud.instanceEvent(-1));
        figures.bill(cloud, "whole bill, after an event", Effort.of(server, () -> server.get(report(last))), AGAIN);
    }

    /// How long each of so many requests took, one after the other, sorted.
    private static long[] latencies(int count, LongConsumer request) {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long began = System.nanoTime();
            request.accept(i);
            nanos[i] = System.nanoTime() - began;
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private void events(Peer server, Cloud cloud) {
        long warm = 2L * events / 5;
        instances(server, cloud, 0, warm).run();
        Effort batched = Effort.of(server, instances(server, cloud, warm, warm + events));
        figures.perSecond(
                cloud,
                "run_instance events in batches, %d connections".formatted(posters),
                "events/s",
                events,
                batched,
                EVENTS);
        int single = events / 5;
        singly(server, singles(cloud, warm + events, single));
        List<String> bodies = singles(cloud, warm + events + single, single);
        ConcurrentLinkedQueue<long[]> latencies = new ConcurrentLinkedQueue<>();
        Effort singles = Effort.of(server, () -> {
            latencies.add(singly(server, bodies));
            return 0;
        });
        figures.perSecond(
                cloud,
                "run_instance events singly, %d connections".formatted(connections),
                "events/s",
                single,
                singles,
                EVENTS);
        latencies.forEach(sorted -> figures.latency(cloud, "one such event", sorted, EVENT));
    }

    /// Posts batches of events, which are written before the clock begins.
    private Effort.Work instances(Peer server, Cloud cloud, long from, long to) {
        List<String> bodies = ranges(from, to).stream()
                .map(range -> cloud.instances(range[0], range[1]))
                .toList();
        return () -> together(posters, bodies, body -> server.post("/v2/event", body));
    }

    private static List<String> singles(Cloud cloud, long first, int count) {
        return LongStream.range(first, first + count)
                .mapToObj(cloud::instanceEvent)
                .toList();
    }

    /// Posts single events over all connections at once.
    ///
    /// @return how long each took, sorted
    private long[] singly(Peer server, List<String> events) {
        long[] nanos = new long[events.size()];
        List<Integer> numbers = IntStream.range(0, nanos.length).boxed().toList();
        together(connections, numbers, number -> {
            long began = System.nanoTime();
            long bytes = server.post("/v2/event", events.get(number));
            nanos[number] = System.nanoTime() - began;
            return bytes;
        });
        Arrays.sort(nanos);
        return nanos;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// The command line ingests a recording, in a process of its own; its start counts.
    private void ingest(Cloud cloud, Path folder, String ledger) throws IOException {
        Path file = folder.resolve("notifications.ndjson");
        try (var lines = Files.newBufferedWriter(file)) {
            for (long number = 0; number < notifications; number++) {
                lines.write(cloud.notification(10_000_000 + number));
                lines.newLine();
            }
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(java);
        command.addAll(List.of("-jar", reckoner.toString(), "--ledger", ledger, "ingest", file.toString()));
        Path log = folder.resolve("ingest.log");
        long began = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            int code = process.waitFor();
            Duration wall = Duration.ofNanos(System.nanoTime() - began);
            if (code != 0 || !Files.readString(log).contains("%d new observations".formatted(notifications))) {
                throw new IllegalStateException("the notifications were not ingested: " + Files.readString(log));
            }
            figures.perSecond(
                    cloud,
                    "notifications ingested",
                    "messages/s",
                    notifications,
                    new Effort(Duration.ZERO, wall, 0),
                    null);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private void reference(Cloud cloud, Path folder) {
        says("%s: the reference".formatted(cloud));
        String file = folder.resolve("old.db").toString();
        OldHeart.fill(file, cloud);
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-Dsun.net.httpserver.nodelay=true",
                "-cp",
                System.getProperty("java.class.path"),
                OldHeart.class.getName(),
                "PORT",
                file));
        Figures.Reference noted = figures.of(cloud);
        try (Peer old = Peer.start(folder, command, "/ready")) {
            noted.bill(FIRST, Effort.of(old, () -> old.get(report(last))));
            noted.bill(AGAIN, Effort.median(old, 5, () -> old.get(report(last))));
            LongConsumer one = number -> old.get(report(last) + "&account_name=" + Cloud.account(number));
            latencies(20, one);
            noted.latency(ONE, latencies(200, one));
            LongConsumer event = number -> old.post("/v2/event", cloud.instanceEvent(number));
            latencies(100, event);
            Effort posted = Effort.of(old, () -> {
                noted.latency(EVENT, latencies(500, number -> event.accept(100 + number)));
                return 0;
            });
            noted.perSecond(EVENTS, 500, posted);
        }
    }
}
