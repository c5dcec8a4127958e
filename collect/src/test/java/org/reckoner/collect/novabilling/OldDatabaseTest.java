package org.reckoner.collect.novabilling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is read of nova-billing's databases, and what is refused.
class OldDatabaseTest {

    @TempDir
    private Path folder = Path.of(".");

    private static OldBilling read(Path file) throws IOException {
        return OldDatabase.read(file, rows -> {});
    }

    private Path text(String text) {
        return ShippedHeart.write(folder.resolve("dump.sql"), text);
    }

    private void refuses(String dump, String... words) {
        assertThatThrownBy(() -> read(text(dump)))
                .isInstanceOf(UnreadableDatabase.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void a_file_and_a_dump_of_the_same_database_say_the_same() throws IOException {
        ShippedHeart story = ShippedHeart.story();
        OldBilling file = read(story.sqlite(folder.resolve("old.db")));
        OldBilling dump = read(text(story.dump()));
        assertThat(file.generation()).isEqualTo(OldBilling.Generation.G2);
        assertThat(file.accounts()).hasSize(1);
        assertThat(file.accounts().getFirst().costCenter()).contains("center 34");
        assertThat(file.resources()).hasSize(6);
        assertThat(file.segments()).hasSize(28);
        assertThat(dump.accounts()).isEqualTo(file.accounts());
        assertThat(dump.resources()).isEqualTo(file.resources());
        assertThat(Histories.of(dump).changes()).isEqualTo(Histories.of(file).changes());
    }

    @Test
    void reading_leaves_the_file_as_it_is() throws IOException {
        Path file = ShippedHeart.story().sqlite(folder.resolve("old.db"));
        byte[] before = Files.readAllBytes(file);
        read(file);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void a_dump_that_ends_at_any_place_is_refused() {
        String dump = ShippedHeart.story().dump();
        for (int length = 0; length < dump.length() - "-- Dump completed".length() - 22; length += 7) {
            Path file = text(dump.substring(0, length));
            assertThatThrownBy(() -> read(file)).as("%d characters", length).isInstanceOf(UnreadableDatabase.class);
        }
    }

    @Test
    void texts_of_a_dump_may_hold_whatever_ends_statements() throws IOException {
        ShippedHeart heart = new ShippedHeart();
        heart.account(1, "O\\'Brien; -- \\\\ `x` (y),''z''", null);
        OldBilling billing = read(text(heart.dump()));
        assertThat(billing.accounts().getFirst().name()).isEqualTo("O'Brien; -- \\ `x` (y),'z'");
    }

    @Test
    void rows_may_name_their_columns_in_any_order() throws IOException {
        String dump = new ShippedHeart()
                .dump()
                .replace(
                        "LOCK TABLES `account` WRITE;",
                        "INSERT INTO `nova`.`account` (`name`, `id`) VALUES ('a', 7), ('b', 8);");
        assertThat(read(text(dump)).accounts().stream().map(OldBilling.Account::id))
                .containsExactly(7L, 8L);
    }

    @Test
    void what_is_no_database_is_refused() throws IOException {
        refuses("", "is empty");
        refuses("Dear all,\nthis is a letter.\n", "neither an SQLite file nor a dump");
        refuses("CREATE TABLE instances (id int);\n", "no database of nova-billing", "none of its tables");
        Path garbage = Files.write(folder.resolve("garbage"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertThatThrownBy(() -> read(garbage)).hasMessageContaining("neither an SQLite file nor a dump");
        Path broken = Files.writeString(folder.resolve("broken.db"), "SQLite format 3\0 and then nothing");
        assertThatThrownBy(() -> read(broken))
                .isInstanceOf(UnreadableDatabase.class)
                .hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> read(folder.resolve("missing"))).isInstanceOf(IOException.class);
    }

    @Test
    void a_database_without_all_of_its_tables_is_refused() {
        refuses(
                "CREATE TABLE account (id int, name varchar(255));\nCREATE TABLE tariff (rtype varchar(16), multiplier float);\n",
                "no more of its tables than account, tariff",
                "Expected are account, resource, segment and tariff");
        refuses("CREATE TABLE account (id int, project text);\n", "the table account is not nova-billing's", "name");
    }

    @Test
    void who_refers_to_nothing_is_named() {
        ShippedHeart segment = ShippedHeart.story();
        segment.segment(99, "1", "2011-01-01 00:00:00", null);
        refuses(segment.dump(), "table segment, row 29", "there is no resource 99");
        ShippedHeart resource = new ShippedHeart();
        resource.resource(4, "x", "y", 77, null, "{}");
        refuses(resource.dump(), "table resource, row 4", "there is no account 77");
        ShippedHeart parent = new ShippedHeart();
        parent.account(1, "a", null);
        parent.resource(4, "x", "y", 1, 5, "{}");
        parent.resource(5, "x", "y", 1, 4, "{}");
        refuses(parent.dump(), "it is above itself");
    }

    @Test
    void a_value_that_is_none_is_named() {
        ShippedHeart heart = ShippedHeart.story();
        heart.segment(6, "abc", "2011-01-01 00:00:00", null);
        refuses(heart.dump(), "table segment, row 29", "cost is no number: 'abc'");
        ShippedHeart time = ShippedHeart.story();
        time.segment(6, "1", "0000-00-00 00:00:00", null);
        refuses(time.dump(), "begin_at is no time: '0000-00-00 00:00:00'");
        ShippedHeart attrs = ShippedHeart.story();
        attrs.resource(7, "x", "y", 1, null, "{broken");
        refuses(attrs.dump(), "table resource, row 7", "attrs are no JSON");
        ShippedHeart tariff = ShippedHeart.story();
        tariff.tariff("x", "-1");
        refuses(tariff.dump(), "the tariff of x is negative");
    }

    @Test
    void the_first_generation_tells_instances_and_volumes_by_their_states() throws IOException, SQLException {
        Path file = folder.resolve("first.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : List.of(
                    "CREATE TABLE billing_instance_info (id, instance_id, project_id, local_gb, memory_mb, vcpus)",
                    "CREATE TABLE billing_instance_segment (id, instance_info_id, segment_type, begin_at, end_at)",
                    "CREATE TABLE billing_volumes_info (id, volume_id, project_id, allocated_bytes)",
                    "CREATE TABLE billing_volumes_info_segment (id, info_id, segment_type, begin_at, end_at)",
                    "INSERT INTO billing_instance_info VALUES (1, 16, 'systenant', 20, 2048, 1), (2, 17, NULL, 1, 1, 1)",
                    "INSERT INTO billing_instance_segment VALUES (1, 1, 0, '2011-01-02 00:00:00', '2011-01-03 00:00:00')",
                    "INSERT INTO billing_instance_segment VALUES (2, 1, 7, '2011-01-03 00:00:00', '2011-01-04 00:00:00')",
                    "INSERT INTO billing_instance_segment VALUES (3, 1, 3, '2011-01-04 00:00:00', NULL)",
                    "INSERT INTO billing_instance_segment VALUES (4, 2, 0, '2011-01-04 00:00:00', NULL)",
                    "INSERT INTO billing_volumes_info VALUES (1, 14, 'systenant', 2147483648)",
                    "INSERT INTO billing_volumes_info_segment VALUES (1, 1, 0, '2011-01-03 00:00:00', NULL)")) {
                statement.executeUpdate(sql);
            }
        }
        assertThat(OldDatabase.isOne(file)).isTrue();
        OldBilling billing = read(file);
        assertThat(billing.generation()).isEqualTo(OldBilling.Generation.G0);
        assertThat(billing.notes()).hasSize(1);
        assertThat(billing.resources().stream().map(OldBilling.Resource::rtype))
                .containsExactly("nova/instance", "local_gb", "memory_mb", "vcpus", "nova/volume");
        assertThat(Histories.of(billing).changes().stream()
                        .map(change -> change.resource() + " " + change.at() + " " + change.quantity()))
                .contains(
                        "2 2011-01-02T00:00:00Z 20",
                        "4 2011-01-02T00:00:00Z 1",
                        "3 2011-01-03T00:00:00Z 0",
                        "2 2011-01-03T00:00:00Z 20",
                        "3 2011-01-04T00:00:00Z 2048",
                        "4 2011-01-04T00:00:00Z 0",
                        "5 2011-01-03T00:00:00Z 2");
        assertThat(Comparison.of(Histories.of(billing), java.time.Instant.parse("2012-01-01T00:00:00Z")))
                .isEmpty();
    }
}
