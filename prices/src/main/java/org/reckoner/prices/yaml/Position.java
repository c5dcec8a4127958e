package org.reckoner.prices.yaml;

/// A place in a text. Lines and columns count from 1, columns in characters as people see them.
public record Position(int line, int column) {

    static final Position START = new Position(1, 1);

    /// Not in the text at all, but in an environment variable.
    static final Position ENVIRONMENT = new Position(0, 0);
}
