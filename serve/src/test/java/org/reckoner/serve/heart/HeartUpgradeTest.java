package org.reckoner.serve.heart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reckoner.ledger.Database;

/// A ledger that the first release of the Heart's tables filled, and goes on as if nothing had been.
class HeartUpgradeTest extends OnEachDatabase {

    private static final long JANUARY = 1_293_840_000_000_000L;
    private static final long DAY = 86_400_000_000L;

    /// An instance `b` that was `a` once, with a disk; a new instance `a`; and a volume that was deleted. Of an
    /// account with a name that paths spell otherwise.
    private void open(boolean legacy) {
        String url = database.fresh();
        try (Database first = TestDatabase.open(url)) {
            first.change(HeartUpgradeTest::dropTables);
        }
        flyway(database, url).target("1").load().migrate();
        try (Database first = TestDatabase.open(url)) {
            first.change(handle -> {
                fill(handle);
                handle.execute("INSERT INTO heart_mode (mode) VALUES (?)", legacy ? "legacy" : "documented");
            });
        }
        house = new House(url, legacy);
    }

    /// Flyway, as the application uses it for the Heart's tables.
    static FluentConfiguration flyway(TestDatabase database, String url) {
        return Flyway.configure()
                .dataSource(url, null, null)
                .placeholders(
                        database == TestDatabase.SQLITE
                                ? Map.of("number", "INTEGER NOT NULL", "in_key_order", "WITHOUT ROWID")
                                : Map.of("number", "BIGINT NOT NULL", "in_key_order", ""))
                .locations("classpath:" + Heart.SCHEMA)
                .table(Heart.HISTORY)
                .ignoreMigrationPatterns(new String[0])
                .baselineOnMigrate(true)
                .baselineVersion("0");
    }

    private static void dropTables(Handle handle) {
        List.of("segment", "change", "posted", "resource", "account", "cost_center", "rtype", "tariff", "mode")
                .forEach(table -> handle.execute("DROP TABLE heart_" + table));
        handle.execute("DROP TABLE " + Heart.HISTORY);
    }

    private static void fill(Handle handle) {
        handle.execute("INSERT INTO heart_account (id, name, project, changed) VALUES (1, 't/1', 't/1', 3)");
        resource(handle, 1, null, "x", "b", "x:b", "t%2F1/x:a", 1, null);
        resource(handle, 2, 1L, "y", null, "y:", "t%2F1/x:a/y:", 2, null);
        resource(handle, 3, null, "x", "a", "x:a", "t%2F1/x:a%#3", 3, null);
        resource(handle, 4, null, "v", "gone", "v:gone", "t%2F1/v:gone", 1, 4L);
        change(handle, 1, 1, "linear", "1");
        change(handle, 2, 2, "linear", "10");
        change(handle, 3, 3, "linear", "100");
        change(handle, 4, 1, "linear", "1000");
        change(handle, 4, 4, "closed", "0");
        List.of("x", "y", "v").forEach(rtype -> handle.execute("INSERT INTO heart_rtype (rtype) VALUES (?)", rtype));
    }

    private static void resource(
            Handle handle,
            long id,
            @Nullable Long parent,
            String rtype,
            @Nullable String name,
            String step,
            String path,
            int from,
            @Nullable Long to) {
        handle.execute(
                """
                INSERT INTO heart_resource (id, account_id, parent_id, rtype, name, identity, path, attrs,
                                            opened_at, latest_at, open_segment, closed_at)
                VALUES (?, 1, ?, ?, ?, ?, ?, '{"k":"v"}', ?, ?, ?, ?)""",
                id,
                parent,
                rtype,
                name,
                "1/" + (parent == null ? 0 : parent) + "/" + step,
                path,
                JANUARY + from * DAY,
                JANUARY + (to == null ? from : to) * DAY,
                to == null ? id : null,
                to == null ? null : JANUARY + to * DAY);
        handle.execute(
                """
                INSERT INTO heart_segment (id, account_id, resource_id, kind, quantity, tariff, cost, begin_at, end_at)
                VALUES (?, 1, ?, 'linear', '1', 0, ?, ?, ?)""",
                id,
                id,
                id == 1 ? "7" : null,
                JANUARY + from * DAY,
                to == null ? Long.MAX_VALUE : JANUARY + to * DAY);
    }

