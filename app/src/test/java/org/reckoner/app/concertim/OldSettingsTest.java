package org.reckoner.app.concertim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.app.Main;
import org.reckoner.app.config.BadConfiguration;
import org.reckoner.app.config.Configuration;
import org.reckoner.app.config.ConfigurationFile;
import org.reckoner.prices.yaml.Environment;

/// The configuration that a site has which ran concertim-openstack-service.
class OldSettingsTest {

    private static final Path FOLDER = Path.of("/etc/reckoner");

    private static final String LAST_GENERATION = """
            log_level: DEBUG
            billing_platform: killbill
            cloud_type: openstack
            message_queue: rmq
            sleep_timer: 10
            concertim:
              concertim_url: https://concertim.example.org
              concertim_username: "admin "
              concertim_password: 'secret-of-concertim: "#1"'
              default_rack_height: 42
            openstack:
              auth_url: http://keystone:35357/v3
              username: concertim
              password: secret-of-the-cloud
              project_name: admin
            rmq:
              rmq_username: openstack
              rmq_password: secret-of-rabbit
              rmq_address: 10.0.0.1
              rmq_port: 5672
              rmq_path: /
            killbill:
              api_host: http://killbill:8080/1.0/kb
              username: admin
              password: secret-of-killbill
              apikey: key-secret
              apisecret: secret-secret
              plan_name: openstack-standard-monthly
              credit_threshold: 25
            hostbill:
              api_url: https://hostbill.example.org/admin/api.php?
              api_id: "1"
              api_key: unused-secret
            """;

    @TempDir
    private Path folder = Path.of(".");

    private static OldSettings read(String text) {
        return OldSettings.read("config.yaml", text, FOLDER);
    }

