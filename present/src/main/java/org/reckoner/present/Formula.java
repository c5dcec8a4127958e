package org.reckoner.present;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.price.PriceModel;

/// How a price turns a quantity into an amount, in words and with the numbers put in.
///
/// @param words `price × quantity`
/// @param numbers `0.02 × 12.5`; its value is what [PriceModel#amount] gives
record Formula(String words, String numbers) {

    static Formula of(PriceModel model, Ratio quantity) {
        return new Formula(words(model), numbers(model, quantity, Numbers.term(quantity)));
    }

    private static String words(PriceModel model) {
        return switch (model) {
            case PriceModel.PerUnit unit -> "price × quantity";
            case PriceModel.Fixed fixed -> "price × count";
            case PriceModel.Graduated tiers -> "each tier's price × the quantity in the tier";
            case PriceModel.Volume tiers -> "the price of the tier reached × quantity";
            case PriceModel.Package pack -> "price × started packages of " + Numbers.plain(pack.size());
            case PriceModel.Included included ->
                words(included.rest()) + ", without the first " + Numbers.plain(included.free());
            case PriceModel.Bounded bounded -> words(bounded.inner()) + bounds(bounded);
            case PriceModel.Percentage percentage ->
                Numbers.plain(percentage.percent()) + " % of "
                        + (percentage.of().isEmpty() ? "all other charges" : String.join(", ", percentage.of()));
        };
    }

    private static String bounds(PriceModel.Bounded bounded) {
        return bounded.minimum()
                        .map(least -> ", at least " + Numbers.plain(least))
                        .orElse("")
                + bounded.maximum()
                        .map(most -> ", at most " + Numbers.plain(most))
                        .orElse("");
    }

    /// @param written how the quantity came about
    private static String numbers(PriceModel model, Ratio quantity, String written) {
        return switch (model) {
            case PriceModel.PerUnit unit -> unit.price().toPlainString() + " × " + written;
            case PriceModel.Fixed fixed -> fixed.price().toPlainString() + " × " + written;
            case PriceModel.Graduated tiers -> graduated(tiers, quantity);
            case PriceModel.Volume tiers -> reached(tiers, quantity).price().toPlainString() + " × " + written;
            case PriceModel.Package pack ->
                pack.price().toPlainString() + " × ⌈" + written + " ÷ " + Numbers.plain(pack.size()) + "⌉";
            case PriceModel.Included(var free, var rest) ->
                numbers(
                        rest,
                        quantity.minus(Ratio.of(free)).max(Ratio.ZERO),
                        "max(" + written + " − " + Numbers.plain(free) + ", 0)");
            case PriceModel.Bounded(var minimum, var maximum, var inner) -> {
                String amount = numbers(inner, quantity, written);
                if (minimum.isPresent()) {
                    amount = "max(" + amount + ", " + Numbers.plain(minimum.get()) + ")";
                }
                yield maximum.isPresent() ? "min(" + amount + ", " + Numbers.plain(maximum.get()) + ")" : amount;
            }
            case PriceModel.Percentage percentage -> Numbers.plain(percentage.percent()) + " ÷ 100 × " + written;
        };
    }

    private static String graduated(PriceModel.Graduated model, Ratio quantity) {
        List<String> parts = new ArrayList<>();
        Ratio from = Ratio.ZERO;
        for (PriceModel.Tier tier : model.tiers()) {
            Ratio to = tier.upTo().map(Ratio::of).map(quantity::min).orElse(quantity);
            if (to.compareTo(from) > 0) {
                parts.add(tier.price().toPlainString() + " × " + Numbers.term(to.minus(from)));
                from = to;
            }
        }
        return parts.isEmpty() ? "0" : parts.stream().collect(Collectors.joining(" + "));
    }

    private static PriceModel.Tier reached(PriceModel.Volume model, Ratio quantity) {
        return model.tiers().stream()
                .filter(tier -> tier.upTo().isEmpty()
                        || quantity.compareTo(Ratio.of(tier.upTo().get())) <= 0)
                .findFirst()
                .orElseThrow();
    }
}
