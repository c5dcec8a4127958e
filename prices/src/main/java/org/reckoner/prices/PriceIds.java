package org.reckoner.prices;

import java.util.TreeSet;

/// Ids for new prices of one book, made of words that somebody else chose, each id once.
public final class PriceIds {

    private final TreeSet<String> ids = new TreeSet<>();

    /// Says that a price of the book has this id already.
    public void taken(String id) {
        ids.add(id);
    }

    /// An id that no price has yet: the words with what an id cannot hold as hyphens, and a number if need be.
    public String next(String words) {
        String plain = words.replaceAll("[^A-Za-z0-9._:-]+", "-").replaceAll("^[^A-Za-z0-9]+|-+$", "");
        String first = plain.isEmpty() ? "price" : plain;
        String id = first;
        for (int number = 2; !ids.add(id); number++) {
            id = first + "-" + number;
        }
        return id;
    }
}
