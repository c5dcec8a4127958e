package org.reckoner.collect.openstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reckoner.collect.openstack.Credentials.ApplicationCredential;
import org.reckoner.collect.openstack.Credentials.Domain;
import org.reckoner.collect.openstack.Credentials.Named;
import org.reckoner.collect.openstack.Credentials.Password;
import org.reckoner.collect.openstack.Credentials.Scope;

/// How Reckoner logs in, and what it does when a service answers late, wrongly or not at all.
@Timeout(60)
class OpenStackTest {

    private static final Instant NOW = Instant.parse("2026-11-21T18:10:00Z");
    private static final String SERVERS = "/compute/v2.1/servers/detail";
    private static final Listing ALL_SERVERS = Listing.of(Service.NOVA, "/servers/detail", "servers")
            .with("all_tenants", "True")
            .atMost("2.79");

    private final RecordedCloud recorded = new RecordedCloud();
    private final List<Duration> waits = new ArrayList<>();

    @AfterEach
    void stop() {
        recorded.close();
    }

    private static Named named(String name) {
        return new Named(Optional.empty(), Optional.of(name), Optional.of(Domain.DEFAULT));
    }

    static Credentials admin(String password) {
        return new Password(named("admin"), new Secret(password), new Scope.Project(named("admin")));
    }

    private Cloud cloud(Credentials credentials, Optional<String> region, Cloud.Interface endpoints) {
        return new Cloud(
                "test", recorded.authUrl(), credentials, region, endpoints, Optional.empty(), true, new TreeMap<>());
    }

    private OpenStack openStack(Cloud cloud) {
        return OpenStack.of(cloud, Clock.fixed(NOW, ZoneOffset.UTC), waits::add, Patience.USUAL);
    }

    private OpenStack openStack() {
        return openStack(cloud(admin("admin"), Optional.of("RegionOne"), Cloud.Interface.PUBLIC));
    }

    private static List<String> names(OpenStack openStack, Listing listing) {
        List<String> names = new ArrayList<>();
        openStack.read(
                listing,
                4,
                page -> page.elements()
                        .forEach(element -> names.add(element.path("name").asString())));
        return names;
    }

    @Test
    void a_collection_is_read_page_by_page_to_its_end() {
        assertThat(names(openStack(), ALL_SERVERS))
                .containsExactly(
                        "confirmed", "resized", "stopped", "web", "shelved", "too-large", "reverted", "paused");
        assertThat(recorded.requestsFor(SERVERS)).isEqualTo(3);
    }

    @Test
    void an_application_credential_logs_in_by_its_id() {
        Credentials credentials = new ApplicationCredential(
                new Named(Optional.of(recorded.applicationCredential()), Optional.empty(), Optional.empty()),
                Optional.empty(),
                new Secret("the-secret"));
        OpenStack openStack = openStack(cloud(credentials, Optional.empty(), Cloud.Interface.PUBLIC));

        assertThat(openStack.hasOneOf(List.of("ADMIN"))).isTrue();
        assertThat(openStack.project()).map(OpenStack.Project::name).hasValue("admin");
    }

    @Test
    void an_application_credential_logs_in_by_its_name_and_its_user() {
        Credentials credentials = new ApplicationCredential(
                new Named(Optional.empty(), Optional.of("reckoner"), Optional.empty()),
                Optional.of(named("admin")),
                new Secret("the-secret"));

        assertThat(openStack(cloud(credentials, Optional.empty(), Cloud.Interface.PUBLIC))
                        .project())
                .isPresent();
    }

    @Test
    void who_sees_the_whole_system_is_said_so() {
        Credentials credentials = new Password(named("admin"), new Secret("admin"), new Scope.System());

        assertThat(openStack(cloud(credentials, Optional.empty(), Cloud.Interface.PUBLIC))
                        .who())
                .isEqualTo("user admin has role admin, member, reader in the system");
    }

