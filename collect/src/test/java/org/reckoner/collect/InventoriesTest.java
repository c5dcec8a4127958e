package org.reckoner.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reckoner.collect.backfill.Batch;
import org.reckoner.collect.backfill.Found;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.collect.backfill.Past;
import org.reckoner.collect.backfill.Wanted;
import org.reckoner.collect.cinder.CinderInventory;
import org.reckoner.collect.glance.GlanceInventory;
import org.reckoner.collect.neutron.NeutronInventory;
import org.reckoner.collect.nova.NovaInventory;
import org.reckoner.collect.openstack.Cloud;
import org.reckoner.collect.openstack.Credentials;
import org.reckoner.collect.openstack.OpenStack;
import org.reckoner.collect.openstack.RecordedCloud;
import org.reckoner.collect.openstack.Secret;

/// What the recorded answers of real services are taken to say.
@Timeout(60)
class InventoriesTest {

    private static final String ACME = "35e5b262020a4c7abc1ada2eaf9f6d6b";
    private static final String GLOBEX = "e1e5098c3f124c03b25cf745a0af0cf6";

    private final RecordedCloud recorded = new RecordedCloud();
    private final List<String> refused = new ArrayList<>();

    @AfterEach
    void stop() {
        recorded.close();
    }

    private OpenStack openStack() {
        Credentials.Named admin =
                new Credentials.Named(Optional.empty(), Optional.of("admin"), Optional.of(Credentials.Domain.DEFAULT));
        return OpenStack.of(
                new Cloud(
                        "recorded",
                        recorded.authUrl(),
                        new Credentials.Password(admin, new Secret("admin"), new Credentials.Scope.Project(admin)),
                        Optional.of("RegionOne"),
                        Cloud.Interface.PUBLIC,
                        Optional.empty(),
                        true,
                        new TreeMap<>()),
                Clock.systemUTC());
    }

    private Map<String, Found> listed(Inventory inventory, String type) {
        Wanted wanted = new Wanted(
                true,
                Optional.empty(),
                Instant.parse("2026-11-01T00:00:00Z"),
                Duration.ofDays(100_000),
                new TreeMap<>(Map.of(ACME, "acme")));
        Map<String, Found> found = new TreeMap<>();
        inventory.list(openStack(), wanted, 2, (Batch batch) -> {
            batch.found().stream()
                    .filter(one -> one.type().equals(type))
                    .forEach(one -> found.put(one.report().attributes().getOrDefault("name", one.id()), one));
            refused.addAll(batch.refused());
        });
        return found;
    }

    private static Found named(Map<String, Found> found, String name) {
        return Objects.requireNonNull(found.get(name), name);
    }

    private static Instant at(String time) {
        return Instant.parse("2026-11-21T" + time + "Z");
    }

    @Test
    void a_server_is_listed_with_its_flavor_state_owner_and_metadata() {
        Found web = named(listed(new NovaInventory(), "server"), "web");

        assertThat(web.report().owner()).hasValue(ACME);
        assertThat(web.report().state()).hasValue("active");
        assertThat(web.report().beganAt()).hasValue(at("17:59:52"));
        assertThat(web.report().endedAt()).isEmpty();
        assertThat(web.changedAt()).hasValue(at("18:00:13"));
        assertThat(web.report().levels().toString())
                .isEqualTo("{disk.ephemeral=5, disk.root=20, disk.swap=512, memory=2048, server=1, vcpus=1}");
        assertThat(web.report().attributes())
                .containsEntry("flavor", "c1.small")
                .containsEntry("extra_specs.hw:cpu_policy", "shared")
                .containsEntry("metadata.tier", "silver")
                .containsEntry("project_name", "acme")
                .containsEntry("availability_zone", "nova");
        assertThat(refused).isEmpty();
    }

    @Test
    void deleted_servers_are_listed_with_their_end() {
        Map<String, Found> servers = listed(new NovaInventory(), "server");

        assertThat(servers)
                .containsOnlyKeys(
                        "confirmed",
                        "deleted",
                        "paused",
                        "resized",
                        "reverted",
                        "shelved",
                        "stopped",
                        "too-large",
                        "too-large-too",
                        "web");
        assertThat(named(servers, "deleted").report().state()).isEmpty();
        assertThat(named(servers, "too-large-too").report().state()).hasValue("deleted");
        assertThat(named(servers, "deleted").report().endedAt()).hasValue(at("18:00:15"));
        assertThat(named(servers, "too-large").report().state()).hasValue("error");
    }

