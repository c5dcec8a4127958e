package org.reckoner.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The reference: what nova-billing's last server did for a bill and for an event, in its order and with its
/// indexes, written anew in Java. One request at a time; SQLite with the settings it comes with.
///
/// - A bill reads all segments that overlap the period as objects, with their resources; then asks the
///   database for the first beginning and last end of each resource among them; builds one document; and
///   writes it as one text. Times are text. Money is binary floating point, as it was.
/// - An event reads all tariffs, and finds each resource of its tree among those of the account, for which
///   there is an index, but none by parent or name and type together. Each new resource is a transaction. Then
///   all segments of the resource are ended and one begins.
///
/// It leaves out what costs a Python program most: the language and the object mapper. So a ratio to it says
/// less than one to the server that it stands for.
final class OldHeart {

    private static final double YEAR = 31_556_952;
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final DateTimeFormatter TEXT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    private final Connection database;

    private OldHeart(Connection database) {
        this.database = database;
    }

    /// @param arguments a port, and the file of the database
    public static void main(String[] arguments) throws IOException, SQLException {
        OldHeart heart = new OldHeart(DriverManager.getConnection("jdbc:sqlite:" + arguments[1]));
        heart.database.setAutoCommit(false);
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])), 0);
        server.createContext("/ready", exchange -> answer(exchange, JSON.createArrayNode()));
        server.createContext("/v2/report", exchange -> answer(exchange, heart.report(query(exchange))));
        server.createContext(
                "/v2/event", exchange -> answer(exchange, heart.event(JSON.readTree(exchange.getRequestBody()))));
        server.setExecutor(Executors.newSingleThreadExecutor());
        server.start();
    }

    /// Makes a database with the volumes of a cloud in it, without the events that would have made them: at
    /// its speed that would take too long.
    static void fill(String file, Cloud cloud) {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            database.setAutoCommit(false);
            try (Statement tables = database.createStatement()) {
                for (String sql : TABLES) {
                    tables.execute(sql);
                }
                for (int account = 0; account < Cloud.ACCOUNTS; account++) {
                    tables.execute("INSERT INTO account (id, name) VALUES (%d, '%s')"
                            .formatted(account + 1, Cloud.account(account)));
                }
            }
            fillVolumes(database, cloud);
            database.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final List<String> TABLES = List.of(
            "CREATE TABLE account (id INTEGER PRIMARY KEY, name VARCHAR(255) NOT NULL)",
            "CREATE INDEX account_name ON account (name)",
            "CREATE TABLE resource (id INTEGER PRIMARY KEY, name VARCHAR(255), rtype VARCHAR(16) NOT NULL, "
                    + "account_id INTEGER NOT NULL REFERENCES account (id), parent_id INTEGER, attrs TEXT)",
            "CREATE INDEX resource_name ON resource (name)",
            "CREATE INDEX resource_rtype ON resource (rtype)",
            "CREATE INDEX resource_account ON resource (account_id)",
            "CREATE TABLE segment (id INTEGER PRIMARY KEY, resource_id INTEGER NOT NULL REFERENCES resource (id), "
                    + "cost FLOAT NOT NULL, begin_at DATETIME NOT NULL, end_at DATETIME)",
            "CREATE INDEX segment_resource ON segment (resource_id)",
            "CREATE INDEX segment_begin ON segment (begin_at)",
            "CREATE INDEX segment_end ON segment (end_at)",
            "CREATE TABLE tariff (rtype VARCHAR(16) PRIMARY KEY, multiplier FLOAT NOT NULL)");

    private static void fillVolumes(Connection database, Cloud cloud) throws SQLException {
        try (PreparedStatement resource = database.prepareStatement(
                        "INSERT INTO resource (id, name, rtype, account_id, attrs) VALUES (?, ?, 'nova/volume', ?, '{}')");
                PreparedStatement segment = database.prepareStatement(
                        "INSERT INTO segment (resource_id, cost, begin_at) VALUES (?, ?, ?)")) {
            for (long number = 0; number < cloud.resources(); number++) {
                resource.setLong(1, number + 1);
                resource.setString(2, Cloud.volume(number));
                resource.setLong(3, number % Cloud.ACCOUNTS + 1);
                resource.addBatch();
                segment.setLong(1, number + 1);
                segment.setDouble(2, Cloud.size(number));
                segment.setString(3, TEXT.format(cloud.created(number).atOffset(ZoneOffset.UTC)));
                segment.addBatch();
                if (number % 10_000 == 9_999) {
                    resource.executeBatch();
                    segment.executeBatch();
                }
            }
            resource.executeBatch();
            segment.executeBatch();
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        for (String pair : exchange.getRequestURI().getQuery().split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], parts[1]);
        }
        return query;
    }

    private static void answer(HttpExchange exchange, JsonNode document) throws IOException {
        byte[] text = JSON.writeValueAsBytes(document);
        exchange.sendResponseHeaders(200, text.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(text);
        }
    }

    private record Row(
            long resource,
            @Nullable String name,
            String rtype,
            long account,
            @Nullable Long parent,
            double cost,
            LocalDateTime begin,
            @Nullable LocalDateTime end) {}

    private JsonNode report(Map<String, String> query) {
        try {
            YearMonth month = YearMonth.parse(query.getOrDefault("time_period", ""));
            LocalDateTime from = month.atDay(1).atStartOfDay();
            LocalDateTime to = from.plusMonths(1);
            String name = query.get("account_name");
            String which = name == null ? "" : " AND r.account_id = " + accountOf(name);
            List<Row> rows = rows(from, to, which);
            Map<Long, String[]> lives = lives(from, to, which);
            database.commit();
            return document(rows, lives, from, to);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final String OVERLAPPING =
            " FROM segment s JOIN resource r ON r.id = s.resource_id WHERE s.begin_at < ? AND (s.end_at > ? OR s.end_at IS NULL)";

    private List<Row> rows(LocalDateTime from, LocalDateTime to, String which) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement select = database.prepareStatement(
                "SELECT s.resource_id, r.name, r.rtype, r.account_id, r.parent_id, s.cost, s.begin_at, s.end_at"
                        + OVERLAPPING + which)) {
            select.setString(1, TEXT.format(to));
            select.setString(2, TEXT.format(from));
            ResultSet row = select.executeQuery();
            while (row.next()) {
                String end = row.getString(8);
                rows.add(new Row(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getLong(4),
                        row.getObject(5) == null ? null : Long.valueOf(row.getLong(5)),
                        row.getDouble(6),
                        LocalDateTime.parse(row.getString(7), TEXT),
                        end == null ? null : LocalDateTime.parse(end, TEXT)));
            }
        }
        return rows;
    }

    private Map<Long, String[]> lives(LocalDateTime from, LocalDateTime to, String which) throws SQLException {
        Map<Long, String[]> lives = new HashMap<>();
        try (PreparedStatement select = database.prepareStatement("SELECT s.resource_id, MIN(s.begin_at), MAX(s.end_at)"
                + OVERLAPPING + which + " GROUP BY s.resource_id")) {
            select.setString(1, TEXT.format(to));
            select.setString(2, TEXT.format(from));
            ResultSet row = select.executeQuery();
            while (row.next()) {
                lives.put(row.getLong(1), new String[] {row.getString(2), row.getString(3)});
            }
        }
        return lives;
    }

    private JsonNode document(List<Row> rows, Map<Long, String[]> lives, LocalDateTime from, LocalDateTime to)
            throws SQLException {
        LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC);
        Map<Long, ObjectNode> resources = new LinkedHashMap<>();
        Map<Long, Double> costs = new HashMap<>();
        TreeMap<Long, ArrayNode> accounts = new TreeMap<>();
        for (Row row : rows) {
            if (!resources.containsKey(row.resource())) {
                ObjectNode resource = accounts.computeIfAbsent(row.account(), account -> JSON.createArrayNode())
                        .addObject();
                String[] life = lives.getOrDefault(row.resource(), new String[2]);
                resource.put("id", row.resource()).put("name", row.name()).put("rtype", row.rtype());
                resource.put("parent_id", row.parent());
                resource.put("created_at", shown(life[0])).put("destroyed_at", shown(life[1]));
                resources.put(row.resource(), resource);
            }
            LocalDateTime begin = row.begin().isAfter(from) ? row.begin() : from;
            LocalDateTime open = row.end() == null ? now : row.end();
            LocalDateTime end = open.isBefore(to) ? open : to;
            double cost = row.cost() < 0
                    ? row.cost()
                    : row.cost() * Duration.between(begin, end).toSeconds() / YEAR;
            costs.merge(row.resource(), cost, Double::sum);
        }
        resources.forEach((id, resource) -> resource.put("cost", costs.get(id)));
        ObjectNode document = JSON.createObjectNode();
        document.put("period_start", from + ":00Z").put("period_end", to + ":00Z");
        ArrayNode listed = document.putArray("accounts");
        for (Map.Entry<Long, ArrayNode> account : accounts.entrySet()) {
            ObjectNode one = listed.addObject();
            one.put("id", account.getKey()).put("name", nameOf(account.getKey()));
            one.set("resources", account.getValue());
        }
        return document;
    }

    private static @Nullable String shown(@Nullable String text) {
        return text == null ? null : LocalDateTime.parse(text, TEXT).format(DateTimeFormatter.ISO_DATE_TIME) + "Z";
    }

    private JsonNode event(JsonNode event) {
        try {
            long account = accountOf(event.path("account").stringValue());
            Map<String, Double> tariffs = tariffs();
            String at = TEXT.format(
                    LocalDateTime.parse(event.path("datetime").stringValue().replace("Z", "")));
            record(event, account, null, at, tariffs);
            database.commit();
            return JSON.createObjectNode().put("account_id", account);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void record(JsonNode node, long account, @Nullable Long parent, String at, Map<String, Double> tariffs)
            throws SQLException {
        String rtype = node.path("rtype").stringValue();
        String name = node.path("name").isString() ? node.path("name").stringValue() : null;
        long resource = resource(account, parent, rtype, name, node.path("attrs"));
        if (node.has("linear") || node.has("fixed")) {
            execute("UPDATE segment SET end_at = ? WHERE resource_id = ?", at, resource);
            double quantity = node.has("linear")
                    ? node.path("linear").doubleValue()
                    : -node.path("fixed").doubleValue();
            execute(
                    "INSERT INTO segment (resource_id, cost, begin_at) VALUES (?, ?, ?)",
                    resource,
                    quantity * tariffs.getOrDefault(rtype, 1.0),
                    at);
        }
        for (JsonNode child : node.path("children")) {
            record(child, account, resource, at, tariffs);
        }
    }

    private long resource(long account, @Nullable Long parent, String rtype, @Nullable String name, JsonNode attrs)
            throws SQLException {
        // With +, as the old planner chose: by the index of accounts, and no other.
        try (PreparedStatement select = database.prepareStatement(
                "SELECT id FROM resource WHERE account_id = ? AND +parent_id IS ? AND +rtype = ? AND +name IS ?")) {
            select.setLong(1, account);
            select.setObject(2, parent);
            select.setString(3, rtype);
            select.setString(4, name);
            ResultSet row = select.executeQuery();
            if (row.next()) {
                return row.getLong(1);
            }
        }
        execute(
                "INSERT INTO resource (account_id, parent_id, rtype, name, attrs) VALUES (?, ?, ?, ?, ?)",
                account,
                parent,
                rtype,
                name,
                attrs.isObject() ? attrs.toString() : "{}");
        database.commit();
        return number("SELECT MAX(id) FROM resource");
    }

    private Map<String, Double> tariffs() throws SQLException {
        Map<String, Double> tariffs = new HashMap<>();
        try (Statement select = database.createStatement()) {
            ResultSet row = select.executeQuery("SELECT rtype, multiplier FROM tariff");
            while (row.next()) {
                tariffs.put(row.getString(1), row.getDouble(2));
            }
        }
        return tariffs;
    }

    private long accountOf(String name) throws SQLException {
        return number("SELECT id FROM account WHERE name = ?", name);
    }

    private String nameOf(long account) throws SQLException {
        try (PreparedStatement select = database.prepareStatement("SELECT name FROM account WHERE id = ?")) {
            select.setLong(1, account);
            return select.executeQuery().getString(1);
        }
    }

    private long number(String sql, Object... values) throws SQLException {
        try (PreparedStatement select = database.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                select.setObject(i + 1, values[i]);
            }
            return select.executeQuery().getLong(1);
        }
    }

    private void execute(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = database.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}
