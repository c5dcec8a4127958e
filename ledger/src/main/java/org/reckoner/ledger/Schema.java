package org.reckoner.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/// Tables of one room in the ledger's database: scripts that run once each, in order, by Flyway.
///
/// To find that nothing is to be done takes Flyway a fifth of a second, in every command. So the table in
/// which it remembers what ran is looked at first, beside `history.txt`, which says what stands there when all
/// is done. Where nothing ever ran, [FreshSqlite] is quicker, too.
///
/// @param folders of the scripts, on the class path; `history.txt` is in the last of them
/// @param history the table that remembers which of them ran
/// @param sqlite whether the database is SQLite, and not PostgreSQL
record Schema(List<String> folders, String history, boolean sqlite) {

    private static final String FLYWAYS_OWN = "flyway_schema_history";

    /// The ledger's own tables.
    static Schema ofLedger(boolean sqlite) {
        String folder = "org/reckoner/ledger/";
        return new Schema(List.of(folder + "common", folder + (sqlite ? "sqlite" : "postgresql")), FLYWAYS_OWN, sqlite);
    }

    /// Runs what has not run yet.
    ///
    /// @throws FlywayException if that fails, or if scripts ran that are not known here, or others than these
    void bringUpToDate(DataSource database) {
        List<String> expected = expected();
        if (isUpToDate(database, expected) || sqlite && new FreshSqlite(this, expected).make(database)) {
            return;
        }
        migrate(database);
    }

    private boolean isUpToDate(DataSource database, List<String> expected) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            return ran(statement).equals(expected);
        } catch (SQLException noSuchTable) {
            // Whatever else may be wrong, Flyway will meet it too, and say so.
            return false;
        }
    }

    /// What ran: `SCRIPT CHECKSUM`, in order.
    private List<String> ran(Statement statement) throws SQLException {
        List<String> ran = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(
                "SELECT script, checksum, success FROM %s WHERE type = 'SQL' ORDER BY installed_rank"
                        .formatted(history))) {
            while (rows.next()) {
                ran.add(rows.getString("script") + " " + rows.getInt("checksum")
                        + (rows.getBoolean("success") ? "" : " failed"));
            }
        }
        return ran;
    }

    private List<String> expected() {
        String file = "/" + folders.getLast() + "/history.txt";
        try (InputStream in = Schema.class.getResourceAsStream(file)) {
            return in == null
                    ? List.of()
                    : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The same by Flyway.
    void migrate(DataSource database) {
        FluentConfiguration flyway = Flyway.configure()
                .dataSource(database)
                .placeholders(words())
                .locations(folders.stream().map(each -> "classpath:" + each).toArray(String[]::new))
                .table(history)
                .ignoreMigrationPatterns(new String[0]);
        if (!isLedgers()) {
            // The database is not empty, since the ledger's tables are there.
            flyway.baselineOnMigrate(true).baselineVersion("0");
        }
        flyway.load().migrate();
    }

    /// Whether these are the ledger's own tables.
    boolean isLedgers() {
        return history.equals(FLYWAYS_OWN);
    }

    /// A script with nothing left open.
    String filledIn(String script) {
        String text = script;
        for (Map.Entry<String, String> word : words().entrySet()) {
            text = text.replace("${" + word.getKey() + "}", word.getValue());
        }
        return text;
    }

    /// What the scripts leave open, because each database says it in its own way: `${number}` is the type of
    /// a whole number of 64 bits that is a table's key, and `${in_key_order}` keeps a table's rows in the
    /// order of its key. On SQLite both spare an index beside the table.
    private Map<String, String> words() {
        return sqlite
                ? Map.of("number", "INTEGER NOT NULL", "in_key_order", "WITHOUT ROWID")
                : Map.of("number", "BIGINT NOT NULL", "in_key_order", "");
    }
}
