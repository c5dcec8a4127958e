package org.reckoner.serve.heart;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.reckoner.ledger.Database;

/// The databases that the tests run on. Each test gets a fresh, empty ledger; the schema is
/// made once and copied. Neither promises anything about power failures here, and both are faster for it.
public enum TestDatabase {
    SQLITE {
        @Override
        public String fresh() {
            try {
                Path file = Sqlite.FOLDER.resolve("ledger-" + NEXT.incrementAndGet() + ".db");
                Files.copy(Sqlite.TEMPLATE, file);
                return "jdbc:sqlite:" + file + "?synchronous=OFF";
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    },

    POSTGRESQL {
        @Override
        public String fresh() {
            String name = "ledger_" + NEXT.incrementAndGet();
            Server.execute("CREATE DATABASE " + name + " TEMPLATE template_ledger STRATEGY FILE_COPY");
            return Server.url(name);
        }
    };

    private static final AtomicInteger NEXT = new AtomicInteger();

    /// The URL of a new database with an empty ledger in it.
    public abstract String fresh();

    /// A new, empty ledger.
    public Database open() {
        return open(fresh());
    }

    /// The ledger at a URL of [#fresh()], once more.
    public static Database open(String url) {
        return Database.open(url, Optional.empty(), Optional.empty());
    }

    /// Makes the tables of the ledger and of the Heart.
    private static void fill(String url) {
        try (Database template = open(url)) {
            template.extend(Heart.SCHEMA, Heart.HISTORY);
        }
    }

    /// A folder of this test run, with a ledger to copy.
    private static final class Sqlite {

        private static final Path FOLDER = folder();
        private static final Path TEMPLATE = template();

        private static Path folder() {
            try {
                Path folder = Files.createTempDirectory("reckoner-ledger");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
                return folder;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static Path template() {
            Path file = FOLDER.resolve("template.db");
            fill("jdbc:sqlite:" + file);
            return file;
        }

        private static void delete(Path folder) {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
                Files.delete(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// One server for the whole test run.
    private static final class Server {

        private static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .setServerConfig("full_page_writes", "off")
                        .setServerConfig("synchronous_commit", "off")
                        .setServerConfig("max_connections", "200")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static {
            execute("CREATE DATABASE template_ledger");
            fill(url("template_ledger"));
        }

        static String url(String name) {
            return POSTGRES.getJdbcUrl("postgres", name);
        }

        static void execute(String sql) {
            try (Connection connection = POSTGRES.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(sql, e);
            }
        }
    }
}
