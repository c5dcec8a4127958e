package org.reckoner.app;

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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reckoner.app.config.BadConfiguration;
import org.reckoner.app.config.Configuration;
import org.reckoner.app.config.ConfigurationFile;
import org.reckoner.app.config.Logging;
import org.reckoner.collect.novabilling.Casts;
import org.reckoner.collect.rabbitmq.Broker;
import org.reckoner.prices.yaml.Environment;
import org.reckoner.serve.ServerSettings;

/// Whoever comes from nova-billing brings its settings and its database.
class NovaBillingTest {

    @TempDir
    private Path folder = Path.of(".");

    private Configuration settings(String json) {
        return ConfigurationFile.read(Optional.of(file("settings.json", json)));
    }

    private Path file(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void refused(String json, String... words) {
        assertThatThrownBy(() -> settings(json))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("settings.json")
                .hasMessageContainingAll(words);
    }

    @Test
    void the_settings_of_the_package_are_understood() {
        Configuration first = settings("""
                {"host": "0.0.0.0", "port": 8787, "log_dir": "%s", "log_level": "DEBUG",
                 "log_format": "%%(asctime)-15s:nova-billing:%%(levelname)s:%%(name)s:%%(message)s",
                 "heart_db_url": "sqlite://///var/lib/nova-billing/nova-billing.db",
                 "billing_heart_url": "http://127.0.0.1:8787", "admin_token": "999888777666",
                 "nova_url": "http://127.0.0.1:8774/v1.1", "keystone_url": "http://127.0.0.1:35357/v2.0",
                 "nova_conf": "nova.conf"}""".formatted(folder));
        assertThat(first.ledger().url()).isEqualTo("jdbc:sqlite:/var/lib/nova-billing/nova-billing.db");
        ServerSettings serve = first.serve().orElseThrow();
        assertThat(serve.host()).isEqualTo("0.0.0.0");
        assertThat(serve.port()).isEqualTo(8787);
        assertThat(serve.keystone().orElseThrow().url()).hasToString("http://127.0.0.1:35357/v3");
        Logging logging = first.logging().orElseThrow();
        assertThat(logging.level()).isEqualTo("DEBUG");
        assertThat(logging.folder()).contains(folder);
        assertThat(logging.pattern())
                .contains("%-15d{yyyy-MM-dd HH:mm:ss.SSS, UTC}:nova-billing:%level:%logger{20}:%msg%n");
    }

    @Test
    void the_settings_of_the_second_generation_are_understood() {
        Configuration second = settings("""
                {"heart_db_uri": "postgresql+psycopg2://billing:p%%40ss@db.example.org:5433/billing?sslmode=require",
                 "keystone_conf": {"auth_uri": "https://keystone:5000/v2.0/", "tenant_name": "service",
                                   "username": "nova-billing", "password": "secret", "region_name": "north"}}""".replace("%%", "%"));
        assertThat(second.ledger().url()).isEqualTo("jdbc:postgresql://db.example.org:5433/billing?sslmode=require");
        assertThat(second.ledger().user()).contains("billing");
        assertThat(second.ledger().password().orElseThrow().text()).isEqualTo("p@ss");
        assertThat(second.toString()).doesNotContain("p@ss", "secret");
        assertThat(second.region()).isEqualTo("north");
        ServerSettings serve = second.serve().orElseThrow();
        assertThat(serve.host()).isEqualTo("127.0.0.1");
        assertThat(serve.keystone().orElseThrow().url()).hasToString("https://keystone:5000/v3");
        assertThat(serve.heart().region()).isEqualTo("north");
    }

    @Test
    void the_broker_of_the_settings_is_listened_to_for_commands_only() {
        Configuration.Listen listen = settings("""
                {"rabbit_host": "broker", "rabbit_port": "5673", "rabbit_userid": "nova", "rabbit_password": "secret",
                 "rabbit_virtual_host": "/cloud", "rabbit_durable_queues": true, "control_exchange": "nova-1",
                 "os_release": "essex"}""").listen().orElseThrow();
        assertThat(listen.notifications()).isFalse();
        Configuration.CastSettings casts = listen.casts().orElseThrow();
        assertThat(casts.names()).isEqualTo(Casts.Names.UUID);
        assertThat(casts.settings().queue()).isEqualTo("reckoner-casts");
        assertThat(casts.settings().exchanges()).containsExactly("nova-1");
        assertThat(casts.settings().routingKeys()).containsExactly("compute.#");
        assertThat(casts.settings().durableExchanges()).isTrue();
        Broker broker = casts.settings().brokers().getFirst();
        assertThat(broker).isEqualTo(new Broker("broker", 5673, "/cloud", "nova", "secret", false));
        assertThat(settings("{}").listen()).isEmpty();
    }

    @Test
    void commands_are_listened_to_beside_notifications_where_a_section_says_so() {
        Configuration.Listen both = ConfigurationFile.parse("reckoner.yaml", """
                listen:
                  url: amqp://broker/
                  rpc-casts: {}
                """, Environment.none())
                .listen()
                .orElseThrow();
        assertThat(both.notifications()).isTrue();
        assertThat(both.casts().orElseThrow().settings().exchanges()).containsExactly("nova");
        Configuration.Listen commands = ConfigurationFile.parse("reckoner.yaml", """
                listen:
                  url: amqp://broker/
                  notifications: false
                  rpc-casts: {queue: q, exchange: e, instances-by: number}
                """, Environment.none())
                .listen()
                .orElseThrow();
        assertThat(commands.notifications()).isFalse();
        assertThat(commands.casts().orElseThrow().names()).isEqualTo(Casts.Names.NUMBER);
        assertThat(commands.casts().orElseThrow().settings().queue()).isEqualTo("q");
    }

    @ParameterizedTest
    @CsvSource({
        "sqlite:///ledger.db, jdbc:sqlite:ledger.db",
        "sqlite:////var/lib/ledger.db, jdbc:sqlite:/var/lib/ledger.db",
        "postgres://db/billing, jdbc:postgresql://db/billing",
        "postgresql://u@db/billing, jdbc:postgresql://db/billing",
    })
    void a_database_is_named_as_sqlalchemy_names_it(String url, String ledger) {
        assertThat(settings("{\"heart_db_uri\": \"%s\"}".formatted(url))
                        .ledger()
                        .url())
                .isEqualTo(ledger);
    }

    @Test
    void without_a_keystone_it_must_be_said_that_nobody_is_asked() {
        assertThat(settings("{\"host\": \"0.0.0.0\"}").serve()).isEmpty();
        Cli serve = Cli.reckoner("--config", file("settings.json", "{}").toString(), "serve");
        assertThat(serve.exit()).isEqualTo(2);
        assertThat(serve.err()).contains("keystone_conf");
    }

    @Test
    void what_is_wrong_is_told_with_file_and_key() {
        refused("{\"host\": \"x\"", "this is not JSON", "line 1");
        refused("{\"host\": \"a\", \"host\": \"b\"}", "host");
        refused("[]", "expected an object");
        refused("", "expected an object");
        refused("{\"hots\": \"x\"}", "hots: unknown key; known are admin_token,");
        refused(
                "{\"host\": 5, \"port\": 0, \"rabbit_port\": \"x\"}",
                "host: expected a text",
                "port: expected a whole",
                "rabbit_port: expected a whole");
        refused("{\"rabbit_durable_queues\": \"yes\"}", "rabbit_durable_queues: expected true or false");
        refused("{\"log_level\": \"LOUD\"}", "log_level: expected DEBUG, INFO, WARN or ERROR");
        refused("{\"log_format\": \"%(lineno)d\"}", "log_format: has '%(lineno)d', which is not understood");
        refused("{\"log_dir\": \"/nowhere/at/all\"}", "log_dir: the folder /nowhere/at/all is not there");
        refused("{\"keystone_conf\": \"x\"}", "keystone_conf: expected an object");
        refused("{\"keystone_conf\": {\"user\": \"x\"}}", "keystone_conf.user: unknown key");
        refused("{\"keystone_url\": \"keystone\"}", "keystone_url: expected an address");
        refused(
                "{\"heart_db_url\": \"mysql://root:secret@db/billing\"}",
                "heart_db_url",
                "mysqldump",
                "import nova-billing");
        refused("{\"heart_db_url\": \"sqlite://\"}", "heart_db_url: names no file");
        refused("{\"heart_db_url\": \"nova-billing.db\"}", "heart_db_url: expected sqlite:");
        refused("{\"heart_db_url\": \"sqlite:////a\", \"heart_db_uri\": \"sqlite:////b\"}", "another database than");
        refused("{\"os_release\": \"folsom\"}", "os_release: expected diablo or essex");
        assertThatThrownBy(() -> settings("{\"heart_db_url\": \"postgresql://u:pa ss@db/x\"}"))
                .hasMessageNotContaining("pa ss");
    }

    @Test
    void what_is_set_is_shown_without_secrets() {
        Path settings = file("settings.json", """
                {"host": "127.0.0.1", "admin_token": "999888777666", "rabbit_password": "hunter2",
                 "heart_db_url": "postgresql://u:hunter2@db/billing", "keystone_conf": {"password": "hunter2"}}""");
        Cli config = Cli.reckoner("--config", settings.toString(), "--format", "csv", "config");
        assertThat(config.exit()).as(config.err()).isZero();
        assertThat(config.out())
                .contains("host,127.0.0.1,", "keystone_conf.password,***,", "postgresql://u:***@db/billing")
                .doesNotContain("hunter2", "999888777666");
    }

    @Test
    void a_configuration_of_our_own_may_be_written_as_json() {
        Configuration own = settings("{\"ledger\": {\"url\": \"jdbc:sqlite:own.db\"}, \"region\": \"north\"}");
        assertThat(own.ledger().url()).isEqualTo("jdbc:sqlite:own.db");
        assertThat(own.region()).isEqualTo("north");
        assertThat(settings("{\"openstack\": {\"cloud\": \"north\"}}").ledger().url())
                .isEqualTo(Configuration.USUAL.ledger().url());
    }

    /// As mysqldump writes it: a server that was stopped for a day, and a fixed charge.
    private Path dump() {
        return file("dump.sql", """
                CREATE TABLE `account` (`id` int(11) NOT NULL, `name` varchar(255), PRIMARY KEY (`id`));
                INSERT INTO `account` VALUES (1,'systenant');
                CREATE TABLE `resource` (`id` int(11), `name` varchar(255), `rtype` varchar(16), `account_id` int(11),
                  `parent_id` int(11), `attrs` text);
                INSERT INTO `resource` VALUES (1,'16','nova/instance',1,NULL,'{}'),(2,NULL,'vcpus',1,1,'{}'),
                  (3,'r','router',1,NULL,'{}');
                CREATE TABLE `segment` (`id` int(11), `resource_id` int(11), `cost` double, `begin_at` datetime,
                  `end_at` datetime);
                INSERT INTO `segment` VALUES (1,1,0,'2011-01-02 00:00:00',NULL),
                  (2,2,63113904,'2011-01-02 00:00:00','2011-01-04 00:00:00'),
                  (3,2,0,'2011-01-03 00:00:00','2011-01-04 00:00:00'),(4,2,63113904,'2011-01-04 00:00:00',NULL),
                  (5,3,-15,'2011-01-10 00:00:00',NULL);
                CREATE TABLE `tariff` (`rtype` varchar(16), `multiplier` double);
                INSERT INTO `tariff` VALUES ('vcpus',31556952),('router',3);
                """);
    }

    private Cli on(String... arguments) {
        return Cli.on(folder.resolve("ledger.db"), arguments);
    }

    @Test
    void a_database_becomes_accounts_tariffs_and_a_bill_and_what_was_wrong_is_reported() {
        String dump = dump().toString();
        Cli dry = on("--now", "2011-02-01T00:00:00Z", "import", "nova-billing", dump, "--dry-run");
        assertThat(dry.exit()).as(dry.err()).isZero();
        assertThat(folder.resolve("ledger.db")).doesNotExist();

        Cli first = on("--now", "2011-02-01T00:00:00Z", "--format", "csv", "import", "nova-billing", dump);
        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(first.err()).contains("nova-billing 2.0: 1 accounts, 3 resources, 5 segments, 2 tariffs");
        assertThat(first.err()).contains("New in the ledger: 1 accounts, 3 resources, 2 tariffs, 5 changes");
        assertThat(first.err()).contains("stretched 172800.00", "fixed_negative -30.00");
        assertThat(first.out().lines())
                .containsExactly(
                        "account,months,billed,documented,difference,stretched,left_open,duplicate,out_of_order,fixed_negative,fixed_repeated",
                        "systenant,2011-01,5183985.00,5011215.00,172770.00,172800.00,0.00,0.00,0.00,-30.00,0.00");

        Cli again = on("import", "nova-billing", dump);
        assertThat(again.err()).contains("New in the ledger: 0 accounts, 0 resources, 0 tariffs, 0 changes");

        Cli bill = on(
                "--format",
                "csv",
                "bill",
                "--account",
                "systenant",
                "--period",
                "2011-01",
                "--until",
                "2011-02-01T00:00:00Z");
        assertThat(bill.exit()).as(bill.err()).isZero();
        assertThat(bill.out()).contains("5011200").contains("15.00");
    }

    @Test
    void the_old_database_is_never_made_a_ledger() throws SQLException {
        Path old = folder.resolve("nova-billing.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + old);
                Statement statement = connection.createStatement()) {
            for (String table : List.of("account", "resource", "segment", "tariff")) {
                statement.executeUpdate("CREATE TABLE " + table + " (id INTEGER)");
            }
        }
        Path settings = file("settings.json", "{\"heart_db_url\": \"sqlite:///%s\"}".formatted(old));
        Cli cli = Cli.reckoner("--config", settings.toString(), "accounts", "list");
        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("nova-billing's own database", "import nova-billing " + old);
    }

    @Test
    void each_month_can_be_compared_by_itself() {
        Cli cli = on(
                "--now",
                "2011-03-01T00:00:00Z",
                "--format",
                "csv",
                "import",
                "nova-billing",
                dump().toString(),
                "--dry-run",
                "--by-month");
        assertThat(cli.out().lines().map(line -> line.split(",")[1])).containsExactly("month", "2011-01", "2011-02");
    }

    @Test
    void what_is_no_database_is_refused_and_nothing_is_written() {
        Cli cli = on("import", "nova-billing", file("letter", "Dear all").toString());
        assertThat(cli.exit()).isEqualTo(2);
        assertThat(cli.err()).contains("neither an SQLite file nor a dump");
        assertThat(on("import", "nova-billing", folder.resolve("missing").toString())
                        .err())
                .contains("it is not there");
        assertThat(folder.resolve("ledger.db")).doesNotExist();
    }
}