    @Test
    void a_wrong_password_is_refused_without_being_told() {
        assertThatThrownBy(() -> openStack(cloud(admin("hush-hush"), Optional.empty(), Cloud.Interface.PUBLIC))
                        .project())
                .isInstanceOf(BadCloud.class)
                .hasMessageContaining("does not let user admin in")
                .message()
                .doesNotContain("hush-hush");
        assertThat(cloud(admin("hush-hush"), Optional.empty(), Cloud.Interface.PUBLIC)
                        .toString())
                .doesNotContain("hush-hush");
    }

    @Test
    void a_token_that_is_forgotten_in_the_middle_is_replaced_by_a_new_one() {
        recorded.trouble(SERVERS, 1, exchange -> {
            recorded.forgetTokens();
            RecordedCloud.status(401).befall(exchange);
        });

        assertThat(names(openStack(), ALL_SERVERS)).hasSize(8);
        assertThat(recorded.requestsFor("POST")).isEqualTo(2);
        assertThat(waits).isEmpty();
    }

    @Test
    void a_service_that_refuses_a_fresh_token_is_not_asked_for_ever() {
        recorded.trouble(SERVERS, 0, RecordedCloud.status(401));
        recorded.trouble(SERVERS, 1, RecordedCloud.status(401));

        assertThatThrownBy(() -> names(openStack(), ALL_SERVERS))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("refuses a token that Keystone has just given");
    }

    @Test
    void a_token_about_to_expire_is_renewed_before_it_does() {
        recorded.tokensExpire("2026-11-21T18:11:00.000000Z");
        OpenStack openStack = openStack();

        assertThat(names(openStack, ALL_SERVERS)).hasSize(8);
        assertThat(recorded.requestsFor("POST")).isGreaterThan(2);
    }

