package org.reckoner.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/// Makes a room's tables at once where there are none yet, on SQLite: runs its scripts as they are, and writes
/// down what Flyway would have written, so that Flyway goes on from there. Flyway needs some tenths of a second
/// for it, which everybody would wait for who starts Reckoner for the first time.
///
/// @param schema what is to be made
/// @param expected `SCRIPT CHECKSUM` of each script, in order
record FreshSqlite(Schema schema, List<String> expected) {

    /// Makes the tables in one transaction, if there are none of them.
    ///
    /// @return whether they are made; if not, nothing was changed
    boolean make(DataSource database) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try {
                if (expected.isEmpty() || !isFresh(statement)) {
                    return false;
                }
                makeHistory(statement);
                for (int i = 0; i < expected.size(); i++) {
                    run(connection, statement, expected.get(i).split(" "), i + 1);
                }
                connection.commit();
                return true;
            } finally {
                connection.rollback();
            }
        } catch (SQLException cannot) {
            // Whatever is wrong, Flyway will meet it too, and say so.
            return false;
        }
    }

    /// The ledger's own tables are made in an empty database only, those of another room beside them.
    private boolean isFresh(Statement statement) throws SQLException {
        String names = schema.isLedgers() ? "" : " WHERE name = '%s'".formatted(schema.history());
        try (ResultSet tables = statement.executeQuery("SELECT COUNT(*) FROM sqlite_master" + names)) {
            return tables.getInt(1) == 0;
        }
    }

    /// As Flyway makes it.
    private void makeHistory(Statement statement) throws SQLException {
        statement.executeUpdate("""
                CREATE TABLE "%1$s" (
                    "installed_rank" INT NOT NULL PRIMARY KEY,
                    "version" VARCHAR(50),
                    "description" VARCHAR(200) NOT NULL,
                    "type" VARCHAR(20) NOT NULL,
                    "script" VARCHAR(1000) NOT NULL,
                    "checksum" INT,
                    "installed_by" VARCHAR(100) NOT NULL,
                    "installed_on" TEXT NOT NULL DEFAULT (strftime('%%Y-%%m-%%d %%H:%%M:%%f','now')),
                    "execution_time" INT NOT NULL,
                    "success" BOOLEAN NOT NULL
                );
                CREATE INDEX "main"."%1$s_s_idx" ON "%1$s" ("success")""".formatted(schema.history()));
    }

    /// Runs a script, whose name is `V1__some_words.sql`.
    private void run(Connection connection, Statement statement, String[] nameAndChecksum, int rank)
            throws SQLException {
        String name = nameAndChecksum[0];
        statement.executeUpdate(schema.filledIn(text(name)));
        try (PreparedStatement row = connection.prepareStatement("""
                INSERT INTO "%s" (installed_rank, version, description, type, script, checksum, installed_by,
                                  execution_time, success)
                VALUES (?, ?, ?, 'SQL', ?, ?, '', 0, 1)""".formatted(schema.history()))) {
            int words = name.indexOf("__");
            row.setInt(1, rank);
            row.setString(2, name.substring(1, words));
            row.setString(
                    3,
                    name.substring(words + 2, name.length() - ".sql".length()).replace('_', ' '));
            row.setString(4, name);
            row.setInt(5, Integer.parseInt(nameAndChecksum[1]));
            row.executeUpdate();
        }
    }

    private String text(String name) {
        for (String folder : schema.folders()) {
            try (InputStream script = FreshSqlite.class.getResourceAsStream("/" + folder + "/" + name)) {
                if (script != null) {
                    return new String(script.readAllBytes(), StandardCharsets.UTF_8);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException(
                "%s stands in history.txt and is in none of %s".formatted(name, schema.folders()));
    }
}
