package org.reckoner.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteDataSource;

class SchemaTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private int count;

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void what_flyway_remembers_is_what_is_written_beside_the_scripts(TestDatabase kind) throws IOException {
        String folder = kind == TestDatabase.SQLITE ? "sqlite" : "postgresql";
        try (Database database = kind.open();
                InputStream written = Schema.class.getResourceAsStream(folder + "/history.txt")) {
            assertThat(written).isNotNull();
            assertThat(ran(database))
                    .as("%s/history.txt must have these lines, or every command takes the time of Flyway", folder)
                    .isEqualTo(new String(written.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
        }
    }

    @Test
    void a_ledger_that_is_made_without_flyway_is_what_flyway_makes() {
        SQLiteDataSource made = fresh();
        SQLiteDataSource byFlyway = fresh();
        Schema.ofLedger(true).bringUpToDate(made);
        Schema.ofLedger(true).migrate(byFlyway);
        assertThat(everythingOf(made)).isEqualTo(everythingOf(byFlyway)).hasSizeGreaterThan(50);
        assertThatCode(() -> Schema.ofLedger(true).migrate(made)).doesNotThrowAnyException();
    }

    @Test
    void what_is_in_a_database_that_is_no_ledger_stays_as_it_is() {
        SQLiteDataSource other = fresh();
        Jdbi.create(other).useHandle(handle -> handle.execute("CREATE TABLE mine (a TEXT)"));
        assertThatThrownBy(() -> Schema.ofLedger(true).bringUpToDate(other)).isInstanceOf(FlywayException.class);
        assertThat(everythingOf(other)).hasSize(1);
    }

    private SQLiteDataSource fresh() {
        SQLiteDataSource fresh = new SQLiteDataSource();
        fresh.setUrl("jdbc:sqlite:" + folder.resolve("ledger-" + count++ + ".db"));
        Jdbi.create(fresh).useHandle(handle -> handle.execute("PRAGMA journal_mode = WAL"));
        return fresh;
    }

    private static List<String> everythingOf(SQLiteDataSource database) {
        return Jdbi.create(database)
                .withHandle(handle -> handle.createQuery(
                                "SELECT name || ' ' || COALESCE(sql, '') FROM sqlite_master ORDER BY name")
                        .mapTo(String.class)
                        .list());
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void a_ledger_that_is_up_to_date_is_opened_without_flyway(TestDatabase kind) {
        // Over such a version Flyway would fall.
        String url = kind.fresh();
        change(url, "UPDATE flyway_schema_history SET version = 'not a version'");
        assertThatCode(() -> TestDatabase.open(url).close()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void a_ledger_of_a_newer_release_is_refused(TestDatabase kind) {
        mustBeRefused(kind, """
                INSERT INTO flyway_schema_history
                    (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                SELECT 99, '99', 'later', 'SQL', 'V99__later.sql', 1, installed_by, 0, success
                FROM flyway_schema_history WHERE installed_rank = 1""");
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void a_ledger_of_which_a_script_was_another_when_it_ran_is_refused(TestDatabase kind) {
        mustBeRefused(kind, "UPDATE flyway_schema_history SET checksum = 1 WHERE installed_rank = 1");
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void a_ledger_of_which_a_script_failed_is_refused(TestDatabase kind) {
        mustBeRefused(kind, "UPDATE flyway_schema_history SET success = FALSE WHERE installed_rank = 1");
    }

    private static void mustBeRefused(TestDatabase kind, String sql) {
        String url = kind.fresh();
        change(url, sql);
        assertThatThrownBy(() -> TestDatabase.open(url))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("cannot open the ledger")
                .hasMessageContaining("nothing was changed");
    }

    private static void change(String url, String sql) {
        try (Database database = TestDatabase.open(url)) {
            database.change(handle -> handle.execute(sql));
        }
    }

    private static List<String> ran(Database database) {
        return database.read(
                handle -> handle.createQuery("""
                        SELECT script || ' ' || checksum FROM flyway_schema_history
                        WHERE type = 'SQL' AND success ORDER BY installed_rank""").mapTo(String.class).list());
    }
}
