package org.reckoner.deliver.artifice;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.rate.Charge;
import org.reckoner.core.rate.Use;
import org.reckoner.core.time.Window;

/// An invoice in the two CSV layouts of Artifice: its first, a table of charges, and its second, a block for
/// each resource.
///
/// Both list what each resource adds, before tax and before a line is rounded, so their totals may differ from
/// the invoice's by the rounding of its lines. Times are UTC, written `2026-11-01T00:00:00`. Rows end as in
/// RFC 4180, and a cell is quoted where it must be.
///
/// Names and metadata are their owners' words. One that a spreadsheet would take for a formula gets a `'` in
/// front.
///
/// @param delimiter between cells
public record ArtificeCsv(char delimiter) {

    public static final ArtificeCsv COMMA = new ArtificeCsv(',');

    /// The columns of the first layout where none are chosen.
    public static final List<String> USUAL_ROW_LAYOUT =
            List.of("location", "type", "name", "id", "start", "end", "amount", "unit", "rate", "cost", "currency");

    /// Places of an amount, a quantity or a cost that is not rounded to money.
    private static final int PLACES = 6;

    private static final String END = "\r\n";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    /// @throws IllegalArgumentException if the delimiter would be part of a cell's text or quotes
    public ArtificeCsv {
        if (delimiter == '"' || delimiter == '\r' || delimiter == '\n') {
            throw new IllegalArgumentException("cells cannot be parted by a quote or a line end");
        }
    }

    /// The first layout: the range, a header, a row for each resource of each line, and the sum of the cost
    /// column.
    ///
    /// Columns: `location` (region), `type` (what the price book calls it), `start`, `end`, `amount`, `unit`,
    /// `rate`, `cost`, `currency`, `name`, `id`, `state`, `meter`, and any dimension that the price groups by,
    /// such as `flavor`; any other stays empty. Amounts and costs have six places, half to even, and the total
    /// is the sum of the costs as written. Start and end are those of the use, or the service period where an
    /// invoice no longer carries its uses.
    ///
    /// @param rowLayout the columns, in their order
    /// @throws IllegalArgumentException if no column is `cost`, since then nothing could be summed
    public String a1(Invoice invoice, List<String> rowLayout) {
        if (!rowLayout.contains("cost")) {
            throw new IllegalArgumentException(
                    "the row layout has no column 'cost', so there would be no total: " + rowLayout);
        }
        StringBuilder csv = new StringBuilder(range(invoice));
        csv.append(row(rowLayout));
        BigDecimal total = BigDecimal.ZERO.setScale(PLACES);
        for (Element element : elements(invoice)) {
            csv.append(row(rowLayout.stream().map(element::cell).toList()));
            total = total.add(exact(element.amount));
        }
        return csv.append(END)
                .append(row(List.of("total: ", total.toPlainString())))
                .toString();
    }

    /// The second layout: a block for each resource, with its metadata and a row for each service, grouped by
    /// resource type. What belongs to the account as a whole comes last, under the project's id. Costs are
    /// rounded to the currency's places, half to even; every total is the sum of exact costs, rounded once.
    ///
    /// @param typeOrder resource types in the order wanted; others follow by name
    /// @param metadata what to print of a resource; its name and region where nothing is given
    public String a2(Invoice invoice, List<String> typeOrder, Map<ResourceId, SortedMap<String, String>> metadata) {
        TreeMap<ResourceId, List<Element>> byResource =
                new TreeMap<>(Comparator.comparing((ResourceId resource) -> rank(typeOrder, resource.type()))
                        .thenComparing(ResourceId::type)
                        .thenComparing(Comparator.naturalOrder()));
        List<Element> ofAccount = new ArrayList<>();
        for (Element element : elements(invoice)) {
            element.charge.ifPresentOrElse(
                    charge -> byResource
                            .computeIfAbsent(charge.resource(), resource -> new ArrayList<>())
                            .add(element),
                    () -> ofAccount.add(element));
        }
        int places = Math.max(0, invoice.currency().getDefaultFractionDigits());
        StringBuilder csv = new StringBuilder(range(invoice));
        byResource.forEach((resource, services) -> csv.append(block(
                resource.id(), metadata.getOrDefault(resource, usualMetadata(resource, services)), services, places)));
        if (!ofAccount.isEmpty()) {
            TreeMap<String, String> account =
                    new TreeMap<>(Map.of("name", invoice.account().name()));
            csv.append(block(invoice.account().project(), account, ofAccount, places));
        }
        return csv.append(row(List.of("invoice total cost: ", money(sum(elements(invoice)), places))))
                .toString();
    }