    @Test
    void a_busy_service_is_asked_again_when_it_says() {
        recorded.trouble(SERVERS, 0, RecordedCloud.status(503, "Retry-After", "7"));
        recorded.trouble(SERVERS, 1, RecordedCloud.status(429, "Retry-After", "Sat, 21 Nov 2026 18:10:20 GMT"));
        recorded.trouble(SERVERS, 2, RecordedCloud.status(502));

        assertThat(names(openStack(), ALL_SERVERS)).hasSize(8);
        assertThat(waits).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(20), Duration.ofSeconds(4));
    }

    @Test
    void a_service_that_stays_busy_is_given_up_after_six_attempts() {
        for (int i = 0; i < 6; i++) {
            recorded.trouble(SERVERS, i, RecordedCloud.text(503, "{\"error\": {\"message\": \"too  much to do\"}}"));
        }

        assertThatThrownBy(() -> names(openStack(), ALL_SERVERS))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("Nova (GET ")
                .hasMessageContaining("answered 503 (too much to do); tried 6 times");
        assertThat(waits).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L, 16L);
    }

    @Test
    void an_answer_that_breaks_off_is_asked_for_again() {
        recorded.trouble(SERVERS, 0, exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody()
                    .write("{\"servers\": [{\"id\": ".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            throw new java.io.IOException("the server breaks off");
        });
        recorded.trouble(SERVERS, 1, RecordedCloud.text(200, "{\"servers\": [{\"id\": "));

        assertThat(names(openStack(), ALL_SERVERS)).hasSize(8);
        assertThat(waits).hasSize(2);
    }

    @Test
    void a_page_whose_marker_is_gone_is_found_again_and_nothing_is_given_twice() {
        recorded.trouble(
                SERVERS, 1, RecordedCloud.text(400, "{\"badRequest\": {\"message\": \"marker [x] not found\"}}"));

        assertThat(names(openStack(), ALL_SERVERS)).hasSize(8).doesNotHaveDuplicates();
    }

    @Test
    void an_answer_without_the_list_is_a_failure_and_not_an_empty_cloud() {
        recorded.trouble(SERVERS, 0, RecordedCloud.text(200, "{\"things\": []}"));

        assertThatThrownBy(() -> names(openStack(), ALL_SERVERS))
                .isInstanceOf(CloudFailure.class)
                .hasMessage("Nova answered /servers/detail without 'servers'");
    }

    @Test
    void what_a_member_may_not_do_is_said_with_who_asked() {
        Credentials alice = new Password(named("alice"), new Secret("alice"), new Scope.Project(named("acme")));

        assertThatThrownBy(() ->
                        names(openStack(cloud(alice, Optional.of("RegionOne"), Cloud.Interface.PUBLIC)), ALL_SERVERS))
                .isInstanceOf(BadCloud.class)
                .hasMessageContaining("Policy doesn't allow os_compute_api:servers:detail:get_all_tenants")
                .hasMessageContaining("user alice has role");
    }

    @Test
    void a_region_that_is_not_in_the_catalogue_is_named_with_those_that_are() {
        OpenStack elsewhere = openStack(cloud(admin("admin"), Optional.of("Elsewhere"), Cloud.Interface.PUBLIC));

        assertThatThrownBy(() -> names(elsewhere, ALL_SERVERS))
                .isInstanceOf(BadCloud.class)
                .hasMessage("the catalogue of cloud test has no Nova in region Elsewhere; it is in RegionOne");
    }

    @Test
    void an_interface_that_is_not_in_the_catalogue_is_named_with_those_that_are() {
        OpenStack admin = openStack(cloud(admin("admin"), Optional.of("RegionOne"), Cloud.Interface.ADMIN));

        assertThatThrownBy(() -> names(admin, ALL_SERVERS))
                .isInstanceOf(BadCloud.class)
                .hasMessageContaining("no admin address of Nova; it has internal, public");
    }

    @Test
    void a_service_that_is_not_in_the_catalogue_is_named_with_those_that_are() {
        recorded.replace("\"type\":\"compute\"", "\"type\":\"something\"");

        assertThatThrownBy(() -> names(openStack(), ALL_SERVERS))
                .isInstanceOf(BadCloud.class)
                .hasMessageContaining("has no Nova (type compute); it has identity, image");
    }

    @Test
    void the_newest_microversion_that_both_know_is_used() {
        OpenStack openStack = openStack();

        assertThat(openStack.microversion(Service.NOVA, "2.79")).isEqualTo("2.79");
        assertThat(openStack.microversion(Service.NOVA, "2.100")).isEqualTo("2.93");
        assertThat(recorded.requestsFor("GET /compute/v2.1/")).isEqualTo(1);
    }

    @Test
    void a_host_that_does_not_answer_is_told_at_once() {
        Cloud nowhere = new Cloud(
                "test",
                URI.create("http://127.0.0.1:1/v3"),
                admin("admin"),
                Optional.empty(),
                Cloud.Interface.PUBLIC,
                Optional.empty(),
                true,
                new TreeMap<>());

        assertThatThrownBy(() -> openStack(nowhere).project())
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("Keystone (POST http://127.0.0.1:1/v3/auth/tokens) does not answer");
        assertThat(waits).isEmpty();
    }

    @Test
    void an_address_is_used_with_or_without_version_and_project() {
        assertThat(Service.NOVA.root(URI.create("http://h/compute/v2.1/"), Optional.of("p")))
                .hasToString("http://h/compute/v2.1");
        assertThat(Service.GLANCE.root(URI.create("http://h:9292"), Optional.of("p")))
                .hasToString("http://h:9292/v2");
        assertThat(Service.CINDER.root(URI.create("http://h/volume/v3"), Optional.of("p")))
                .hasToString("http://h/volume/v3/p");
        assertThat(Service.CINDER.root(URI.create("http://h/volume/v3/p"), Optional.of("p")))
                .hasToString("http://h/volume/v3/p");
        assertThat(Service.NEUTRON.root(URI.create("http://h/network/"), Optional.of("p")))
                .hasToString("http://h/network/v2.0");
    }
}
