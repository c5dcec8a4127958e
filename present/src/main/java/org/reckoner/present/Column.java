package org.reckoner.present;

import java.util.Locale;

/// A column of a [Table].
///
/// @param name lower case with underscores, as CSV and JSON call it; text tables print `unit_price` as
///     `UNIT PRICE`
public record Column(String name, Kind kind) {

    /// What a column holds, and so how it is aligned, shortened and written as JSON.
    public enum Kind {
        /// Left; shortened at the end.
        TEXT,
        /// Left; shortened in the middle.
        ID,
        /// Right, points under points; never shortened, for a shortened number is another number. In JSON a
        /// number, with all its digits.
        NUMBER
    }

    public static Column text(String name) {
        return new Column(name, Kind.TEXT);
    }

    public static Column id(String name) {
        return new Column(name, Kind.ID);
    }

    public static Column number(String name) {
        return new Column(name, Kind.NUMBER);
    }

    String header() {
        return name.replace('_', ' ').toUpperCase(Locale.ROOT);
    }
}