    @Test
    void the_actions_of_a_server_tell_its_past_states() {
        assertThat(past("confirmed"))
                .containsExactly("17:59:52 building", "17:59:58 active", "18:00:06 resized", "18:00:14 active");
        assertThat(past("reverted"))
                .containsExactly(
                        "17:59:53 building",
                        "17:59:57 active",
                        "18:00:03 stopped",
                        "18:00:11 resized",
                        "18:00:14 stopped");
        assertThat(past("shelved"))
                .containsExactly("17:59:53 building", "17:59:59 active", "18:00:05 shelved_offloaded");
        assertThat(past("deleted")).containsExactly("17:59:53 building", "17:59:58 active");
    }

    @Test
    void an_action_that_failed_changed_no_state() {
        assertThat(past("too-large")).isEmpty();
    }

    private List<String> past(String name) {
        NovaInventory nova = new NovaInventory();
        List<Past> past = nova.past(openStack(), named(listed(nova, "server"), name));
        return past.stream()
                .map(one -> one.at().toString().substring(11, 19) + " "
                        + one.report().state().orElseThrow())
                .toList();
    }

    @Test
    void images_are_listed_with_hidden_deactivated_and_waiting_ones() {
        Map<String, Found> images = listed(new GlanceInventory(), "image");

        assertThat(images)
                .containsOnlyKeys(
                        "debian-12",
                        "old",
                        "private-one",
                        "shared-with-all",
                        "shelved-shelved",
                        "waiting",
                        "withdrawn");
        Found debian = named(images, "debian-12");
        assertThat(debian.report().levels().toString()).isEqualTo("{image=1, image.size=1000000}");
        assertThat(debian.report().attributes())
                .containsEntry("property.license", "free")
                .containsEntry("visibility", "shared")
                .doesNotContainKey("property.stores");
        assertThat(named(images, "withdrawn").report().state()).hasValue("deactivated");
        assertThat(named(images, "waiting").report().levels()).containsOnlyKeys("image");
    }

    @Test
    void volumes_are_listed_with_the_id_of_their_type_and_without_secrets() {
        Map<String, Found> volumes = listed(new CinderInventory(), "volume");

        assertThat(volumes).containsOnlyKeys("data", "gift", "pending");
        Found data = named(volumes, "data");
        assertThat(data.report().levels().toString()).isEqualTo("{volume=1, volume.size=20}");
        assertThat(data.report().state()).hasValue("in-use");
        assertThat(data.report().attributes())
                .containsEntry("volume_type", "32ea4346-66ee-4cd2-a3be-6b0fac8f89e2")
                .containsEntry("metadata.tier", "gold")
                .doesNotContainKey("metadata.password")
                .doesNotContainValue("hunter2");
        assertThat(named(volumes, "gift").report().owner()).hasValue(GLOBEX);
        assertThat(named(volumes, "pending").report().state()).hasValue("awaiting-transfer");
    }

    @Test
    void volume_types_are_listed_with_their_names() {
        assertThat(listed(new CinderInventory(), "volume_type"))
                .containsOnlyKeys("__DEFAULT__", "fast-ssd", "slow-hdd");
    }

    @Test
    void snapshots_are_listed_with_their_volume_and_size() {
        Found nightly = named(listed(new CinderInventory(), "snapshot"), "nightly");

        assertThat(nightly.report().owner()).hasValue(GLOBEX);
        assertThat(nightly.report().levels().toString()).isEqualTo("{snapshot=1, snapshot.size=3}");
        assertThat(nightly.report().attributes())
                .containsEntry("metadata.keep", "yes")
                .containsKey("volume");
    }

    @Test
    void addresses_routers_and_networks_are_listed() {
        NeutronInventory neutron = new NeutronInventory();

        assertThat(listed(neutron, "floating_ip")).hasSize(3);
        assertThat(listed(neutron, "floating_ip").values())
                .allSatisfy(address -> assertThat(address.report().attributes()).containsEntry("associated", "no"));
        assertThat(named(listed(neutron, "router"), "edge").report().attributes())
                .containsEntry("external_gateway", "yes");
        assertThat(listed(neutron, "network")).containsOnlyKeys("private", "public");
    }

    @Test
    void a_server_of_a_cell_that_is_down_is_refused_and_the_rest_is_listed() {
        recorded.trouble("/compute/v2.1/servers/detail", 0, RecordedCloud.text(200, """
                {"servers": [{"id": "s-1", "status": "UNKNOWN", "tenant_id": "p", "created": "2026-11-01T00:00:00Z",
                              "links": []}]}
                """));

        assertThat(listed(new NovaInventory(), "server")).containsOnlyKeys("deleted", "too-large-too");
        assertThat(refused).singleElement().asString().startsWith("server s-1: its cell is down");
    }
}
