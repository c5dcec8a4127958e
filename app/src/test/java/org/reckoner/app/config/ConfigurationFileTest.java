package org.reckoner.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.reckoner.collect.rabbitmq.Broker;
import org.reckoner.prices.yaml.Environment;
import org.reckoner.prices.yaml.YamlDocument;

/// The file, and what the environment says instead.
class ConfigurationFileTest {

    private static final String FILE = """
            region: north
            listen:
              url: amqp://reckoner:secret@rabbit:5672/
              first-retry: 3s
            """;

    private static Configuration read(String text, Map<String, String> environment) {
        return ConfigurationFile.parse("reckoner.yaml", text, new Environment("RECKONER", environment));
    }

    @Test
    void an_empty_file_asks_for_the_usual() {
        assertThat(read("{}", Map.of())).isEqualTo(Configuration.USUAL);
    }

    @Test
    void the_environment_goes_before_the_file_and_leaves_the_rest() {
        Configuration configuration = read(
                FILE,
                Map.of("RECKONER_REGION", "south", "RECKONER_LISTEN_FIRST_RETRY", "9s", "RECKONER_LEDGER_URL", ""));

        assertThat(configuration.region()).isEqualTo("south");
        assertThat(configuration.listen().orElseThrow().settings().firstRetry()).isEqualTo(Duration.ofSeconds(9));
        assertThat(configuration.listen().orElseThrow().settings().brokers())
                .extracting(Broker::host)
                .containsExactly("rabbit");
        assertThat(configuration.ledger()).isEqualTo(Configuration.USUAL.ledger());
    }

    @Test
    void a_section_can_be_in_the_environment_alone() {
        Configuration configuration = read(
                "{}",
                Map.of(
                        "RECKONER_SERVE_KEYSTONE_URL", "http://keystone:5000/v3",
                        "RECKONER_SERVE_KEYSTONE_ADMIN_ROLES", "[admin, billing]",
                        "RECKONER_LEDGER_URL", "jdbc:sqlite:/var/lib/reckoner/ledger.db"));

        assertThat(configuration.serve().orElseThrow().keystone().orElseThrow().adminRoles())
                .containsExactly("admin", "billing");
        assertThat(configuration.ledger().url()).isEqualTo("jdbc:sqlite:/var/lib/reckoner/ledger.db");
    }

    @Test
    void a_mistake_in_the_environment_is_told_as_one() {
        assertThatThrownBy(() ->
                        read("{}", Map.of("RECKONER_SERVE_PORT", "many", "RECKONER_SERVE_NO_AUTHENTICATION", "true")))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("environment: serve: 'port' is 'many'; expected a whole number");
    }

    @Test
    void what_is_set_is_shown_with_its_origin_and_without_passwords() {
        Environment environment = new Environment("RECKONER", Map.of("RECKONER_LISTEN_FIRST_RETRY", "9s"));
        ConfigurationFile.parse("reckoner.yaml", FILE, environment);

        assertThat(Setting.all(
                        "reckoner.yaml",
                        YamlDocument.parse("reckoner.yaml", FILE).root(),
                        environment))
                .containsExactly(
                        Map.entry("listen.first-retry", new Setting("9s", "RECKONER_LISTEN_FIRST_RETRY")),
                        Map.entry("listen.url", new Setting("amqp://reckoner:***@rabbit:5672/", "reckoner.yaml")),
                        Map.entry("region", new Setting("north", "reckoner.yaml")));
    }
}
