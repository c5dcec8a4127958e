package org.reckoner.collect.novabilling;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads an SQLite file, which is opened for reading only.
final class SqliteFile {

    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    private SqliteFile() {}

    static boolean isOne(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        }
    }

    static List<String> tables(Path file) {
        try (Connection connection = open(file)) {
            return tables(connection);
        } catch (SQLException e) {
            throw broken(file, e);
        }
    }

    static void read(Path file, Rows rows) {
        try (Connection connection = open(file)) {
            for (String table : tables(connection)) {
                if (rows.wants(table)) {
                    read(connection, table, rows);
                }
            }
        } catch (SQLException e) {
            throw broken(file, e);
        }
    }

    private static Connection open(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file.toUri() + "?mode=ro");
    }

    private static UnreadableDatabase broken(Path file, SQLException e) {
        return new UnreadableDatabase(
                "%s is an SQLite file, but cannot be read: %s. If nova-billing still has it open, stop it and try again, or read a copy."
                        .formatted(
                                file,
                                String.valueOf(e.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse("no reason given")));
    }

    private static List<String> tables(Connection connection) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet names =
                        statement.executeQuery("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")) {
            while (names.next()) {
                tables.add(names.getString(1));
            }
        }
        return tables;
    }

    private static void read(Connection connection, String table, Rows rows) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet all = statement.executeQuery("SELECT * FROM " + table)) {
            ResultSetMetaData about = all.getMetaData();
            Set<String> columns = new LinkedHashSet<>();
            for (int i = 1; i <= about.getColumnCount(); i++) {
                columns.add(about.getColumnName(i));
            }
            rows.table(table, columns);
            while (all.next()) {
                Map<String, Optional<String>> values = new HashMap<>();
                int i = 1;
                for (String column : columns) {
                    values.put(column, text(all.getObject(i++)));
                }
                rows.row(table, values);
            }
        }
    }

    /// A binary number as the shortest decimal that is that number, as Python printed it.
    private static Optional<String> text(@Nullable Object value) {
        return switch (value) {
            case null -> Optional.empty();
            case Double number -> Optional.of(BigDecimal.valueOf(number).toString());
            case byte[] bytes -> Optional.of(new String(bytes, StandardCharsets.UTF_8));
            default -> Optional.of(value.toString());
        };
    }
}