    /// What Reckoner makes of it once the secrets are where it says.
    private Configuration understood(String text) {
        OldSettings old = OldSettings.read("config.yaml", text, folder);
        old.secrets().forEach((name, secret) -> {
            try {
                Files.writeString(folder.resolve(name), secret);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return ConfigurationFile.parse("reckoner.yaml", old.configuration(), Environment.none());
    }

    @Test
    void the_last_generation_is_said_in_reckoners_words() {
        OldSettings old = read(LAST_GENERATION);

        assertThat(old.configuration()).isEqualTo("""
                openstack:
                  cloud: concertim
                  clouds-file: "/etc/reckoner/clouds.yaml"
                listen:
                  url: "amqp://openstack@10.0.0.1:5672/"
                  password-file: "/etc/reckoner/rabbitmq-password"
                deliver:
                  killbill:
                    adapter: killbill
                    settings:
                      url: "http://killbill:8080"
                      user: "admin"
                      password-file: "/etc/reckoner/killbill-password"
                      api-key-file: "/etc/reckoner/killbill-api-key"
                      api-secret-file: "/etc/reckoner/killbill-api-secret"
                      plan: "openstack-standard-monthly"
                      mode: usage
                      cluster-id: cluster
                concertim:
                  billing: killbill
                  # since: 2026-12
                  middleware:
                    host: 0.0.0.0
                    jwt-secret-file: "/etc/reckoner/concertim-jwt-secret"
                    credit-threshold: 25
                  push:
                    every: 60s
                    settings:
                      url: "https://concertim.example.org"
                      username: "admin"
                      password-file: "/etc/reckoner/concertim-password"
                      cluster-id: cluster
                """);
        Configuration understood = understood(LAST_GENERATION);
        assertThat(understood.concertim()).isPresent();
        assertThat(understood.listen().orElseThrow().settings().toString()).doesNotContain("secret-of");
    }

    @Test
    void no_secret_is_in_it_and_each_is_in_a_file_of_its_own() {
        OldSettings old = read(LAST_GENERATION);

        assertThat(old.configuration() + old.notes())
                .doesNotContain("secret-of", "key-secret\n", "secret-secret", "unused-secret");
        assertThat(old.secrets())
                .containsOnlyKeys(
                        "clouds.yaml",
                        "concertim-password",
                        "killbill-api-key",
                        "killbill-api-secret",
                        "killbill-password",
                        "rabbitmq-password")
                .containsEntry("concertim-password", "secret-of-concertim: \"#1\"\n")
                .containsEntry("killbill-api-key", "key-secret\n");
    }

    @Test
    void what_cannot_be_said_is_told() {
        assertThat(read(LAST_GENERATION + "surprise: 1\n").notes())
                .anySatisfy(note -> assertThat(note).startsWith("log_level: "))
                .anySatisfy(note -> assertThat(note).startsWith("concertim.default_rack_height: "))
                .anySatisfy(note -> assertThat(note).startsWith("hostbill: not the billing_platform"))
                .anySatisfy(note -> assertThat(note).startsWith("sleep_timer: 10 s"))
                .anySatisfy(note -> assertThat(note).contains("JWT_SECRET"))
                .contains("surprise: nothing here says the same");
    }

    @Test
    void the_generation_before_may_bill_by_hostbill_and_has_its_threshold_at_the_top() {
        String text = """
                billing_platform: hostbill
                credit_threshold: 24
                openstack: {auth_url: "http://keystone:5000/v2.0", admin_username: a, admin_password: b, tenant_name: admin}
                hostbill: {api_url: "https://hostbill.example.org/admin/api.php?", api_id: 7, api_key: secret-of-hostbill}
                """;
        OldSettings hostBill = read(text);

        assertThat(hostBill.configuration())
                .contains("adapter: hostbill", "url: \"https://hostbill.example.org\"", "api-id: \"7\"")
                .doesNotContain("middleware", "push", "secret-of");
        assertThat(understood(text).concertim()).isPresent();
        assertThat(hostBill.secrets().get("clouds.yaml"))
                .contains("auth_url: \"http://keystone:5000/v3\"", "project_name: \"admin\"", "username: \"a\"");
        assertThat(hostBill.notes())
                .anySatisfy(note -> assertThat(note).contains("Identity API v2"))
                .anySatisfy(note -> assertThat(note).contains("currencies"));

        OldSettings killBill = read("""
                billing_platform: killbill
                credit_threshold: 24
                killbill: {api_host: "killbill:8080", username: admin}
                """);
        assertThat(killBill.configuration()).contains("url: \"http://killbill:8080\"", "credit-threshold: 24");
        assertThat(killBill.notes()).anySatisfy(note -> assertThat(note).contains("killbill.password is missing"));
    }

    @Test
    void all_that_is_wrong_is_told_at_once_and_no_secret_with_it() {
        assertThatThrownBy(() -> read("""
                        billing_platform: paper
                        cloud_type: aws
                        rmq: {rmq_password: [secret-of-rabbit]}
                        """))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("expected killbill or hostbill")
                .hasMessageContaining("the only cloud known here")
                .hasMessageContaining("'rmq_address' is missing")
                .hasMessageNotContaining("secret-of");
    }

    @Test
    void the_command_writes_secrets_for_its_user_alone_and_over_nothing() throws IOException {
        Path file = Files.writeString(folder.resolve("config.yaml"), LAST_GENERATION);
        Path secrets = folder.resolve("secrets");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int exit = run(out, err, "import", "concertim", file.toString(), "--secrets", secrets.toString());

        assertThat(exit).as(err.toString()).isZero();
        assertThat(out + err.toString()).doesNotContain("secret-of", "secret-secret");
        try (Stream<Path> written = Files.list(secrets)) {
            assertThat(written.toList())
                    .hasSize(6)
                    .allSatisfy(one -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one)))
                            .isEqualTo("rw-------"));
        }
        Files.writeString(secrets.resolve("killbill-password"), "another");
        StringWriter again = new StringWriter();
        assertThat(run(out, again, "import", "concertim", file.toString(), "--secrets", secrets.toString()))
                .isEqualTo(2);
        assertThat(again.toString()).contains("already; nothing was written");
        assertThat(secrets.resolve("killbill-password")).hasContent("another");
    }

    private static int run(StringWriter out, StringWriter err, String... arguments) {
        return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    }
}
