package org.reckoner.core.invoice;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.rate.RatedLine;
import org.reckoner.core.rate.Rating;
import org.reckoner.core.rate.Unpriced;
import org.reckoner.core.time.BillingPeriod;

/// An account's charges in a period, computed now. Nothing about it is kept: computing it again with the same
/// price book, period and cutoff gives the same bill, byte for byte.
///
/// @param until up to when use is counted: the period's end, or earlier in a period that is still open
/// @param cutoff the number of the last observation that was considered
/// @param lines rounded, in the order of sections and of the price book
/// @param unpriced billable use that no price applies to
public record Bill(
        Account account,
        BillingPeriod period,
        Instant until,
        long cutoff,
        String priceBook,
        int priceBookVersion,
        Currency currency,
        List<InvoiceLine> lines,
        List<Unpriced> unpriced) {

    public Bill {
        lines = List.copyOf(lines);
        unpriced = List.copyOf(unpriced);
    }

    /// Rounds each line once, by the price book's rule.
    public static Bill of(
            Account account, BillingPeriod period, Instant until, long cutoff, PriceBook book, Rating rating) {
        List<InvoiceLine> lines = rating.lines().stream()
                .map(line -> line(period, line, book.rounding(), book.currency()))
                .toList();
        return new Bill(
                account, period, until, cutoff, book.name(), book.version(), book.currency(), lines, rating.unpriced());
    }

    private static InvoiceLine line(BillingPeriod period, RatedLine line, Rounding rounding, Currency currency) {
        Price price = line.price();
        return new InvoiceLine(
                new InvoiceLine.Key(period, line.section(), price.id(), line.group()),
                price.item(),
                price.meter(),
                price.per().toString(),
                rate(price.model()),
                line.quantity(),
                line.amount(),
                rounding.round(line.amount(), currency),
                Optional.empty(),
                line.charges());
    }

    /// The price as printed on a line.
    private static String rate(PriceModel model) {
        return switch (model) {
            case PriceModel.PerUnit unit -> plain(unit.price());
            case PriceModel.Fixed fixed -> plain(fixed.price());
            case PriceModel.Percentage percentage -> plain(percentage.percent()) + " %";
            case PriceModel.Graduated tiers -> "graduated";
            case PriceModel.Volume tiers -> "by volume";
            case PriceModel.Package pack -> plain(pack.price()) + " per " + plain(pack.size());
            case PriceModel.Included included -> rate(included.rest()) + " over " + plain(included.free());
            case PriceModel.Bounded bounded -> rate(bounded.inner());
        };
    }

    private static String plain(BigDecimal number) {
        return number.toPlainString();
    }

    /// The sections in their order, each once.
    public List<String> sections() {
        return new ArrayList<>(new LinkedHashSet<>(
                lines.stream().map(line -> line.key().section()).toList()));
    }

    public Money total() {
        return lines.stream().map(InvoiceLine::amount).reduce(Money.zero(currency), Money::plus);
    }
}
