package org.reckoner.prices;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.meter.Meters;
import org.reckoner.core.price.Condition;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceModel.Percentage;
import org.reckoner.core.time.Window;
import org.reckoner.prices.yaml.Nearest;
import org.reckoner.prices.yaml.YamlFields;

/// Checks prices against each other and against what is measured.
///
/// @param book the document's top
/// @param validity of the book
record PriceChecks(YamlFields book, Window validity, Meters meters, SortedSet<String> free, List<Listed> prices) {

    void run() {
        for (List<Listed> rivals : rivals()) {
            clashes(rivals);
            holes(rivals);
            shadows(rivals);
        }
        prices.forEach(this::neverValid);
        percentages();
        unpriced();
    }

    /// Prices between which usage has to choose: those of one meter and surcharge.
    private List<List<Listed>> rivals() {
        TreeMap<String, List<Listed>> rivals = new TreeMap<>();
        for (Listed listed : prices) {
            Price price = listed.price();
            price.meter()
                    .ifPresent(
                            meter -> rivals.computeIfAbsent(meter + " " + price.surcharge(), key -> new ArrayList<>())
                                    .add(listed));
        }
        return List.copyOf(rivals.values());
    }

    private static void clashes(List<Listed> rivals) {
        RivalIndex index = new RivalIndex(rivals);
        for (int i = 1; i < rivals.size(); i++) {
            Listed second = rivals.get(i);
            for (Listed first : index.before(i)) {
                if (second.price().clashes(first.price())) {
                    second.fields().error(second.fields().at(), clash(first, second));
                }
            }
        }
    }

    private static String clash(Listed first, Listed second) {
        Window both =
                first.price().validity().intersect(second.price().validity()).orElseThrow();
        return ("clashes with price %s: both can apply to the same use of '%s' %s, and nothing decides; "
                        + "give one of them a further condition under 'when', a 'priority', or end one by 'valid-until'")
                .formatted(first.reference(), second.price().meter().orElseThrow(), during(both));
    }

    /// Prices of the same use that follow each other in time must leave nothing between them.
    private static void holes(List<Listed> rivals) {
        TreeMap<String, List<Listed>> successions = new TreeMap<>();
        for (Listed listed : rivals) {
            successions
                    .computeIfAbsent(listed.price().when().toString(), key -> new ArrayList<>())
                    .add(listed);
        }
        for (List<Listed> succession : successions.values()) {
            succession.sort(Comparator.comparing(listed -> listed.price().validity()));
            Listed before = succession.getFirst();
            for (Listed next : succession.subList(1, succession.size())) {
                Instant end = before.price().validity().to();
                Instant begin = next.price().validity().from();
                if (end.isBefore(begin) && !covered(next.price(), new Window(end, begin), rivals)) {
                    next.fields()
                            .error(
                                    "valid-from",
                                    "between the end of price %s and this one, %s, '%s' has no price; close the hole"
                                            .formatted(
                                                    before.reference(),
                                                    during(new Window(end, begin)),
                                                    next.price().meter().orElseThrow()));
                }
                before = end.isAfter(next.price().validity().to()) ? before : next;
            }
        }
    }

    /// Whether a more general price stands in for one through the window.
    private static boolean covered(Price price, Window window, List<Listed> rivals) {
        return rivals.stream()
                .map(Listed::price)
                .filter(other -> other.when().size() < price.when().size() && impliedBy(other, price))
                .anyMatch(other -> window.intersect(other.validity()).equals(Optional.of(window)));
    }

    /// A price that another always beats never applies.
    private static void shadows(List<Listed> rivals) {
        if (rivals.stream().map(listed -> listed.price().priority()).distinct().count() == 1) {
            return;
        }
        for (Listed loser : rivals) {
            Price price = loser.price();
            rivals.stream()
                    .filter(other -> other.price().priority() > price.priority()
                            && other.price().when().size() == price.when().size()
                            && impliedBy(other.price(), price)
                            && price.validity()
                                    .intersect(other.price().validity())
                                    .equals(Optional.of(price.validity())))
                    .findFirst()
                    .ifPresent(winner -> loser.fields()
                            .warning(
                                    "id",
                                    "never applies: price %s applies to the same use and has priority %d"
                                            .formatted(
                                                    winner.reference(),
                                                    winner.price().priority())));
        }
    }

    /// Whether a price applies wherever another does.
    private static boolean impliedBy(Price general, Price special) {
        return general.when().stream()
                .allMatch(wide -> special.when().stream().anyMatch(narrow -> accepts(wide, narrow)));
    }

    private static boolean accepts(Condition wide, Condition narrow) {
        return wide.dimension().equals(narrow.dimension())
                && narrow.values().stream()
                        .allMatch(
                                value -> wide.values().contains(value) || wide.holds(Map.of(wide.dimension(), value)));
    }

    private void neverValid(Listed listed) {
        Window valid = listed.price().validity();
        if (valid.isEmpty()) {
            listed.fields().warning("valid-until", "never applies: it ends when it begins");
        } else if (!valid.overlaps(validity)) {
            listed.fields()
                    .warning(
                            "valid-until",
                            "never applies: it ends before the price book begins to hold, " + day(validity.from()));
        }
    }

    private void percentages() {
        TreeMap<String, Price> byId = new TreeMap<>();
        prices.forEach(listed -> byId.put(listed.price().id(), listed.price()));
        for (Listed listed : prices) {
            if (listed.price().model() instanceof Percentage percentage) {
                for (String id : percentage.of()) {
                    Price base = byId.get(id);
                    if (base == null) {
                        listed.fields()
                                .error(
                                        "percentage",
                                        "a percentage of the unknown price '%s'%s"
                                                .formatted(id, Nearest.hint(id, byId.keySet())));
                    } else if (base.model() instanceof Percentage) {
                        listed.fields()
                                .error(
                                        "percentage",
                                        "a percentage of '%s', which is a percentage itself; name prices that are not"
                                                .formatted(id));
                    }
                }
            }
        }
    }

    private void unpriced() {
        TreeSet<String> missing = new TreeSet<>(meters.byName().keySet());
        missing.removeAll(free);
        for (Listed listed : prices) {
            if (listed.price().surcharge().isEmpty()) {
                listed.price().meter().ifPresent(missing::remove);
            }
        }
        for (String meter : missing) {
            book.warning(
                    "prices",
                    "'%s' has no price and is not under 'free': such use is listed as unpriced on bills"
                            .formatted(meter));
        }
    }

    private static String during(Window window) {
        boolean always = window.from().equals(Instant.EPOCH);
        if (window.isOpen()) {
            return always ? "at any time" : "from " + day(window.from()) + " on";
        }
        return always ? "until " + day(window.to()) : "from " + day(window.from()) + " until " + day(window.to());
    }

    private static String day(Instant at) {
        String text = at.toString();
        return text.endsWith("T00:00:00Z") ? text.substring(0, 10) : text;
    }
}
