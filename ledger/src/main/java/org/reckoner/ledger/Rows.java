package org.reckoner.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.List;
import java.util.stream.Gatherers;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/// Rows that one statement writes, all at once and without the layer above JDBC: where a transaction writes
/// thousands, that layer takes as long as the database. Without rows nothing is asked of the database.
public final class Rows implements AutoCloseable {

    private static final int MOST_AT_ONCE = 500;

    private final Handle handle;
    private final String sql;
    private @Nullable PreparedStatement statement;

    private Rows(Handle handle, String sql) {
        this.handle = handle;
        this.sql = sql;
    }

    /// @param sql with `?` for each value
    public static Rows of(Handle handle, String sql) {
        return new Rows(handle, sql);
    }

    /// What a query asks for by `IN`, so many at a time that no database minds.
    public static <T> List<List<T>> chunks(Collection<T> all) {
        return all.stream().gather(Gatherers.windowFixed(MOST_AT_ONCE)).toList();
    }

    /// @param values in the statement's order: text, whole numbers or null
    public void add(@Nullable Object... values) {
        try {
            PreparedStatement prepared =
                    statement == null ? handle.getConnection().prepareStatement(sql) : statement;
            statement = prepared;
            for (int i = 0; i < values.length; i++) {
                set(prepared, i + 1, values[i]);
            }
            prepared.addBatch();
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static void set(PreparedStatement statement, int place, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> statement.setNull(place, Types.NULL);
            case String text -> statement.setString(place, text);
            case Long number -> statement.setLong(place, number);
            case Integer number -> statement.setInt(place, number);
            default -> throw new IllegalArgumentException("no value of a column: " + value.getClass());
        }
    }

    /// Writes those that were added since it was last called.
    public void write() {
        try {
            if (statement != null) {
                statement.executeBatch();
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    @Override
    public void close() {
        try {
            if (statement != null) {
                statement.close();
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /// As the layer above would throw it.
    private UnableToExecuteStatementException failure(SQLException e) {
        return new UnableToExecuteStatementException(e, handle.createUpdate(sql).getContext());
    }
}
