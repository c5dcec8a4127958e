package org.reckoner.collect.distil;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;

/// Samples of one resource, in the notation of the tables that the tests take from Distil's behaviour: minutes
/// of the hour from midnight, and what was told.
final class Told {

    static final Instant MIDNIGHT = Instant.parse("2014-06-01T00:00:00Z");

    /// The hour of all tables.
    static final Window HOUR = hours(60);

    private Told() {}

    static Window hours(long minutes) {
        return new Window(MIDNIGHT, MIDNIGHT.plusSeconds(minutes * 60));
    }

    static Sample sample(long seconds, Sample.Kind kind, Optional<BigDecimal> volume, Map<String, String> metadata) {
        return new Sample(
                "sample-" + seconds,
                "meter",
                kind,
                "resource",
                Optional.of("project"),
                "openstack",
                MIDNIGHT.plusSeconds(seconds),
                volume,
                metadata);
    }

    /// `12@0 3@10 -@20`: volumes with their minutes; `-` for no volume.
    static List<Sample> volumes(String told) {
        return volumes(told, Sample.Kind.GAUGE);
    }

    static List<Sample> volumes(String told, Sample.Kind kind) {
        List<Sample> samples = new ArrayList<>();
        for (String each : words(told)) {
            String[] parts = each.split("@");
            Optional<BigDecimal> volume =
                    parts[0].equals("-") ? Optional.empty() : Optional.of(new BigDecimal(parts[0]));
            samples.add(sample(Long.parseLong(parts[1]) * 60, kind, volume, Map.of()));
        }
        return samples;
    }

    /// `active@0 stopped/f2@30`: states with their minutes; the flavor is f1 where none is told.
    static List<Sample> states(String key, String told) {
        List<Sample> samples = new ArrayList<>();
        for (String each : words(told)) {
            String[] parts = each.split("@");
            String[] words = parts[0].split("/");
            samples.add(sample(
                    Long.parseLong(parts[1]) * 60,
                    Sample.Kind.GAUGE,
                    Optional.of(BigDecimal.ONE),
                    Map.of(key, words[0], "instance_type", words.length > 1 ? words[1] : "f1")));
        }
        return samples;
    }

    /// `f1=1800 f2=600`, whatever the places of the decimals.
    static String shown(SortedMap<String, BigDecimal> found) {
        List<String> shown = new ArrayList<>();
        new TreeMap<>(found)
                .forEach((service, quantity) -> shown.add(service + "="
                        + (quantity.signum() == 0
                                ? "0"
                                : quantity.stripTrailingZeros().toPlainString())));
        return String.join(" ", shown);
    }

    private static List<String> words(String told) {
        return told.isBlank() ? List.of() : List.of(told.strip().split("\\s+"));
    }
}
