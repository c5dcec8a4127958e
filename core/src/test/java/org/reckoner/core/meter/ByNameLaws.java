package org.reckoner.core.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/// It is what a tree of the same names and values is.
class ByNameLaws {

    @Property(tries = 500)
    void it_holds_what_a_tree_holds_however_it_was_made(
            @ForAll @Size(max = 12) List<@AlphaChars @StringLength(max = 2) String> names, @ForAll String other) {
        TreeMap<String, Integer> tree = new TreeMap<>();
        ByName<Integer> made = ByName.of();
        for (String name : names) {
            made = made.with(name, tree.size());
            tree.put(name, tree.size());
        }
        assertThat(made).isEqualTo(tree).isEqualTo(ByName.copyOf(tree)).hasSameHashCodeAs(tree);
        assertThat(tree).isEqualTo(made);
        assertThat(made).hasToString(tree.toString());
        assertThat(new ArrayList<>(made.keySet())).isEqualTo(new ArrayList<>(tree.keySet()));
        assertThat(new ArrayList<>(made.values())).isEqualTo(new ArrayList<>(tree.values()));
        for (String name : List.of(other, names.isEmpty() ? "" : names.getLast())) {
            assertThat(made.get(name)).isEqualTo(tree.get(name));
            assertThat(made.containsKey(name)).isEqualTo(tree.containsKey(name));
            assertThat(made.headMap(name)).isEqualTo(tree.headMap(name));
            assertThat(made.tailMap(name)).isEqualTo(tree.tailMap(name));
        }
        TreeMap<String, String> mapped = new TreeMap<>();
        tree.forEach((name, value) -> mapped.put(name, "is " + value));
        assertThat(made.mapped(value -> "is " + value)).isEqualTo(mapped);
        if (!tree.isEmpty()) {
            assertThat(made.firstKey()).isEqualTo(tree.firstKey());
            assertThat(made.lastKey()).isEqualTo(tree.lastKey());
            assertThat(made.subMap(made.firstKey(), made.lastKey()))
                    .isEqualTo(tree.subMap(tree.firstKey(), tree.lastKey()));
        }
    }

    @Example
    void another_value_of_one_name_makes_another_map() {
        ByName<String> one = ByName.of("tier", "gold");
        assertThat(one.with("tier", "lead")).isNotEqualTo(one).isEqualTo(Map.of("tier", "lead"));
        assertThat(one).isEqualTo(Map.of("tier", "gold")).isNotEqualTo(Map.of("rank", "gold"));
    }

    @Example
    void names_that_come_in_another_order_are_put_into_theirs() {
        TreeMap<String, Integer> backwards = new TreeMap<>(Comparator.reverseOrder());
        backwards.putAll(Map.of("a", 1, "b", 2, "c", 3));
        ByName<Integer> copy = ByName.copyOf(backwards);
        assertThat(copy.firstKey()).isEqualTo("a");
        assertThat(copy.get("c")).isEqualTo(3);
    }

    @Example
    void nothing_in_it_changes() {
        ByName<Integer> one = ByName.of("vcpus", 4);
        assertThatThrownBy(() -> one.put("vcpus", 8)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> one.remove("vcpus")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(one::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> one.entrySet().iterator().next().setValue(8))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Example
    void what_is_empty_has_no_first_and_no_last() {
        assertThatThrownBy(ByName.of()::firstKey).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(ByName.of()::lastKey).isInstanceOf(NoSuchElementException.class);
    }
}
