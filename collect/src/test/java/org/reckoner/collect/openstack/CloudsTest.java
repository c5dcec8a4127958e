package org.reckoner.collect.openstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.collect.openstack.Credentials.ApplicationCredential;
import org.reckoner.collect.openstack.Credentials.Domain;
import org.reckoner.collect.openstack.Credentials.Password;
import org.reckoner.collect.openstack.Credentials.Scope;

/// Which cloud is meant, from `clouds.yaml`, `secure.yaml` and the environment.
class CloudsTest {

    private static final String TWO = """
            clouds:
              prod:
                region_name: Paris
                interface: internal
                cacert: /etc/ssl/ours.pem
                auth:
                  auth_url: https://keystone.example.org:5000
                  username: reckoner
                  user_domain_name: Services
                  password: from-clouds
                  project_name: billing
                  project_domain_id: default
              trial:
                verify: false
                auth_type: v3applicationcredential
                auth:
                  auth_url: http://trial/identity/v3/
                  application_credential_id: abc
                  application_credential_secret: hush
            """;

    @TempDir
    private Path near = Path.of(".");

    @TempDir
    private Path far = Path.of(".");

    private Cloud choose(Map<String, String> environment, String... name) {
        return new Clouds(environment, List.of(near, far))
                .choose(
                        name.length == 0 ? Optional.empty() : Optional.of(name[0]),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
    }

    private static void write(Path folder, String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_cloud_of_the_file_says_where_and_who() {
        write(far, "clouds.yaml", TWO);

        Cloud cloud = choose(Map.of(), "prod");

        assertThat(cloud.authUrl()).isEqualTo(URI.create("https://keystone.example.org:5000/v3"));
        assertThat(cloud.region()).hasValue("Paris");
        assertThat(cloud.endpoints()).isEqualTo(Cloud.Interface.INTERNAL);
        assertThat(cloud.authority()).hasValue(Path.of("/etc/ssl/ours.pem"));
        assertThat(cloud.verify()).isTrue();
        assertThat(cloud.credentials()).isInstanceOfSatisfying(Password.class, password -> {
            assertThat(password.user().name()).hasValue("reckoner");
            assertThat(password.user().domain()).hasValue(new Domain(Optional.empty(), Optional.of("Services")));
            assertThat(password.password().value()).isEqualTo("from-clouds");
            assertThat(password.scope()).isInstanceOf(Scope.Project.class);
        });
        assertThat(cloud.toString()).doesNotContain("from-clouds");
    }

    @Test
    void an_application_credential_needs_no_user() {
        write(near, "clouds.yaml", TWO);

        Cloud cloud = choose(Map.of("OS_CLOUD", "trial"));

        assertThat(cloud.authUrl()).hasToString("http://trial/identity/v3");
        assertThat(cloud.verify()).isFalse();
        assertThat(cloud.credentials()).isInstanceOfSatisfying(ApplicationCredential.class, credential -> {
            assertThat(credential.credential().id()).hasValue("abc");
            assertThat(credential.user()).isEmpty();
            assertThat(credential.secret().value()).isEqualTo("hush");
        });
    }

    @Test
    void the_nearest_file_is_taken_and_secrets_are_laid_over_it() {
        write(far, "clouds.yaml", "clouds: {prod: {auth: {auth_url: http://far}}}");
        write(near, "clouds.yml", TWO);
        write(near, "secure.yaml", "clouds: {prod: {auth: {password: from-secure}}}");

        Cloud cloud = choose(Map.of(), "prod");

        assertThat(cloud.credentials())
                .isInstanceOfSatisfying(
                        Password.class,
                        password -> assertThat(password.password().value()).isEqualTo("from-secure"));
        assertThat(cloud.authUrl().getHost()).isEqualTo("keystone.example.org");
    }

    @Test
    void a_file_named_by_the_environment_goes_before_the_usual_places() {
        write(near, "clouds.yaml", TWO);
        write(
                far,
                "mine.yaml",
                "clouds: {only: {auth: {auth_url: http://h, username: u, password: p, project_id: x}}}");

        assertThat(choose(Map.of(
                                "OS_CLIENT_CONFIG_FILE",
                                far.resolve("mine.yaml").toString()))
                        .name())
                .isEqualTo("only");
    }

    @Test
    void a_cloud_that_is_not_there_is_answered_with_those_that_are() {
        write(near, "clouds.yaml", TWO);

        assertThatThrownBy(() -> choose(Map.of(), "pord"))
                .isInstanceOf(BadCloud.class)
                .hasMessageContaining("there is no cloud 'pord' in")
                .hasMessageEndingWith("it has prod, trial");
        assertThatThrownBy(() -> choose(Map.of()))
                .isInstanceOf(BadCloud.class)
                .hasMessageContaining("which cloud? Name one with --os-cloud")
                .hasMessageEndingWith("has prod, trial");
    }

    @Test
    void without_any_file_the_places_that_were_looked_at_are_named() {
        assertThatThrownBy(() -> choose(Map.of()))
                .isInstanceOf(BadCloud.class)
                .hasMessageContaining("no OpenStack cloud is configured")
                .hasMessageContaining(near + ", " + far);
    }

    @Test
    void the_environment_describes_a_cloud_when_none_is_named() {
        write(near, "clouds.yaml", TWO);

        Cloud cloud = choose(Map.of(
                "OS_AUTH_URL", "https://h:5000/v3",
                "OS_USERNAME", "u",
                "OS_PASSWORD", "p",
                "OS_PROJECT_NAME", "x",
                "OS_USER_DOMAIN_NAME", "D",
                "OS_REGION_NAME", "Lyon",
                "OS_INTERFACE", "adminURL",
                "OS_INSECURE", "true"));

        assertThat(cloud.name()).isEqualTo("envvars");
        assertThat(cloud.region()).hasValue("Lyon");
        assertThat(cloud.endpoints()).isEqualTo(Cloud.Interface.ADMIN);
        assertThat(cloud.verify()).isFalse();
        assertThat(cloud.credentials().who()).isEqualTo("user u");
    }

    @Test
    void what_is_missing_is_named_with_its_place() {
        assertThatThrownBy(() -> choose(Map.of("OS_AUTH_URL", "https://h:5000", "OS_USERNAME", "u")))
                .hasMessage("the OS_* variables: 'password' is missing");
        assertThatThrownBy(
                        () -> choose(Map.of("OS_AUTH_URL", "https://h:5000", "OS_USERNAME", "u", "OS_PASSWORD", "p")))
                .hasMessageContaining("'project_name' (or 'project_id') is missing");
        assertThatThrownBy(() -> choose(Map.of("OS_AUTH_URL", "keystone:5000")))
                .hasMessage("the OS_* variables: 'auth_url' is no http address");
        assertThatThrownBy(() -> choose(Map.of("OS_AUTH_URL", "http://h/v2.0")))
                .hasMessageContaining("the Identity API v3 only");
        assertThatThrownBy(() ->
                        choose(Map.of("OS_AUTH_URL", "http://h", "OS_AUTH_TYPE", "v3oidcpassword", "OS_USERNAME", "u")))
                .hasMessageContaining("'auth_type' v3oidcpassword is not supported");
    }

    @Test
    void several_regions_want_a_choice() {
        write(near, "clouds.yaml", """
                clouds:
                  one:
                    regions: [Paris, {name: Lyon}]
                    auth: {auth_url: "http://h", username: u, password: p, project_name: x}
                """);

        assertThatThrownBy(() -> choose(Map.of(), "one")).hasMessageContaining("--region: Paris, Lyon");
        assertThat(new Clouds(Map.of(), List.of(near))
                        .choose(Optional.of("one"), Optional.empty(), Optional.empty(), Optional.of("Lyon"))
                        .region())
                .hasValue("Lyon");
    }

    @Test
    void an_address_of_a_service_can_be_laid_over_the_catalogue() {
        write(near, "clouds.yaml", """
                clouds:
                  one:
                    compute_endpoint_override: http://nova/v2.1
                    volumev3_endpoint_override: http://cinder/v3
                    auth: {auth_url: "http://h", username: u, password: p, project_name: x}
                """);

        assertThat(choose(Map.of()).overrides())
                .containsEntry("compute", URI.create("http://nova/v2.1"))
                .containsEntry("block-storage", URI.create("http://cinder/v3"));
    }

    @Test
    void a_file_that_is_not_yaml_is_named_with_the_place_and_without_its_text() {
        write(near, "clouds.yaml", "clouds:\n  prod:\n    auth: {password: hush-hush\n  x: [");

        assertThatThrownBy(() -> choose(Map.of(), "prod"))
                .isInstanceOf(BadCloud.class)
                .hasMessageContaining("clouds.yaml:")
                .hasMessageContaining("is not YAML")
                .message()
                .doesNotContain("hush");
    }
}