    private static void change(Handle handle, long resource, int day, String kind, String quantity) {
        long event = 10 * resource + day;
        handle.execute("INSERT INTO heart_posted (number, hash) VALUES (?, ?)", event, "hash " + event);
        handle.execute(
                "INSERT INTO heart_change (resource_id, at, event, node, kind, quantity, tariff) VALUES (?, ?, ?, 0, ?, ?, 0)",
                resource,
                JANUARY + day * DAY,
                event,
                kind,
                quantity);
    }

    private void tariffOfAYear() {
        house.tariff("2010-01-01T00:00:00Z", true, "{\"x\": %1$d, \"y\": %1$d, \"v\": %1$d}".formatted(House.YEAR));
    }

    private TreeMap<Long, Long> days() {
        TreeMap<Long, Long> days = new TreeMap<>();
        house.costs("time_period=2011-01").forEach((id, cost) -> days.put(id, cost.longValueExact() / 86_400));
        return days;
    }

    @Test
    void bills_are_what_was_told() {
        open(false);
        tariffOfAYear();
        assertThat(days()).isEqualTo(new TreeMap<>(Map.of(1L, 30L, 2L, 290L, 3L, 2_800L, 4L, 3_000L)));
        assertThat(house.get("/v2/report?time_period=2011-01").body())
                .contains("\"created_at\":\"2011-01-02T00:00:00Z\",\"destroyed_at\":\"2011-01-05T00:00:00Z\"")
                .contains("\"parent_id\":1");
    }

    @Test
    void in_legacy_mode_segments_stay_as_they_were() {
        open(true);
        List<String> costs = house.ledger
                .database()
                .read(handle -> handle.createQuery("SELECT cost FROM heart_segment ORDER BY id")
                        .mapTo(String.class)
                        .list());
        assertThat(costs).containsExactly("7");
        house.restart(false);
        tariffOfAYear();
        assertThat(days()).containsEntry(4L, 3_000L);
    }

    @Test
    void events_that_are_posted_afterwards_go_on_with_it() {
        open(false);
        tariffOfAYear();
        house.post("/v2/event", """
                [{"account": "t/1", "rtype": "x", "name": "b", "datetime": "2011-01-11T00:00:00Z", "fixed": null,
                  "children": [{"rtype": "y", "fixed": null}]},
                 {"account": "t/1", "rtype": "x", "name": "a", "datetime": "2011-01-11T00:00:00Z", "fixed": null},
                 {"account": "t/1", "rtype": "v", "name": "gone", "datetime": "2011-01-03T00:00:00Z", "linear": 0}]""");
        assertThat(days()).isEqualTo(new TreeMap<>(Map.of(1L, 9L, 2L, 80L, 3L, 700L, 4L, 1_000L)));
        assertThat(house.ledger.resources().all(Optional.of("t/1"), Optional.empty()))
                .extracting(resource -> resource.id())
                .containsExactlyInAnyOrder("t%2F1/v:gone", "t%2F1/x:a", "t%2F1/x:a%#3", "t%2F1/x:a/y:");
        assertThat(house.get("/resource").json()).hasSize(4);
    }

    @Test
    void names_and_parents_are_found_as_before() {
        open(false);
        assertThat(house.get("/v2/resource?parent_id=1").json()).hasSize(1);
        assertThat(house.get("/v2/resource?parent_id=0").json()).isEmpty();
        assertThat(house.put("/v2/resource?id=1", "{\"name\": \"a\"}").status()).isEqualTo(409);
        assertThat(house.get("/v2/resource?id=2")
                        .json()
                        .get(0)
                        .path("attrs")
                        .path("k")
                        .stringValue())
                .isEqualTo("v");
    }
}
