package org.reckoner.core.meter;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Values by name, in the order of the names: a sorted map that never changes. Every observation has some, of a few
/// names each, and in one array they take a third of the memory of a tree.
public final class ByName<V> extends AbstractMap<String, V> implements SortedMap<String, V> {

    private static final ByName<?> NOTHING = new ByName<>(new Object[0]);

    /// A name, its value, the next name, its value …; the names ascend.
    private final Object[] told;

    private ByName(Object[] told) {
        this.told = told;
    }

    @SuppressWarnings("unchecked") // without values it is of any type
    public static <V> ByName<V> of() {
        return (ByName<V>) NOTHING;
    }

    public static <V> ByName<V> of(String name, V value) {
        return new ByName<>(new Object[] {name, value});
    }

    /// The same names and values; the very same map if it is one of these already.
    public static <V> ByName<V> copyOf(SortedMap<String, V> map) {
        if (map instanceof ByName<V> same) {
            return same;
        }
        if (map.isEmpty()) {
            return of();
        }
        Map<String, V> ordered = map.comparator() == null ? map : new TreeMap<>((Map<String, V>) map);
        Object[] told = new Object[2 * map.size()];
        int end = 0;
        for (Map.Entry<String, V> entry : ordered.entrySet()) {
            told[end++] = entry.getKey();
            told[end++] = entry.getValue();
        }
        return new ByName<>(told);
    }

    /// These with one more, or with another value of one.
    public ByName<V> with(String name, V value) {
        int place = place(name);
        if (place >= 0) {
            Object[] changed = told.clone();
            changed[2 * place + 1] = value;
            return new ByName<>(changed);
        }
        int gap = 2 * (-1 - place);
        Object[] more = Arrays.copyOf(told, told.length + 2);
        for (int i = gap; i < told.length; i++) {
            more[i + 2] = told[i];
        }
        more[gap] = name;
        more[gap + 1] = value;
        return new ByName<>(more);
    }

    /// The same names, each with what is made of its value.
    public <W> ByName<W> mapped(Function<? super V, ? extends W> change) {
        Object[] mapped = told.clone();
        for (int i = 0; i < size(); i++) {
            mapped[2 * i + 1] = change.apply(value(i));
        }
        return new ByName<>(mapped);
    }

    private String name(int place) {
        return (String) told[2 * place];
    }

    @SuppressWarnings("unchecked") // nothing else is put there
    private V value(int place) {
        return (V) told[2 * place + 1];
    }

    /// Where a name stands; if it is not there, -1 less where it would.
    private int place(String name) {
        int from = 0;
        int to = size() - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int order = name(middle).compareTo(name);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return -1 - from;
    }

    @Override
    public int size() {
        return told.length / 2;
    }

    @Override
    public @Nullable V get(@Nullable Object name) {
        int place = name instanceof String text ? place(text) : -1;
        return place < 0 ? null : value(place);
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return name instanceof String text && place(text) >= 0;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super V> action) {
        for (int i = 0; i < size(); i++) {
            action.accept(name(i), value(i));
        }
    }

    @Override
    public Set<Map.Entry<String, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<String, V>> iterator() {
                return new Entries();
            }

            @Override
            public int size() {
                return ByName.this.size();
            }
        };
    }

    private final class Entries implements Iterator<Map.Entry<String, V>> {

        private int next;

        @Override
        public boolean hasNext() {
            return next < size();
        }

        @Override
        public Map.Entry<String, V> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Map.Entry<String, V> entry = new SimpleImmutableEntry<>(name(next), value(next));
            next++;
            return entry;
        }
    }

    @Override
    public @Nullable Comparator<? super String> comparator() {
        return null;
    }

    @Override
    public SortedMap<String, V> subMap(String from, String to) {
        return copyOf(new TreeMap<>(this).subMap(from, to));
    }

    @Override
    public SortedMap<String, V> headMap(String to) {
        return copyOf(new TreeMap<>(this).headMap(to));
    }

    @Override
    public SortedMap<String, V> tailMap(String from) {
        return copyOf(new TreeMap<>(this).tailMap(from));
    }

    /// @throws NoSuchElementException if there is nothing
    @Override
    public String firstKey() {
        return entrySet().iterator().next().getKey();
    }

    /// @throws NoSuchElementException if there is nothing
    @Override
    public String lastKey() {
        if (isEmpty()) {
            throw new NoSuchElementException();
        }
        return name(size() - 1);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ByName<?> same ? Arrays.equals(told, same.told) : super.equals(other);
    }

    @Override
    public int hashCode() {
        int hash = 0;
        for (int i = 0; i < size(); i++) {
            hash += name(i).hashCode() ^ value(i).hashCode();
        }
        return hash;
    }
}
