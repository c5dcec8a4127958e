package org.reckoner.collect.novabilling;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Takes the rows of a database's tables, whatever it is kept in.
interface Rows {

    /// Whether the rows of a table matter.
    boolean wants(String table);

    /// There is a table with these columns.
    void table(String name, Set<String> columns);

    /// @param values by column, as text
    void row(String table, Map<String, Optional<String>> values);
}
