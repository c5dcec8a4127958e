package org.reckoner.collect.novabilling;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A database as nova-billing 2.x kept it, filled by the rules that it shipped with: each event ends all
/// segments of its resource, and the tariff is part of the cost.
final class ShippedHeart {

    private static final String SCHEMA = """
            CREATE TABLE account (id INTEGER NOT NULL, name VARCHAR(255) NOT NULL, cost_center_id INTEGER, PRIMARY KEY (id));
            CREATE TABLE cost_center (id INTEGER NOT NULL, name VARCHAR(255) NOT NULL, PRIMARY KEY (id));
            CREATE TABLE resource (id INTEGER NOT NULL, name VARCHAR(255), rtype VARCHAR(16) NOT NULL,
                account_id INTEGER NOT NULL, parent_id INTEGER, attrs TEXT, cost_center_id INTEGER, PRIMARY KEY (id));
            CREATE TABLE segment (id INTEGER NOT NULL, resource_id INTEGER NOT NULL, cost FLOAT NOT NULL,
                begin_at DATETIME NOT NULL, end_at DATETIME, PRIMARY KEY (id));
            CREATE TABLE tariff (rtype VARCHAR(16) NOT NULL, multiplier FLOAT NOT NULL, PRIMARY KEY (rtype));
            """;

    private final List<String> rows = new ArrayList<>();
    private final TreeMap<String, BigDecimal> tariffs = new TreeMap<>();
    private final List<String[]> segments = new ArrayList<>();

    void center(int id, String name) {
        rows.add("INSERT INTO cost_center VALUES (%d,'%s');".formatted(id, name));
    }

    void account(int id, String name, @Nullable Integer center) {
        rows.add("INSERT INTO account VALUES (%d,'%s',%s);".formatted(id, name, center == null ? "NULL" : center));
    }

    void resource(int id, @Nullable String name, String rtype, int account, @Nullable Integer parent, String attrs) {
        rows.add("INSERT INTO resource VALUES (%d,%s,'%s',%d,%s,'%s',NULL);"
                .formatted(
                        id,
                        name == null ? "NULL" : "'" + name + "'",
                        rtype,
                        account,
                        parent == null ? "NULL" : parent,
                        attrs));
    }

    void tariff(String rtype, String multiplier) {
        tariffs.put(rtype, new BigDecimal(multiplier));
        rows.add("INSERT INTO tariff VALUES ('%s',%s);".formatted(rtype, multiplier));
    }

    /// A stretch as a row says it, by whatever rules.
    void segment(int resource, String cost, String begin, @Nullable String end) {
        segments.add(new String[] {
            Integer.toString(resource), cost, "'" + begin + "'", end == null ? "NULL" : "'" + end + "'"
        });
    }

    private void end(int resource, String at) {
        segments.stream()
                .filter(segment -> segment[0].equals(Integer.toString(resource)))
                .forEach(segment -> segment[3] = "'" + at + "'");
    }

    void linear(int resource, String rtype, String at, String quantity) {
        end(resource, at);
        segment(resource, cost(rtype, quantity).toPlainString(), at, null);
    }

    void fixed(int resource, String rtype, String at, String quantity) {
        end(resource, at);
        segment(resource, cost(rtype, quantity).negate().toPlainString(), at, null);
    }

    void close(int resource, String at) {
        end(resource, at);
    }

    private BigDecimal cost(String rtype, String quantity) {
        return new BigDecimal(quantity).multiply(tariffs.getOrDefault(rtype, BigDecimal.ONE));
    }

    /// nova-billing's own test story: one instance and two volumes of `systenant` in January 2011.
    static ShippedHeart story() {
        ShippedHeart heart = new ShippedHeart();
        heart.tariff("local_gb", "63113904");
        heart.tariff("memory_mb", "94670856");
        heart.tariff("vcpus", "31556952");
        heart.tariff("nova/volume", "31556952");
        heart.center(1, "center 34");
        heart.account(1, "systenant", 1);
        heart.resource(1, "16", "nova/instance", 1, null, "{\"instance_type\": \"m1.small\"}");
        heart.resource(2, null, "local_gb", 1, 1, "{}");
        heart.resource(3, null, "memory_mb", 1, 1, "{}");
        heart.resource(4, null, "vcpus", 1, 1, "{}");
        heart.resource(5, "12", "nova/volume", 1, null, "{}");
        heart.resource(6, "3", "nova/volume", 1, null, "{}");
        heart.run(2);
        heart.state(3, "0", "0");
        heart.state(4, "2048", "1");
        heart.state(5, "2048", "0");
        heart.state(6, "2048", "1");
        heart.state(7, "2048", "0");
        heart.state(8, "2048", "1");
        List.of(1, 2, 3, 4).forEach(resource -> heart.close(resource, day(9)));
        heart.run(10);
        heart.state(11, "0", "0");
        heart.state(12, "2048", "1");
        heart.linear(5, "nova/volume", day(2), "1024");
        heart.linear(5, "nova/volume", day(3), "20");
        heart.linear(6, "nova/volume", day(4), "1024");
        heart.linear(6, "nova/volume", day(5), "20");
        heart.close(5, day(6));
        return heart;
    }

    private void run(int day) {
        fixed(1, "nova/instance", day(day), "0");
        linear(2, "local_gb", day(day), "20");
        state(day, "2048", "1");
    }

    private void state(int day, String memory, String vcpus) {
        linear(3, "memory_mb", day(day), memory);
        linear(4, "vcpus", day(day), vcpus);
    }

    static String day(int day) {
        return "2011-01-%02d 00:00:00.000000".formatted(day);
    }

    private List<String> inserts() {
        List<String> all = new ArrayList<>(rows);
        int id = 0;
        for (String[] segment : segments) {
            all.add("INSERT INTO segment VALUES (%d,%s);".formatted(++id, String.join(",", segment)));
        }
        return all;
    }

    Path sqlite(Path file) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : (SCHEMA + String.join("\n", inserts())).split(";\n?")) {
                statement.executeUpdate(sql);
            }
            return file;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// As mysqldump writes it, rows of a table in one statement.
    String dump() {
        StringBuilder dump =
                new StringBuilder("-- MySQL dump 10.13  Distrib 5.1.73\n--\n/*!40101 SET NAMES utf8 */;\n");
        for (String create : SCHEMA.split(";\n")) {
            if (create.isBlank()) {
                continue;
            }
            String table = create.replaceFirst("CREATE TABLE (\\w+) (?s:.*)", "$1");
            dump.append("DROP TABLE IF EXISTS `").append(table).append("`;\n");
            dump.append(create.replace(table + " (", "`" + table + "` (\n  ").replace("FLOAT", "double"))
                    .append(" ENGINE=InnoDB DEFAULT CHARSET=utf8 COMMENT='it''s; nova-billing';\n");
            List<String> values = inserts().stream()
                    .filter(insert -> insert.startsWith("INSERT INTO " + table + " "))
                    .map(insert -> insert.replaceFirst(".*? VALUES ", "").replaceFirst(";$", ""))
                    .map(row -> row.replace(".000000'", "'").replace("\"", "\\\""))
                    .collect(Collectors.toList());
            dump.append("LOCK TABLES `").append(table).append("` WRITE;\n");
            if (!values.isEmpty()) {
                dump.append("INSERT INTO `").append(table).append("` VALUES ");
                dump.append(String.join(",", values)).append(";\n");
            }
            dump.append("UNLOCK TABLES;\n");
        }
        return dump.append("\n-- Dump completed on 2012-05-03 10:00:00\n").toString();
    }

    static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
