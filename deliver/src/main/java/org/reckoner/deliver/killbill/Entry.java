package org.reckoner.deliver.killbill;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.Tax;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.core.time.Window;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Undelivered;

/// A line or a tax of a document, in an amount that Kill Bill can keep: whole cents, and less than a million.
///
/// @param line counts from 1 through all entries of a document
/// @param text for people, at most [#LONGEST_TEXT] characters
/// @param amount negative where money is given back
/// @param period when the use took place
/// @param price the id of the price, or `tax`
/// @param group what the price book groups by, and the region under `region`; the name of a tax under `tax`
record Entry(
        int line, String text, BigDecimal amount, BillingPeriod period, String price, SortedMap<String, String> group) {

    /// Of a description in Kill Bill's tables.
    static final int LONGEST_TEXT = 255;

    /// Kill Bill's tables keep six digits before the point (`numeric(15,9)`), and it answers 500 to more.
    static final BigDecimal MOST = new BigDecimal("999999");

    /// The entries of a document. Together they are its total, to the cent.
    ///
    /// A price book may round lines to more places than the currency has, and Kill Bill would round each
    /// again. So the running sum is rounded and not the lines: each entry is what the rounded sum grows by.
    ///
    /// @throws Undelivered.Refused if the total itself has more places than the currency
    static List<Entry> of(Outgoing document) throws Undelivered.Refused {
        Invoice invoice = document.invoice();
        int places = places(invoice.currency());
        if (invoice.total().amount().stripTrailingZeros().scale() > places) {
            throw new Undelivered.Refused(
                    "%s has a total of %s, but Kill Bill keeps %d decimal places of %s; let the price book round to as many"
                            .formatted(invoice.number(), invoice.total(), places, invoice.currency()));
        }
        String before = invoice.voids()
                .map(taken -> "%s for %s: ".formatted(invoice.number(), taken))
                .orElse("");
        Collected entries = new Collected(places);
        for (InvoiceLine line : invoice.lines()) {
            TreeMap<String, String> group = new TreeMap<>(line.key().group());
            if (!line.key().section().isEmpty()) {
                group.put("region", line.key().section());
            }
            entries.add(
                    before + text(line),
                    line.amount().amount(),
                    line.key().period(),
                    line.key().priceId(),
                    group);
        }
        for (Tax tax : invoice.taxes()) {
            entries.add(
                    before + text(tax),
                    tax.amount().amount(),
                    invoice.period(),
                    CatalogXml.TAX,
                    new TreeMap<>(Map.of("tax", tax.rate().name())));
        }
        if (entries.all.isEmpty()) {
            entries.add(before + "Nothing to pay", BigDecimal.ZERO, invoice.period(), "", new TreeMap<>());
        }
        return entries.all;
    }

    /// How many places Kill Bill keeps.
    static int places(Currency currency) {
        return Math.max(0, currency.getDefaultFractionDigits());
    }

    private static final class Collected {

        private final int places;
        private final List<Entry> all = new ArrayList<>();
        private BigDecimal exact = BigDecimal.ZERO;
        private BigDecimal rounded = BigDecimal.ZERO;

        Collected(int places) {
            this.places = places;
        }

        void add(String text, BigDecimal amount, BillingPeriod period, String price, SortedMap<String, String> group) {
            exact = exact.add(amount);
            BigDecimal rest = exact.setScale(places, RoundingMode.HALF_EVEN).subtract(rounded);
            rounded = rounded.add(rest);
            while (rest.abs().compareTo(MOST) > 0) {
                BigDecimal piece = rest.signum() < 0 ? MOST.negate() : MOST;
                put(text, piece, period, price, group);
                rest = rest.subtract(piece);
            }
            put(text, rest, period, price, group);
        }

        private void put(
                String text, BigDecimal amount, BillingPeriod period, String price, SortedMap<String, String> group) {
            all.add(new Entry(all.size() + 1, plain(text, LONGEST_TEXT), amount, period, price, group));
        }
    }

    LocalDate from() {
        return date(period.window().from());
    }

    /// The day after the last.
    LocalDate to() {
        return date(period.window().to());
    }

    /// Whether another is about the same thing, so that one may be set off against the other.
    boolean isLike(Entry other) {
        return price.equals(other.price) && group.equals(other.group);
    }

    static LocalDate from(Window window) {
        return date(window.from());
    }

    private static LocalDate date(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC).toLocalDate();
    }

    /// `north: Volume (volume_type ssd), 30 GiB day at 0.333`
    private static String text(InvoiceLine line) {
        StringBuilder text = new StringBuilder();
        if (line.correction().isPresent()) {
            text.append("Correction of ").append(line.key().period()).append(", ");
        }
        if (!line.key().section().isEmpty()) {
            text.append(line.key().section()).append(": ");
        }
        text.append(line.item());
        if (!line.key().group().isEmpty()) {
            text.append(" (");
            line.key()
                    .group()
                    .forEach((dimension, value) ->
                            text.append(dimension).append(' ').append(value).append(", "));
            text.setLength(text.length() - 2);
            text.append(')');
        }
        if (line.meter().isPresent() || !line.per().isEmpty()) {
            text.append(", ").append(quantity(line.quantity())).append(' ').append(line.per());
        }
        if (!line.rate().isEmpty()) {
            text.append(" at ").append(line.rate());
        }
        return text.toString();
    }

    private static String text(Tax tax) {
        return "%s %s %% of %s"
                .formatted(tax.rate().name(), tax.rate().percent().toPlainString(), tax.base());
    }

    private static String quantity(Ratio quantity) {
        BigDecimal rounded = quantity.round(6, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return rounded.scale() < 0 ? rounded.setScale(0).toPlainString() : rounded.toPlainString();
    }

    /// Text that every database of Kill Bill's can keep: no control characters, nothing beyond the first
    /// 65,536 characters of Unicode, and not too long.
    static String plain(String text, int longest) {
        StringBuilder kept = new StringBuilder();
        text.codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c > 0xFFFF ? 0xFFFD : c)
                .forEach(kept::appendCodePoint);
        return kept.length() <= longest ? kept.toString() : kept.substring(0, longest - 1) + "…";
    }
}