    private String range(Invoice invoice) {
        Window window = invoice.period().window();
        return row(List.of("", "from", "until"))
                + row(List.of("usage range: ", TIME.format(window.from()), TIME.format(window.to())))
                + END;
    }

    private String block(String id, SortedMap<String, String> metadata, List<Element> services, int places) {
        StringBuilder block = new StringBuilder();
        block.append(row(List.of(harmless(id))));
        block.append(
                row(metadata.keySet().stream().map(key -> harmless(key) + ":").toList()));
        block.append(row(metadata.values().stream().map(ArtificeCsv::harmless).toList()));
        block.append(row(List.of("service:", "usage:", "rate:", "cost:")));
        for (Element service : services) {
            block.append(row(List.of(
                    service.cell("type"),
                    service.cell("amount"),
                    service.cell("rate"),
                    money(service.amount, places))));
        }
        block.append(row(List.of("total cost:", money(sum(services), places))));
        return block.append(END).toString();
    }

    private static SortedMap<String, String> usualMetadata(ResourceId resource, List<Element> services) {
        String name = services.getLast().charge.map(Charge::name).orElse(resource.id());
        return new TreeMap<>(Map.of("name", name, "region", resource.region()));
    }

    private static int rank(List<String> typeOrder, String type) {
        int rank = typeOrder.indexOf(type);
        return rank < 0 ? typeOrder.size() : rank;
    }

    private static List<Element> elements(Invoice invoice) {
        List<Element> elements = new ArrayList<>();
        for (InvoiceLine line : invoice.lines()) {
            if (line.charges().isEmpty()) {
                elements.add(new Element(line, Optional.empty(), line.quantity(), line.exact()));
            }
            for (Charge charge : line.charges()) {
                elements.add(new Element(line, Optional.of(charge), charge.quantity(), charge.amount()));
            }
        }
        return elements;
    }

    private static Ratio sum(List<Element> elements) {
        return elements.stream().map(Element::amount).reduce(Ratio.ZERO, Ratio::plus);
    }

    private static BigDecimal exact(Ratio ratio) {
        return ratio.round(PLACES, RoundingMode.HALF_EVEN);
    }

    private static String money(Ratio ratio, int places) {
        return ratio.round(places, RoundingMode.HALF_EVEN).toPlainString();
    }

    private String row(List<String> cells) {
        return String.join(
                        String.valueOf(delimiter),
                        cells.stream().map(this::quoted).toList())
                + END;
    }

    private String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == delimiter || c == '"' || c == '\r' || c == '\n');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    private static String harmless(String words) {
        return !words.isEmpty() && "=+-@\t\r".indexOf(words.charAt(0)) >= 0 ? "'" + words : words;
    }

    /// What Artifice bills: one resource of one line, or a line that no resource makes.
    private record Element(InvoiceLine line, Optional<Charge> charge, Ratio quantity, Ratio amount) {

        String cell(String column) {
            return switch (column) {
                case "location", "region" -> line.key().section();
                case "type" -> harmless(line.item()) + correction();
                case "start" -> TIME.format(start());
                case "end" -> TIME.format(end());
                case "amount" -> exact(quantity).toPlainString();
                case "unit" -> line.per();
                case "rate" -> line.rate();
                case "cost" -> exact(amount).toPlainString();
                case "currency" -> line.amount().currency().getCurrencyCode();
                case "name" -> harmless(charge.map(Charge::name).orElse(""));
                case "id" -> harmless(charge.map(c -> c.resource().id()).orElse(""));
                case "state" -> state();
                case "meter" -> line.meter().orElse("");
                default -> harmless(line.key().group().getOrDefault(column, ""));
            };
        }

        private String correction() {
            return line.correction().isPresent()
                    ? " (correction of " + line.key().period() + ")"
                    : "";
        }

        private Instant start() {
            return uses().stream()
                    .map(use -> use.window().from())
                    .min(Comparator.naturalOrder())
                    .orElse(line.key().period().window().from());
        }

        private Instant end() {
            return uses().stream()
                    .map(use -> use.window().to())
                    .max(Comparator.naturalOrder())
                    .orElse(line.key().period().window().to());
        }

        /// The state at the end of the use.
        private String state() {
            return uses().isEmpty() ? "" : uses().getLast().state();
        }

        private List<Use> uses() {
            return charge.map(Charge::uses).orElse(List.of());
        }
    }
}
