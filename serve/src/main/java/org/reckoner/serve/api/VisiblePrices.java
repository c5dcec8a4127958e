package org.reckoner.serve.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.reckoner.core.price.Condition;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;

/// The part of a price book that a project may see: prices that can be its own. What was agreed with another
/// project, or for one resource by its id, is not shown.
final class VisiblePrices {

    private static final String PROJECT = "project";
    private static final String RESOURCE = "resource";

    private VisiblePrices() {}

    /// @param project none sees all
    static PriceBook of(PriceBook book, Optional<String> project) {
        return project.map(own -> forProject(book, own)).orElse(book);
    }

    private static PriceBook forProject(PriceBook book, String project) {
        TreeSet<String> hidden = book.prices().stream()
                .filter(price -> !isVisible(price, project))
                .map(Price::id)
                .collect(Collectors.toCollection(TreeSet::new));
        book.prices().stream()
                .filter(price -> isOfHiddenOnly(price.model(), hidden))
                .map(Price::id)
                .toList()
                .forEach(hidden::add);
        List<Price> shown = book.prices().stream()
                .filter(price -> !hidden.contains(price.id()))
                .map(price -> withoutOthers(price, project, hidden))
                .toList();
        return new PriceBook(
                book.name(),
                book.version(),
                book.validFrom(),
                book.currency(),
                book.rounding(),
                book.meters(),
                book.states(),
                shown,
                book.free());
    }

    private static boolean isVisible(Price price, String project) {
        Map<String, String> own = Map.of(PROJECT, project);
        return price.when().stream()
                .allMatch(condition -> !condition.dimension().equals(RESOURCE)
                        && (!condition.dimension().equals(PROJECT) || condition.holds(own)));
    }

    /// The project takes the place of all projects that a condition names, and hidden prices go from
    /// percentages.
    private static Price withoutOthers(Price price, String project, Set<String> hidden) {
        return new Price(
                price.id(),
                price.item(),
                price.meter(),
                price.surcharge(),
                price.when().stream()
                        .map(condition -> condition.dimension().equals(PROJECT)
                                ? new Condition(PROJECT, new TreeSet<>(List.of(project)))
                                : condition)
                        .toList(),
                price.validity(),
                price.per(),
                withoutHidden(price.model(), hidden),
                price.slice(),
                price.groupBy(),
                price.priority());
    }

    /// Whether it is a percentage of nothing that the project may see.
    private static boolean isOfHiddenOnly(PriceModel model, Set<String> hidden) {
        return switch (model) {
            case PriceModel.Percentage(var percent, var of) -> !of.isEmpty() && hidden.containsAll(of);
            case PriceModel.Included(var free, var rest) -> isOfHiddenOnly(rest, hidden);
            case PriceModel.Bounded(var minimum, var maximum, var inner) -> isOfHiddenOnly(inner, hidden);
            default -> false;
        };
    }

    private static PriceModel withoutHidden(PriceModel model, Set<String> hidden) {
        return switch (model) {
            case PriceModel.Percentage(var percent, var of) -> {
                TreeSet<String> shown = new TreeSet<>(of);
                shown.removeAll(hidden);
                yield new PriceModel.Percentage(percent, shown);
            }
            case PriceModel.Included(var free, var rest) -> new PriceModel.Included(free, withoutHidden(rest, hidden));
            case PriceModel.Bounded(var minimum, var maximum, var inner) ->
                new PriceModel.Bounded(minimum, maximum, withoutHidden(inner, hidden));
            default -> model;
        };
    }
}
