package org.reckoner.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.reckoner.collect.declared.DeclaredType;
import org.reckoner.core.meter.Observation;

class DeclaredTypesTest {

    private static final DeclaredType LOAD_BALANCER = new DeclaredType(
            "load_balancer",
            List.of("octavia.loadbalancer.*"),
            "/loadbalancer/id",
            "/loadbalancer/project_id",
            Optional.of("/loadbalancer/provisioning_status"),
            Optional.of("/loadbalancer/created_at"),
            Optional.empty(),
            List.of("octavia.loadbalancer.delete.end"),
            new TreeMap<>(Map.of("load_balancer.listeners", "/loadbalancer/listener_count")),
            new TreeMap<>(Map.of("flavor", "/loadbalancer/flavor_id", "vip", "/loadbalancer/vips/0/ip")));

    private final Notifications reader = reader(List.of(LOAD_BALANCER), List.of("heat.*"));

    @Test
    void a_declared_type_is_read_by_its_paths() {
        Observation observation = observed(message("octavia.loadbalancer.create.end", """
                {"loadbalancer": {"id": "lb-1", "project_id": "acme", "provisioning_status": "ACTIVE",
                 "created_at": "2026-11-21T10:00:00", "listener_count": 3, "vips": [{"ip": "203.0.113.9"}]}}"""));
        assertThat(observation.id()).hasToString("declared:m-1");
        assertThat(observation.resource()).hasToString("RegionOne/load_balancer/lb-1");
        assertThat(observation.report().owner()).contains("acme");
        assertThat(observation.report().state()).contains("ACTIVE");
        assertThat(observation.report().beganAt()).contains(Instant.parse("2026-11-21T10:00:00Z"));
        assertThat(observation.report().endedAt()).isEmpty();
        assertThat(observation.report().levels())
                .containsEntry("load_balancer", BigDecimal.ONE)
                .containsEntry("load_balancer.listeners", BigDecimal.valueOf(3));
        assertThat(observation.report().attributes())
                .containsExactly(Map.entry("project_name", "Acme Ltd"), Map.entry("vip", "203.0.113.9"));
    }

    @Test
    void a_deleting_event_ends_it_even_without_an_owner() {
        Observation observation =
                observed(message("octavia.loadbalancer.delete.end", "{\"loadbalancer\": {\"id\": \"lb-1\"}}"));
        assertThat(observation.report().endedAt()).contains(Instant.parse("2026-11-21T12:00:00.5Z"));
        assertThat(observation.report().levels()).isEmpty();
    }

    @Test
    void an_id_longer_than_any_is_refused_by_its_path() {
        byte[] message = message(
                "octavia.loadbalancer.create.end",
                "{\"loadbalancer\": {\"id\": \"%s\", \"project_id\": \"acme\"}}".formatted("x".repeat(256)));
        assertThat(reader.read(message))
                .isInstanceOfSatisfying(
                        Reading.Refused.class,
                        refused -> assertThat(refused.reason())
                                .contains("payload/loadbalancer/id is 256 characters long"));
    }

    @Test
    void a_missing_owner_is_refused_by_its_path() {
        assertThat(reader.read(message("octavia.loadbalancer.create.end", "{\"loadbalancer\": {\"id\": \"lb-1\"}}")))
                .isInstanceOfSatisfying(
                        Reading.Refused.class,
                        refused -> assertThat(refused.reason()).contains("payload/loadbalancer/project_id is missing"));
    }

    @Test
    void a_level_that_is_no_number_is_refused_by_its_path() {
        assertThat(reader.read(message("octavia.loadbalancer.create.end", """
                        {"loadbalancer": {"id": "lb-1", "project_id": "acme", "listener_count": "many"}}""")))
                .isInstanceOfSatisfying(
                        Reading.Refused.class,
                        refused -> assertThat(refused.reason())
                                .contains("payload/loadbalancer/listener_count is \"many\""));
    }

    @Test
    void what_the_operator_ignores_is_ignored() {
        assertThat(reader.read(message("heat.stack.create.end", "{}")))
                .isEqualTo(new Reading.Ignored("heat.stack.create.end", "configured under ignore: heat.*"));
    }

    @Test
    void ignoring_goes_before_what_is_built_in() {
        byte[] versioned = Altered.bare(Altered.recorded("instance.create.end"));
        assertThat(reader(List.of(), List.of("instance.*")).read(versioned)).isInstanceOf(Reading.Ignored.class);
    }

    @Test
    void declaring_goes_before_ignoring() {
        assertThat(reader(List.of(LOAD_BALANCER), List.of("*")).read(message("octavia.loadbalancer.create.end", """
                                {"loadbalancer": {"id": "lb-1", "project_id": "acme"}}""")))
                .isInstanceOf(Reading.Observed.class);
    }

    @Test
    void a_path_that_is_no_pointer_is_refused() {
        assertThatThrownBy(() -> new DeclaredType(
                        "share",
                        List.of("share.*"),
                        "share_id",
                        "/project_id",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        new TreeMap<>(),
                        new TreeMap<>()))
                .hasMessageContaining("resource type share: the path of id is 'share_id'; expected a JSON pointer");
    }

    private static Notifications reader(List<DeclaredType> declared, List<String> ignored) {
        return new Notifications("RegionOne", declared, ignored, Duration.ofMinutes(5), Recorded.NEXT_DAY);
    }

    private Observation observed(byte[] body) {
        return ((Reading.Observed) reader.read(body)).observation();
    }

    private static byte[] message(String eventType, String payload) {
        return Altered.utf8("""
                {"message_id": "m-1", "event_type": "%s", "publisher_id": "octavia", "priority": "INFO",
                 "timestamp": "2026-11-21 12:00:00.500000", "_context_project_id": "acme",
                 "_context_project_name": "Acme Ltd", "payload": %s}""".formatted(eventType, payload));
    }
}
