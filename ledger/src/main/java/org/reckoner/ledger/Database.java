package org.reckoner.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/// The database under the ledger: SQLite in one file, or PostgreSQL. One schema, one set of queries.
///
/// Writes are serialised: SQLite has one writer anyway, and on PostgreSQL each write transaction takes one
/// advisory lock. So numbers drawn inside a write (observations, invoices) appear in the order in which they
/// were drawn, which a cutoff relies on.
public final class Database implements AutoCloseable {

    private static final long WRITE_LOCK = 0x7265636b6f6eL;

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final boolean sqlite;

    private Database(HikariDataSource pool, boolean sqlite) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.sqlite = sqlite;
    }

    /// Opens the database and brings its schema up to date.
    ///
    /// @param url `jdbc:sqlite:PATH` or `jdbc:postgresql://…`
    /// @param user for PostgreSQL, if not in the URL
    /// @param password for PostgreSQL; never in the URL
    /// @throws BadLedgerUrl if the URL means no database known here, or a file in a folder that is not there
    /// @throws LedgerException if it cannot be reached, is not a ledger, or is one of a newer release
    public static Database open(String url, Optional<String> user, Optional<String> password) {
        boolean sqlite = url.startsWith("jdbc:sqlite:");
        if (!sqlite && !url.startsWith("jdbc:postgresql:")) {
            throw new BadLedgerUrl("the ledger's url is jdbc:sqlite:PATH or jdbc:postgresql://HOST/DATABASE, not '"
                    + withoutSecrets(url) + "'");
        }
        HikariDataSource pool = null;
        try {
            pool = new HikariDataSource(sqlite ? sqlite(url) : postgresql(url, user, password));
            Schema.ofLedger(sqlite).bringUpToDate(pool);
            return new Database(pool, sqlite);
        } catch (FlywayException | com.zaxxer.hikari.pool.HikariPool.PoolInitializationException e) {
            if (pool != null) {
                pool.close();
            }
            throw new LedgerException(
                    "cannot open the ledger %s: %s. Check that it is there, readable and a Reckoner ledger; nothing was changed."
                            .formatted(withoutSecrets(url), withoutSecrets(rootMessage(e))),
                    e);
        }
    }

    private static HikariConfig sqlite(String url) {
        String path = url.substring("jdbc:sqlite:".length()).replaceFirst("\\?.*", "");
        if (path.isBlank() || path.startsWith(":")) {
            throw new BadLedgerUrl("a ledger is kept in a file: jdbc:sqlite:PATH, not '" + url + "'");
        }
        Path file = Path.of(path);
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new BadLedgerUrl(
                    "cannot open the ledger %s: the folder %s does not exist. Create it, or set ledger.url."
                            .formatted(file, folder));
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(4);
        Properties pragmas = new Properties();
        pragmas.setProperty("journal_mode", "WAL");
        pragmas.setProperty("synchronous", "FULL");
        pragmas.setProperty("foreign_keys", "true");
        // So that INSERT OR REPLACE meets the guards against deletion.
        pragmas.setProperty("recursive_triggers", "true");
        pragmas.setProperty("busy_timeout", "30000");
        pragmas.setProperty("transaction_mode", "IMMEDIATE");
        // Nobody asks for them, and the driver would search the text of each statement for an INSERT.
        pragmas.setProperty("jdbc.get_generated_keys", "false");
        // In KiB: enough for the inner pages of the indices, which every batch touches.
        pragmas.setProperty("cache_size", "-65536");
        config.setDataSourceProperties(pragmas);
        // In pages of 4 KiB: a page that many batches touch is moved into the database once for all of them.
        config.setConnectionInitSql("PRAGMA wal_autocheckpoint = 50000");
        return config;
    }

    private static HikariConfig postgresql(String url, Optional<String> user, Optional<String> password) {
        if (org.postgresql.Driver.parseURL(url, null) == null) {
            throw new BadLedgerUrl(
                    "the ledger's url is not understood: '%s'. Expected jdbc:postgresql://HOST:PORT/DATABASE"
                            .formatted(withoutSecrets(url)));
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        user.ifPresent(config::setUsername);
        password.ifPresent(config::setPassword);
        config.setMaximumPoolSize(8);
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        return config;
    }

    /// Brings tables that another room keeps in this database up to date: scripts of its own, with a history
    /// of their own.
    ///
    /// @param folder of the scripts, on the class path, with a `history.txt` of what they leave in the history
    /// @param history the table that remembers which of them ran
    /// @throws LedgerException if they cannot run
    public void extend(String folder, String history) {
        try {
            new Schema(List.of(folder), history, sqlite).bringUpToDate(pool);
        } catch (FlywayException e) {
            throw new LedgerException(
                    "cannot bring the tables of %s up to date: %s. Nothing was changed."
                            .formatted(folder, withoutSecrets(rootMessage(e))),
                    e);
        }
    }

    /// Runs queries outside a transaction. Consistency comes from the cutoff: what is at or below it never
    /// changes.
    public <T> T read(HandleCallback<T, RuntimeException> work) {
        try {
            return jdbi.withHandle(work);
        } catch (JdbiException e) {
            throw DatabaseTrouble.told(e);
        }
    }

    /// Runs one transaction, alone among the writers. All of it is kept or none.
    public <T> T write(HandleCallback<T, RuntimeException> work) {
        try {
            return jdbi.inTransaction(handle -> {
                if (!sqlite) {
                    handle.execute("SELECT pg_advisory_xact_lock(?)", WRITE_LOCK);
                }
                return work.withHandle(handle);
            });
        } catch (JdbiException e) {
            throw DatabaseTrouble.told(e);
        }
    }

    /// Whether it can be asked now.
    public boolean answers() {
        try {
            return read(handle ->
                            handle.createQuery("SELECT 1").mapTo(Integer.class).one())
                    == 1;
        } catch (org.jdbi.v3.core.JdbiException e) {
            return false;
        }
    }

    /// Goes about writing without writing anything.
    ///
    /// @throws LedgerException if the database cannot be written
    public void checkWritable() {
        change(handle -> handle.execute("UPDATE watermark SET set_by = set_by WHERE source = ''"));
    }

    /// As [#write(HandleCallback)], without a result.
    public void change(HandleConsumer<RuntimeException> work) {
        write(handle -> {
            work.useHandle(handle);
            return null;
        });
    }

    @Override
    public void close() {
        pool.close();
    }

    private static String withoutSecrets(String url) {
        return url.replaceAll("(?i)(password=)[^&]*", "$1***").replaceAll("//[^?]*@", "//***@");
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
