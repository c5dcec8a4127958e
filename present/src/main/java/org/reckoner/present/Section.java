package org.reckoner.present;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.money.Money;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.core.time.Window;

/// The lines of one region and one service period, in their order.
///
/// @param region empty for what belongs to the account as a whole
/// @param lines at least one
record Section(String region, BillingPeriod period, List<InvoiceLine> lines) {

    /// Lines by region and service period, in the order in which they first occur; corrections are left out.
    static List<Section> of(List<InvoiceLine> lines) {
        record Key(String region, BillingPeriod period) {}
        Map<Key, List<InvoiceLine>> sections = new LinkedHashMap<>();
        for (InvoiceLine line : lines) {
            if (line.correction().isEmpty()) {
                Key key = new Key(line.key().section(), line.key().period());
                sections.computeIfAbsent(key, k -> new ArrayList<>()).add(line);
            }
        }
        return sections.entrySet().stream()
                .map(entry ->
                        new Section(entry.getKey().region(), entry.getKey().period(), entry.getValue()))
                .toList();
    }

    /// The region, and the service period where it is not the document's.
    String title(BillingPeriod usual) {
        String where = where(region);
        return period.equals(usual) ? where : where + ", " + days(period.window());
    }

    Money subtotal() {
        return lines.stream().map(InvoiceLine::amount).reduce(Money::plus).orElseThrow();
    }

    static String where(String region) {
        return region.isEmpty() ? "Account" : region;
    }

    /// The item and the values that the line is grouped by: `Server (c1.small)`.
    static String item(InvoiceLine line) {
        String group = group(line);
        return group.isEmpty() ? line.item() : line.item() + " (" + group + ")";
    }

    static String group(InvoiceLine line) {
        return line.key().group().entrySet().stream()
                .map(value -> value.getValue().isEmpty() ? "no " + value.getKey() : value.getValue())
                .collect(Collectors.joining(", "));
    }

    /// First and last day: `2026-11-01 to 2026-11-30`.
    static String days(Window window) {
        LocalDate first = day(window.from());
        LocalDate last = day(window.to().minusSeconds(1));
        return last.isAfter(first) ? first + " to " + last : first.toString();
    }

    static LocalDate day(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC).toLocalDate();
    }

    /// `2026-11-21 10:09:46 UTC`.
    static String time(Instant instant) {
        String iso = instant.truncatedTo(ChronoUnit.SECONDS).toString();
        return iso.replace('T', ' ').replace("Z", " UTC");
    }
}
