package org.reckoner.prices;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.price.Condition;

/// Finds, among the prices of one meter, those that another could clash with, without comparing each with each.
///
/// Large books have thousands of prices that differ in one dimension, such as the flavor. Two that name plain
/// and different values of it never meet; only the others are worth a comparison.
final class RivalIndex {

    private final List<Listed> rivals;
    private final String dimension;
    private final TreeMap<String, List<Integer>> byValue = new TreeMap<>();
    private final List<Integer> anyValue = new ArrayList<>();

    RivalIndex(List<Listed> rivals) {
        this.rivals = rivals;
        this.dimension = mostTelling(rivals);
        for (int i = 0; i < rivals.size(); i++) {
            int index = i;
            plainValues(rivals.get(i))
                    .ifPresentOrElse(
                            values -> values.forEach(value -> byValue.computeIfAbsent(value, key -> new ArrayList<>())
                                    .add(index)),
                            () -> anyValue.add(index));
        }
    }

    /// The prices before the given one that may apply where it does, in the order of the file.
    List<Listed> before(int index) {
        Optional<SortedSet<String>> values = plainValues(rivals.get(index));
        if (values.isEmpty()) {
            return rivals.subList(0, index);
        }
        TreeSet<Integer> near = new TreeSet<>(anyValue);
        values.get().forEach(value -> near.addAll(byValue.getOrDefault(value, List.of())));
        return near.headSet(index).stream().map(rivals::get).toList();
    }

    private Optional<SortedSet<String>> plainValues(Listed listed) {
        return listed.price().when().stream()
                .filter(condition -> condition.dimension().equals(dimension))
                .filter(condition -> condition.values().stream().noneMatch(value -> value.indexOf('*') >= 0))
                .map(Condition::values)
                .findFirst();
    }

    /// The dimension of most different values; empty if there is no condition at all.
    private static String mostTelling(List<Listed> rivals) {
        TreeMap<String, TreeSet<String>> values = new TreeMap<>();
        for (Listed listed : rivals) {
            for (Condition condition : listed.price().when()) {
                values.computeIfAbsent(condition.dimension(), key -> new TreeSet<>())
                        .addAll(condition.values());
            }
        }
        return values.keySet().stream()
                .max(Comparator.comparingInt(
                        key -> values.getOrDefault(key, new TreeSet<>()).size()))
                .orElse("");
    }
}
