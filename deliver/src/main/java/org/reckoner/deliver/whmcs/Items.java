package org.reckoner.deliver.whmcs;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.Tax;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Undelivered;

/// An invoice's lines and taxes as WHMCS's items. None of them is marked as taxed, so that WHMCS adds nothing: their
/// sum is the total, whatever its tax settings are.
final class Items {

    /// PHP reads 1000 fields of a form and drops the others without a word; an item takes three.
    static final int MOST = 300;

    private static final int PLACES = 2;
    private static final int PLACES_OF_QUANTITY = 6;

    private final InvoiceMeters meters;

    record Item(String description, Money amount) {}

    Items(InvoiceMeters meters) {
        this.meters = meters;
    }

    /// @throws Undelivered.Refused if WHMCS, which knows no more than two places, cannot say an amount
    List<Item> of(Outgoing document) throws Undelivered {
        Invoice invoice = document.invoice();
        List<Item> lines = new ArrayList<>();
        for (Outgoing.Section section : document.sections()) {
            section.lines().forEach(line -> lines.add(new Item(text(section.name(), line), line.amount())));
        }
        List<Item> items = new ArrayList<>(lines.size() + invoice.taxes().size() <= MOST ? lines : shortened(document));
        for (Tax tax : invoice.taxes()) {
            String percent = tax.rate().percent().stripTrailingZeros().toPlainString();
            items.add(new Item("%s %s %%".formatted(tax.rate().name(), percent), tax.amount()));
        }
        for (Item item : items) {
            if (places(item.amount()) > PLACES) {
                throw new Undelivered.Refused(
                        "'%s' is %s, and WHMCS keeps %d decimal places; let the price book round to as many"
                                .formatted(item.description(), item.amount(), PLACES));
            }
        }
        return items;
    }

    private static int places(Money money) {
        return money.isZero()
                ? 0
                : Math.max(0, money.amount().stripTrailingZeros().scale());
    }

    /// One item for each section, or one in all.
    private static List<Item> shortened(Outgoing document) {
        List<Item> items = new ArrayList<>();
        for (Outgoing.Section section : document.sections()) {
            items.add(new Item(
                    (section.name().isEmpty() ? "" : section.name() + ": ")
                            + "%d lines of %s".formatted(section.lines().size(), document.reference()),
                    section.lines().stream()
                            .map(InvoiceLine::amount)
                            .reduce(Money.zero(document.invoice().currency()), Money::plus)));
        }
        return items.size() + document.invoice().taxes().size() <= MOST
                ? items
                : List.of(new Item(
                        "%d lines of %s".formatted(document.invoice().lines().size(), document.reference()),
                        document.invoice().net()));
    }

    private String text(String section, InvoiceLine line) {
        String where = section.isEmpty() ? "" : section + ": ";
        String what = line.item() + group(line);
        BigDecimal quantity = rounded(line.quantity());
        String per = line.per();
        return line.meter()
                .flatMap(meters::label)
                .map(label -> "%s%s consumption of %s %s.".formatted(where, label, quantity.toPlainString(), per))
                .orElseGet(() -> line.meter().isEmpty()
                        ? where + what
                        : "%s%s, %s %s at %s".formatted(where, what, quantity.toPlainString(), per, line.rate()));
    }

    private static String group(InvoiceLine line) {
        return line.key().group().isEmpty()
                ? ""
                : " (" + String.join(", ", line.key().group().values()) + ")";
    }

    private static BigDecimal rounded(Ratio quantity) {
        BigDecimal rounded = quantity.round(PLACES_OF_QUANTITY, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? BigDecimal.ZERO : rounded.stripTrailingZeros();
    }
}
