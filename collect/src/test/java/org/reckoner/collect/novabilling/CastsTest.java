package org.reckoner.collect.novabilling;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reckoner.collect.Reading;
import org.reckoner.collect.novabilling.Casts.Names;
import tools.jackson.databind.json.JsonMapper;

/// What becomes of Nova's own commands, as clouds of Diablo and Essex sent them.
class CastsTest {

    private static final Clock NOW = Clock.fixed(Instant.parse("2012-05-03T10:00:00Z"), ZoneOffset.UTC);

    private static final String RUN = """
            {"method": "run_instance", "_context_project_id": "systenant", "_context_auth_token": "999888777666",
             "_context_timestamp": "2011-01-02T00:00:00.000000", "_context_roles": ["Admin"],
             "args": {"instance_id": 16, "admin_password": "hunter2", "injected_files": [["/etc/x", "secret"]],
                      "request_spec": {"instance_type": {"name": "m1.small", "local_gb": 20, "memory_mb": 2048, "vcpus": 1}}}}""";

    private static Reading read(String json) {
        return new Casts(Names.EITHER, Duration.ofMinutes(10), NOW).read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Reading.Commanded commanded(String json) {
        Reading reading = read(json);
        assertThat(reading).isInstanceOf(Reading.Commanded.class);
        return (Reading.Commanded) reading;
    }

    private static String command(String method) {
        return """
                {"method": "%s", "_context_project_id": "systenant", "_context_timestamp": "2011-01-03T00:00:00",
                 "args": {"instance_id": 16}}""".formatted(method);
    }

    private static void is(Reading.Commanded command, String event) {
        JsonMapper json = JsonMapper.shared();
        assertThat(json.readTree(command.event().toString())).isEqualTo(json.readTree(event.replace('\'', '"')));
    }

    @Test
    void a_new_instance_holds_what_its_flavor_says() {
        Reading.Commanded run = commanded(RUN);
        is(run, """
                {'account': 'systenant', 'rtype': 'nova/instance', 'datetime': '2011-01-02T00:00:00.000000Z', 'name': 16,
                 'fixed': 0, 'attrs': {'instance_type': 'm1.small'}, 'children': [
                   {'rtype': 'local_gb', 'linear': 20}, {'rtype': 'memory_mb', 'linear': 2048},
                   {'rtype': 'vcpus', 'linear': 1}]}""");
        assertThat(run.isNew()).isTrue();
        assertThat(run.asBefore()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "stop_instance, 0, 0",
        "start_instance, flavor, flavor",
        "pause_instance, flavor, 0",
        "unpause_instance, flavor, flavor",
        "suspend_instance, flavor, 0",
        "resume_instance, flavor, flavor",
    })
    void a_change_of_state_changes_memory_and_vcpus_and_leaves_the_disk(String method, String memory, String vcpus) {
        Reading.Commanded change = commanded(command(method));
        assertThat(change.isNew()).isFalse();
        assertThat(change.event().has("fixed")).isFalse();
        is(change, """
                {'account': 'systenant', 'rtype': 'nova/instance', 'datetime': '2011-01-03T00:00:00.000000Z', 'name': 16,
                 'children': [{'rtype': 'memory_mb'%s}, {'rtype': 'vcpus'%s}]}""".formatted(linear(memory), linear(vcpus)));
        assertThat(change.asBefore())
                .isEqualTo(
                        memory.equals("0")
                                ? List.of()
                                : vcpus.equals("0") ? List.of("memory_mb") : List.of("memory_mb", "vcpus"));
    }

    private static String linear(String quantity) {
        return quantity.equals("0") ? ", 'linear': 0" : "";
    }

    @Test
    void an_end_ends_the_instance_and_its_children() {
        is(commanded(command("terminate_instance")), """
                {'account': 'systenant', 'rtype': 'nova/instance', 'datetime': '2011-01-03T00:00:00.000000Z', 'name': 16,
                 'fixed': null, 'children': [{'rtype': 'local_gb', 'fixed': null}, {'rtype': 'memory_mb', 'fixed': null},
                 {'rtype': 'vcpus', 'fixed': null}]}""");
    }

    @Test
    void local_volumes_are_told_in_bytes_and_held_in_gib() {
        String volume = """
                {"method": "%s", "_context_project_id": "systenant", "_context_timestamp": "2011-01-03T00:00:00",
                 "args": {"volume_id": 12, "size": 1099511627776, "new_size": 21474836480}}""";
        String expected = """
                {'account': 'systenant', 'rtype': 'nova/volume', 'datetime': '2011-01-03T00:00:00.000000Z', 'name': 12,
                 %s}""";
        is(commanded(volume.formatted("create_local_volume")), expected.formatted("'linear': 1024"));
        is(commanded(volume.formatted("resize_local_volume")), expected.formatted("'linear': 20"));
        is(commanded(volume.formatted("delete_local_volume")), expected.formatted("'fixed': null"));
    }

    @Test
    void what_changes_nothing_that_is_billed_is_ignored() {
        for (String method : List.of("reboot_instance", "snapshot_instance", "refresh_security_group_rules")) {
            assertThat(read(command(method))).isInstanceOf(Reading.Ignored.class);
        }
    }

    @Test
    void names_are_those_of_the_release() {
        String both = RUN.replace("\"instance_id\": 16", "\"instance_id\": 16, \"instance_uuid\": \"u-1\"");
        for (Names names : Names.values()) {
            Reading.Commanded run = (Reading.Commanded)
                    new Casts(names, Duration.ofMinutes(10), NOW).read(both.getBytes(StandardCharsets.UTF_8));
            assertThat(run.event().path("name").asString("")).isEqualTo(names == Names.NUMBER ? "16" : "u-1");
        }
        Reading none = new Casts(Names.UUID, Duration.ofMinutes(10), NOW).read(RUN.getBytes(StandardCharsets.UTF_8));
        assertThat(none)
                .isInstanceOfSatisfying(
                        Reading.Refused.class,
                        refused -> assertThat(refused.reason()).contains("args.instance_uuid"));
    }

    @Test
    void without_a_time_of_its_own_a_command_is_of_when_it_was_read() {
        Reading.Commanded run = commanded(RUN.replace("\"_context_timestamp\": \"2011-01-02T00:00:00.000000\",", ""));
        assertThat(run.event().path("datetime").stringValue()).isEqualTo("2012-05-03T10:00:00.000000Z");
        assertThat(run.redactedBody()).contains("2012-05-03T10:00:00.000000Z");
    }

    @Test
    void two_disks_are_one() {
        Reading.Commanded run = commanded(RUN.replace("\"local_gb\": 20", "\"root_gb\": 10, \"ephemeral_gb\": 5"));
        assertThat(run.event().path("children").get(0).path("linear").intValue())
                .isEqualTo(15);
    }

    @Test
    void an_instance_without_a_flavor_is_not_free() {
        Reading reading = read(command("run_instance"));
        assertThat(reading).isInstanceOfSatisfying(Reading.Refused.class, refused -> {
            assertThat(refused.reason()).contains("no args.request_spec.instance_type");
            assertThat(refused.eventType()).contains("run_instance");
            assertThat(read(refused.redactedBody())).isEqualTo(reading);
        });
    }

    @Test
    void nothing_secret_is_kept() {
        assertThat(commanded(RUN).redactedBody()).doesNotContain("hunter2", "999888777666", "injected", "secret");
        is(commanded(commanded(RUN).redactedBody()), commanded(RUN).event().toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "[]",
                "{}",
                "{\"method\": 5}",
                "{\"method\": \"run_instance\"}",
                "{\"method\": \"terminate_instance\", \"_context_project_id\": \"p\", \"args\": {}}",
                "{\"method\": \"terminate_instance\", \"args\": {\"instance_id\": 1}}",
                "{\"method\": \"terminate_instance\", \"_context_project_id\": \"p\", \"args\": {\"instance_id\": {}}}",
                "{\"method\": \"terminate_instance\", \"_context_project_id\": \"p\", \"_context_timestamp\": \"x\", \"args\": {\"instance_id\": 1}}",
                "{\"method\": \"terminate_instance\", \"_context_project_id\": \"p\", \"_context_timestamp\": \"2031-01-01T00:00:00\", \"args\": {\"instance_id\": 1}}",
                "{\"method\": \"create_local_volume\", \"_context_project_id\": \"p\", \"args\": {\"volume_id\": 1, \"size\": -1}}",
                "{\"method\": \"create_local_volume\", \"_context_project_id\": \"p\", \"args\": {\"volume_id\": 1, \"size\": 1e99}}"
            })
    void what_cannot_be_believed_is_refused(String body) {
        assertThat(read(body)).isInstanceOf(Reading.Refused.class);
    }
}
