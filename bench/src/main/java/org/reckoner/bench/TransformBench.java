package org.reckoner.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.reckoner.collect.distil.Mapping;
import org.reckoner.collect.distil.MappingFile;
import org.reckoner.collect.distil.Mappings;
import org.reckoner.collect.distil.Unmeasurable;
import org.reckoner.collect.oslo.Timestamps;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.rate.Charge;
import org.reckoner.core.rate.RatedLine;
import org.reckoner.core.rate.Rater;
import org.reckoner.core.rate.Rating;
import org.reckoner.core.time.Window;
import org.reckoner.prices.PriceBookFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// How fast use is made of samples and priced: our transformers and rater on one side, on the other a reference
/// that works as Distil does. Both begin with the same samples in memory, with their times as text.
///
/// A quarter of the samples is made into uptime, half into maxima, a quarter into sums; seven samples for each
/// resource and hour, each with 25 keys of metadata.
@Command(
        name = "bench/transform",
        mixinStandardHelpOptions = true,
        description = "Measures how many samples are transformed and rated in a CPU second, beside a reference.")
public final class TransformBench implements Callable<Integer> {

    /// What Distil itself did on two cores of this kind, its own code under Python 3.
    private static final double DISTIL = 118_000;

    private static final Instant DAY = Instant.parse("2014-06-02T00:00:00Z");
    private static final int SAMPLES_AN_HOUR = 7;
    private static final String PROJECT = "project";
    private static final long WARM_UP = 10_000_000_000L;

    @Option(names = "--resources", description = "How many (default ${DEFAULT-VALUE}).")
    private int resources = 400;

    @Option(names = "--hours", description = "Hours of samples of each (default ${DEFAULT-VALUE}).")
    private int hours = 24;

