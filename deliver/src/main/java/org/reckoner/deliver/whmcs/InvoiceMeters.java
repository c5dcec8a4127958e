package org.reckoner.deliver.whmcs;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.Offer;

/// NodeConductor's `invoice_meters`, taken as they are: for each of its meters a label, the product that prices it,
/// perhaps a converter, and the unit.
///
/// Three or four fields, as a list or as Python writes them: `cpu: [CPU, cpu_hours, hours]`,
/// `memory: "('Memory', 'ram_gb', 'get_ceilometer_ram_size', 'GB')"`. A converter says how a measured value becomes
/// the unit; Reckoner measures in that unit itself, so that none is needed any more.
final class InvoiceMeters {

    private static final Pattern QUOTES = Pattern.compile("^['\"]|['\"]$");

    /// What was measured, in the words of a price book.
    private static final Map<String, Measured> KNOWN = Map.of(
            "cpu", new Measured("vcpus", "vCPU"),
            "memory", new Measured("memory", "GiB"),
            "disk", new Measured("disk.root", "GiB"),
            "disk.allocation", new Measured("disk.root", "GiB"),
            "servers", new Measured("server", "server"),
            "network.incoming.bytes", new Measured("network.incoming.bytes", "GiB"),
            "network.outgoing.bytes", new Measured("network.outgoing.bytes", "GiB"));

    /// A monthly price was divided by 30 days of 24 hours, whatever the month.
    private static final String HOURS_OF_MONTH = "720";

    private final SortedMap<String, Entry> byMeter = new TreeMap<>();

    private record Measured(String meter, String unit) {}

    /// @param product the name of the product that prices it
    /// @param unit of the quantity, `hours`, `GB/h`; empty if it is counted
    record Entry(String label, String product, Optional<String> converter, String unit) {}

    /// @throws BadAdapter if an entry has neither three nor four fields
    InvoiceMeters(AdapterSettings settings) {
        Object value = settings.values().get("invoice_meters");
        if (value == null) {
            return;
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong(settings, "it is no mapping");
        }
        map.forEach((meter, fields) ->
                byMeter.put(String.valueOf(meter), entry(settings, String.valueOf(meter), fields(fields))));
    }

    private static List<String> fields(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : Arrays.stream(String.valueOf(value)
                                .strip()
                                .replaceAll("^[(\\[]|,?\\s*[)\\]]$", "")
                                .split(","))
                        .map(field -> QUOTES.matcher(field.strip()).replaceAll(""))
                        .toList();
    }

    private static Entry entry(AdapterSettings settings, String meter, List<String> fields) {
        return switch (fields.size()) {
            case 3 -> new Entry(fields.get(0), fields.get(1), Optional.empty(), fields.get(2));
            case 4 -> new Entry(fields.get(0), fields.get(1), Optional.of(fields.get(2)), fields.get(3));
            default ->
                throw wrong(
                        settings,
                        "'%s' has %d fields, not label, product, perhaps converter, and unit"
                                .formatted(meter, fields.size()));
        };
    }

    private static BadAdapter wrong(AdapterSettings settings, String why) {
        return new BadAdapter("%s: 'invoice_meters' is not as expected: %s".formatted(settings.backend(), why));
    }

    /// What invoices called a meter of ours.
    Optional<String> label(String meter) {
        return byMeter.entrySet().stream()
                .filter(each ->
                        meter.equals(use(each.getKey()).map(Offer.Use::meter).orElse(each.getKey())))
                .map(each -> each.getValue().label())
                .findFirst();
    }

    /// What the product of this name pays for, if it is named and of a kind that Reckoner measures.
    Optional<Offer.Use> useOf(String product) {
        return byMeter.entrySet().stream()
                .filter(each -> each.getValue().product().equals(product))
                .flatMap(each -> use(each.getKey()).stream())
                .findFirst();
    }

    /// What is held was paid by the month; what flows has no time.
    private static Optional<Offer.Use> use(String meter) {
        return Optional.ofNullable(KNOWN.get(meter))
                .map(measured -> new Offer.Use(
                        measured.meter(),
                        meter.startsWith("network.")
                                ? measured.unit()
                                : "%s %s hour".formatted(HOURS_OF_MONTH, measured.unit())));
    }
}
