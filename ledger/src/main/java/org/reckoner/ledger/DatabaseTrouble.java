package org.reckoner.ledger;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteException;

/// Failures of a database that are nobody's mistake in the code: a full disk, a lock held by somebody else, a
/// damaged file, a server gone away.
final class DatabaseTrouble {

    /// SQLite's primary result codes: busy, locked, out of memory, read-only, I/O error, corrupt, full, cannot
    /// open, not a database. https://sqlite.org/rescode.html
    private static final Set<Integer> SQLITE = Set.of(5, 6, 7, 8, 10, 11, 13, 14, 26);

    /// Classes of SQLSTATE: connection lost, resources used up, stopped by an operator, system error, and data
    /// damaged; and 25006, read-only. https://www.postgresql.org/docs/current/errcodes-appendix.html
    private static final List<String> POSTGRESQL = List.of("08", "53", "57", "58", "XX001", "XX002", "25006");

    private DatabaseTrouble() {}

    /// The failure in words if it is one of those, else itself.
    static RuntimeException told(JdbiException failure) {
        return cause(failure)
                .filter(DatabaseTrouble::isTrouble)
                .<RuntimeException>map(cause -> new DatabaseFails(
                        "the ledger's database fails: %s. Nothing of this step was kept; what was done before stands. Once that is mended, run the same again"
                                .formatted(firstLine(cause)),
                        failure))
                .orElse(failure);
    }

    private static Optional<SQLException> cause(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        return Optional.ofNullable((SQLException) cause);
    }

    private static boolean isTrouble(SQLException cause) {
        if (cause instanceof SQLiteException sqlite) {
            return SQLITE.contains(sqlite.getResultCode().code & 0xff);
        }
        String state = cause.getSQLState();
        return cause instanceof java.sql.SQLTransientConnectionException
                || state != null && POSTGRESQL.stream().anyMatch(state::startsWith);
    }

    private static String firstLine(SQLException cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