    @Option(names = "--rounds", description = "Measurements, of which the median counts (default ${DEFAULT-VALUE}).")
    private int rounds = 7;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new TransformBench()).execute(arguments));
    }

    /// A sample as it lies in memory once it is read.
    private record Raw(
            String id,
            String meter,
            String kind,
            String resource,
            String time,
            BigDecimal volume,
            Map<String, String> metadata) {}

    /// All samples of a resource and hour, those of the ten minutes before it too.
    private record Hour(Window window, List<Raw> samples) {}

    @Override
    public Integer call() throws IOException {
        Mappings mappings = mappings();
        PriceBook book = book();
        List<Hour> work = samples();
        long count = work.stream().mapToLong(hour -> hour.samples().size()).sum();
        System.out.printf(Locale.ROOT, "%,d samples of %,d resources in %d hours%n%n", count, resources, hours);
        long before = processor();
        Rating rating = rated(work, mappings, book);
        double cold = count * 1e9 / (processor() - before);
        check(rating, naive(work));
        double transformed = measure(count, () -> transformed(work, mappings));
        double rated = measure(count, () -> total(rated(work, mappings, book)));
        double reference = measure(count, () -> total(naive(work)));
        System.out.println("| what | samples in a CPU second | times the reference | times Distil's own 118,000 |");
        System.out.println("| --- | ---: | ---: | ---: |");
        row("transformed", transformed, reference);
        row("transformed and rated", rated, reference);
        row("the same, the very first time, nothing compiled", cold, reference);
        row("reference: as Distil works, in Java", reference, reference);
        return 0;
    }

    /// Each resource must be charged for exactly what the reference charges it for.
    private static void check(Rating rating, SortedMap<String, BigDecimal> reference) {
        TreeMap<String, BigDecimal> ours = new TreeMap<>();
        for (RatedLine line : rating.lines()) {
            for (Charge charge : line.charges()) {
                ours.merge(charge.resource().id(), charge.amount().round(9, RoundingMode.UNNECESSARY), BigDecimal::add);
            }
        }
        BigDecimal all = BigDecimal.ZERO;
        for (Map.Entry<String, BigDecimal> each : reference.entrySet()) {
            BigDecimal charged = ours.getOrDefault(each.getKey(), BigDecimal.ZERO);
            if (charged.compareTo(each.getValue()) != 0) {
                throw new IllegalStateException(
                        "%s is charged %s, and %s by the reference".formatted(each.getKey(), charged, each.getValue()));
            }
            all = all.add(charged);
        }
        if (!ours.keySet().equals(reference.keySet()) || all.signum() == 0) {
            throw new IllegalStateException("not the same resources were charged");
        }
        System.out.printf(Locale.ROOT, "charged: %s for %,d resources, each as by the reference%n%n", all, ours.size());
    }

    private static BigDecimal total(Rating rating) {
        return rating.lines().stream()
                .map(line -> line.amount().round(2, RoundingMode.HALF_EVEN))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal total(SortedMap<String, BigDecimal> charged) {
        return charged.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static long processor() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static void row(String what, double rate, double reference) {
        System.out.printf(Locale.ROOT, "| %s | %,.0f | %.1f | %.1f |%n", what, rate, rate / reference, rate / DISTIL);
    }

    /// So that no result is computed for nothing.
    private int results;

    /// Samples in a second of the whole process's CPU time, with the garbage collector's, after enough of it for the
    /// compiler to be done.
    private double measure(long count, Supplier<?> work) {
        long warm = processor() + WARM_UP;
        while (processor() < warm) {
            results ^= work.get().hashCode();
        }
        List<Double> rates = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            long before = processor();
            long done = 0;
            while (processor() - before < 1_000_000_000L) {
                results ^= work.get().hashCode();
                done += count;
            }
            rates.add(done * 1e9 / (processor() - before));
        }
        rates.sort(null);
        return rates.get(rounds / 2);
    }

    private static Mappings mappings() throws IOException {
        Path file = Files.createTempFile("meter_mappings", ".yml");
        try {
            Files.writeString(file, """
                    - meter: instance
                      type: Virtual Machine
                      transformer: uptime
                      unit: second
                      metadata:
                        name: {sources: [display_name]}
                        availability zone: {sources: ["OS-EXT-AZ:availability_zone"]}
                        host: {sources: [node, host]}
                    - {meter: volume.size, type: Volume, service: b1.standard, transformer: max, unit: gigabyte,
                       metadata: {name: {sources: [display_name]}}}
                    - {meter: traffic.outbound, type: Network Traffic, service: n1.out, transformer: sum, unit: byte}
                    """);
            return MappingFile.read(file, Optional.empty(), new MappingFile.Options(type -> Optional.empty(), false));
        } finally {
            Files.delete(file);
        }
    }

    private static PriceBook book() {
        return switch (PriceBookFile.read("prices.yaml", """
                price-book: standard
                currency: EUR
                meters:
                  c1.c2r16: {kind: amount, unit: s}
                  b1.standard: {kind: amount, unit: B.s}
                  n1.out: {kind: amount, unit: B}
                prices:
                  - {id: server, item: Server, meter: c1.c2r16, per: h, price: 0.25}
                  - {id: volume, item: Volume, meter: b1.standard, per: GiB.h, price: 0.5}
                  - {id: traffic, item: Traffic, meter: n1.out, per: GiB, price: 1}
                """)) {
            case PriceBookFile.Read read -> read.book();
            case PriceBookFile.Refused refused ->
                throw new IllegalStateException(refused.errors().toString());
        };
    }

    /// Of four resources one is a server, two are volumes and one is traffic. Volumes are whole and prices such
    /// that rounding each line, as Distil does, comes to the same.
    private List<Hour> samples() {
        List<Hour> work = new ArrayList<>();
        for (int resource = 0; resource < resources; resource++) {
            String meter = switch (resource % 4) {
                case 0 -> "instance";
                case 1, 2 -> "volume.size";
                default -> "traffic.outbound";
            };
            for (int hour = 0; hour < hours; hour++) {
                Instant from = DAY.plusSeconds(hour * 3_600L);
                List<Raw> samples = new ArrayList<>();
                for (int i = -1; i < SAMPLES_AN_HOUR - 1; i++) {
                    Instant time = from.plusSeconds(i * 600L);
                    samples.add(new Raw(
                            "id-%d-%d-%d".formatted(resource, hour, i),
                            meter,
                            meter.equals("traffic.outbound") ? "delta" : "gauge",
                            "resource-" + resource,
                            time.toString().replace("Z", ""),
                            meter.equals("traffic.outbound")
                                    ? BigDecimal.TWO.pow(28)
                                    : BigDecimal.valueOf(2 + 2 * (resource % 5)),
                            metadata(resource)));
                }
                work.add(new Hour(new Window(from, from.plusSeconds(3_600)), samples));
            }
        }
        return work;
    }

    /// Texts of its own for each sample, as a reader makes them.
    private static Map<String, String> metadata(int resource) {
        LinkedHashMap<String, String> metadata = new LinkedHashMap<>();
        metadata.put("status", new String("active"));
        metadata.put("state", new String("active"));
        metadata.put("instance_type", new String("c1.c2r16"));
        metadata.put("display_name", "name-" + resource);
        metadata.put("OS-EXT-AZ:availability_zone", "nz-1a");
        metadata.put("host", "host-" + resource % 50);
        metadata.put("image_ref", "image-" + resource % 9);
        metadata.put("root_gb", "10");
        for (int i = metadata.size(); i < 25; i++) {
            metadata.put("key_" + i, "value-" + resource + "-" + i);
        }
        return Map.copyOf(metadata);
    }

    private static Sample sample(Raw raw) {
        return new Sample(
                raw.id(),
                raw.meter(),
                raw.kind().equals("delta") ? Sample.Kind.DELTA : Sample.Kind.GAUGE,
                raw.resource(),
                Optional.of(PROJECT),
                "openstack",
                Timestamps.parse(raw.time()).orElseThrow(),
                Optional.of(raw.volume()),
                raw.metadata());
    }

    private static Mapping.Measured measured(Hour hour, Mappings mappings) {
        List<Sample> samples = new ArrayList<>(hour.samples().size());
        for (Raw raw : hour.samples()) {
            samples.add(sample(raw));
        }
        Mapping mapping = mappings.of(samples.getFirst().meter()).getFirst();
        try {
            return mapping.measure(samples, hour.window()).orElseThrow();
        } catch (Unmeasurable e) {
            throw new IllegalStateException(e);
        }
    }

    private static int transformed(List<Hour> work, Mappings mappings) {
        int services = 0;
        for (Hour hour : work) {
            services += measured(hour, mappings).flows().size();
        }
        return services;
    }

    /// As the product does it: use becomes observations, these become timelines, which are rated together. Samples
    /// are in the order of their resources, as a database gives them.
    private static Rating rated(List<Hour> work, Mappings mappings, PriceBook book) {
        List<Timeline> timelines = new ArrayList<>();
        List<Observation> told = new ArrayList<>();
        Instant end = DAY;
        for (Hour hour : work) {
            Observation next = observation(hour, measured(hour, mappings));
            if (!told.isEmpty() && !told.getFirst().resource().equals(next.resource())) {
                timelines.add(Timeline.fold(told.getFirst().resource(), told));
                told.clear();
            }
            told.add(next);
            end = hour.window().to().isAfter(end) ? hour.window().to() : end;
        }
        timelines.add(Timeline.fold(told.getFirst().resource(), told));
        return Rater.rate(book, PROJECT, new Window(DAY, end), timelines);
    }

    private static Observation observation(Hour hour, Mapping.Measured measured) {
        Instant from = hour.window().from();
        ResourceId resource = new ResourceId("nz-1", measured.type(), measured.resource());
        return new Observation(
                new ObservationId("ceilometer", measured.resource() + from.getEpochSecond()),
                "sample.measured",
                resource,
                from,
                Report.over(hour.window(), PROJECT, measured.flows(), measured.attributes()));
    }

    /// As Distil works: samples are copied whole, each time is read by a general pattern, and each line is
    /// rounded to cents.
    private static SortedMap<String, BigDecimal> naive(List<Hour> work) {
        DateTimeFormatter pattern = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT)
                .withZone(ZoneOffset.UTC);
        TreeMap<String, BigDecimal> charged = new TreeMap<>();
        for (Hour hour : work) {
            List<Copy> copied = new ArrayList<>();
            for (Raw raw : hour.samples()) {
                copied.add(new Copy(
                        Instant.from(pattern.parse(raw.time())), raw.volume(), new LinkedHashMap<>(raw.metadata())));
            }
            charged.merge(hour.samples().getFirst().resource(), line(hour, copied), BigDecimal::add);
        }
        return charged;
    }

    private record Copy(Instant time, BigDecimal volume, Map<String, String> metadata) {}

    private static BigDecimal line(Hour hour, List<Copy> samples) {
        BigDecimal quantity = BigDecimal.ZERO;
        BigDecimal price;
        switch (hour.samples().getFirst().meter()) {
            case "instance" -> {
                Instant mark = hour.window().from();
                for (Copy sample : samples) {
                    Instant time = sample.time();
                    if ("active".equals(sample.metadata().get("status")) && time.isAfter(mark)) {
                        quantity = quantity.add(BigDecimal.valueOf(time.getEpochSecond() - mark.getEpochSecond()));
                        mark = time;
                    }
                }
                long rest = hour.window().to().getEpochSecond() - mark.getEpochSecond();
                quantity = quantity.add(BigDecimal.valueOf(rest))
                        .divide(BigDecimal.valueOf(3600), 0, RoundingMode.CEILING);
                price = new BigDecimal("0.25");
            }
            case "volume.size" -> {
                for (Copy sample : samples) {
                    quantity = quantity.max(sample.volume());
                }
                price = new BigDecimal("0.5");
            }
            default -> {
                for (Copy sample : samples) {
                    if (hour.window().contains(sample.time())) {
                        quantity = quantity.add(sample.volume());
                    }
                }
                quantity = quantity.divide(BigDecimal.TWO.pow(30), 9, RoundingMode.HALF_EVEN);
                price = BigDecimal.ONE;
            }
        }
        return quantity.multiply(price).setScale(2, RoundingMode.HALF_EVEN);
    }
}
