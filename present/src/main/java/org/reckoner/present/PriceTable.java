package org.reckoner.present;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.reckoner.core.price.Condition;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.time.Window;

/// The prices of a book, one in each row, in the order of the book.
public final class PriceTable {

    private PriceTable() {}

    public static Table of(PriceBook book) {
        return Table.of(
                List.of(
                        Column.text("id"),
                        Column.text("item"),
                        Column.text("meter"),
                        Column.text("per"),
                        Column.text("price"),
                        Column.text("when"),
                        Column.text("valid")),
                book.prices().stream().map(PriceTable::row).toList());
    }

    private static List<String> row(Price price) {
        return List.of(
                price.id(),
                price.item(),
                price.meter().orElse("") + (price.surcharge().isEmpty() ? "" : " + " + price.surcharge()),
                price.per() + (price.slice().isSecond() ? "" : ", in slices of " + price.slice()),
                words(price.model()),
                price.when().stream().map(Condition::toString).collect(Collectors.joining(" ")),
                validity(price.validity()));
    }

    /// A price in a few words, such as `0.10 up to 100, then 0.08` or `5 % of everything`.
    public static String words(PriceModel model) {
        return switch (model) {
            case PriceModel.PerUnit(var price) -> price.toPlainString();
            case PriceModel.Fixed(var price, PriceModel.Fixed.Each each) ->
                price.toPlainString() + (each == PriceModel.Fixed.Each.ACCOUNT ? " a period" : " each a period");
            case PriceModel.Graduated(var tiers) -> tiers(tiers);
            case PriceModel.Volume(var tiers) -> "all at " + tiers(tiers);
            case PriceModel.Package(var size, var price) ->
                price.toPlainString() + " for each started " + Numbers.plain(size);
            case PriceModel.Included(var free, var rest) -> Numbers.plain(free) + " free, then " + words(rest);
            case PriceModel.Bounded(var minimum, var maximum, var inner) ->
                words(inner)
                        + minimum.map(least -> ", at least " + Numbers.plain(least))
                                .orElse("")
                        + maximum.map(most -> ", at most " + Numbers.plain(most))
                                .orElse("");
            case PriceModel.Percentage(var percent, var of) ->
                Numbers.plain(percent) + " % of " + (of.isEmpty() ? "everything" : String.join(", ", of));
        };
    }

    private static String tiers(List<PriceModel.Tier> tiers) {
        List<String> steps = new ArrayList<>();
        for (PriceModel.Tier tier : tiers) {
            steps.add(tier.price().toPlainString()
                    + tier.upTo().map(end -> " up to " + Numbers.plain(end)).orElse(""));
        }
        return String.join(", then ", steps);
    }

    private static String validity(Window validity) {
        boolean begins = validity.from().isAfter(Instant.EPOCH);
        boolean ends = validity.to().isBefore(Window.FOREVER);
        if (!begins && !ends) {
            return "always";
        }
        return begins && ends
                ? validity.from() + " to " + validity.to()
                : begins ? "from " + validity.from() : "until " + validity.to();
    }
}
