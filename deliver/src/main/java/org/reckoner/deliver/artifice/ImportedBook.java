package org.reckoner.deliver.artifice;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.meter.Meter;
import org.reckoner.prices.PriceIds;

/// The text of a price book that grows price by price.
final class ImportedBook {

    /// What a price of one meter makes superfluous to price: a server sold by flavor includes its parts.
    private static final Map<String, List<String>> INCLUDES = new TreeMap<>(Map.of(
            "server", List.of("vcpus", "memory", "disk.root", "disk.ephemeral", "disk.swap"),
            "volume", List.of("volume.size"),
            "volume.size", List.of("volume"),
            "snapshot", List.of("snapshot.size"),
            "snapshot.size", List.of("snapshot"),
            "image", List.of("image.size"),
            "image.size", List.of("image")));

    private final ArtificeImport.Options options;
    private final TreeMap<String, Meter> declared = new TreeMap<>();
    private final TreeSet<String> priced = new TreeSet<>();
    private final PriceIds ids = new PriceIds();
    private final StringBuilder prices = new StringBuilder();

    ImportedBook(ArtificeImport.Options options) {
        this.options = options;
    }

    /// Adds a price and answers its id.
    String add(
            String origin,
            String name,
            String item,
            String region,
            CeilometerMeter target,
            String per,
            BigDecimal price) {
        Meter meter = target.meter();
        if (target.isDeclared()) {
            declared.put(meter.name(), meter);
        }
        priced.add(meter.name());
        String id = ids.next(region.isEmpty() ? name : name + "-" + region);
        line("");
        line("  # " + origin.replaceAll("\\p{Cntrl}", " "));
        line("  - id: " + id);
        line("    item: " + quoted(item));
        line("    meter: " + meter.name());
        if (target.flavor().isPresent() || !region.isEmpty()) {
            line("    when:");
            target.flavor().ifPresent(flavor -> line("      flavor: " + quoted(flavor)));
            if (!region.isEmpty()) {
                line("      region: " + quoted(region));
            }
        }
        line("    per: " + per);
        line("    price: " + price.toPlainString());
        return id;
    }

    private void line(String text) {
        prices.append(text).append('\n');
    }

    /// The whole book.
    String text(String names, String rates) {
        StringBuilder text = new StringBuilder();
        text.append("# Imported from Artifice: ")
                .append(plain(names))
                .append(" and ")
                .append(plain(rates))
                .append(".\n");
        text.append("# Review it, then check and load it.\n\n");
        text.append("price-book: ").append(quoted(options.name())).append('\n');
        text.append("currency: ").append(quoted(options.currency())).append("\n\n");
        text.append("# Artifice sold time in slices and charged every started one whole.\n");
        text.append("time-slice: ").append(options.slice()).append("\n\n");
        text.append("# The states in which Artifice charged for a server.\n");
        text.append("states:\n");
        text.append("  - type: server\n");
        text.append("    meters: [server]\n");
        text.append("    factors: {active: 1, building: 1, paused: 1, rescued: 1, resized: 1}\n");
        text.append("    otherwise: 0\n\n");
        if (!declared.isEmpty()) {
            text.append("# Not measured by any bundled source: these need one of yours.\n");
            text.append("meters:\n");
            declared.values()
                    .forEach(meter -> text.append("  %s: {kind: %s, unit: %s}\n"
                            .formatted(meter.name(), meter.kind().name().toLowerCase(Locale.ROOT), meter.unit())));
            text.append('\n');
        }
        SortedSet<String> free = free();
        if (!free.isEmpty()) {
            text.append("# Part of what is priced below.\n");
            text.append("free: [").append(String.join(", ", free)).append("]\n\n");
        }
        return text.append(prices.isEmpty() ? "prices: []\n" : "prices:" + prices)
                .toString();
    }

    private SortedSet<String> free() {
        TreeSet<String> free = new TreeSet<>();
        INCLUDES.forEach((meter, parts) -> {
            if (priced.contains(meter)) {
                free.addAll(parts);
            }
        });
        free.removeAll(priced);
        return free;
    }

    private static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    /// A YAML scalar that means exactly this text.
    private static String quoted(String text) {
        return text.matches("[A-Za-z][A-Za-z0-9._-]*") && !text.equalsIgnoreCase("null")
                ? text
                : "'" + text.replace("'", "''") + "'";
    }
}
