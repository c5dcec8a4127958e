package org.reckoner.serve.heart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reckoner.collect.Reading;
import org.reckoner.collect.novabilling.Casts;
import org.reckoner.ledger.observation.DeadLetter;

/// Commands to Nova become events, once each, with what the Heart knows; and what nobody knows becomes a dead
/// letter.
class CommandsTest extends OnEachDatabase {

    private static final String FLAVOR =
            ", \"request_spec\": {\"instance_type\": {\"name\": \"m1.small\", \"local_gb\": 20, \"memory_mb\": 2048, \"vcpus\": 1}}";

    private void open(boolean legacy) {
        house = new House(database, legacy);
        house.tariff("2010-01-01T00:00:00Z", false, Scenario.VALUES);
    }

    private static String message(String method, int day, String project, String args) {
        return """
                {"method": "%s", "_context_project_id": "%s", "_context_timestamp": "2011-01-%02dT00:00:00",
                 "args": {%s}}""".formatted(method, project, day, args);
    }

    private static String instance(String method, int day) {
        return message(method, day, "systenant", "\"instance_id\": 16" + (method.equals("run_instance") ? FLAVOR : ""));
    }

    private static String volume(String method, int day, int id, String size) {
        return message(method, day, "systenant", "\"volume_id\": " + id + size);
    }

    /// What nova-billing's own tests send.
    private static List<String> story() {
        return List.of(
                instance("run_instance", 2),
                instance("stop_instance", 3),
                instance("start_instance", 4),
                instance("pause_instance", 5),
                instance("unpause_instance", 6),
                instance("suspend_instance", 7),
                instance("resume_instance", 8),
                instance("terminate_instance", 9),
                instance("run_instance", 10),
                instance("stop_instance", 11),
                instance("start_instance", 12),
                volume("create_local_volume", 2, 12, ", \"size\": 1099511627776"),
                volume("resize_local_volume", 3, 12, ", \"new_size\": 21474836480"),
                volume("create_local_volume", 4, 3, ", \"size\": 1099511627776"),
                volume("resize_local_volume", 5, 3, ", \"new_size\": 21474836480"),
                volume("delete_local_volume", 6, 12, ""));
    }

    private Heart.Kept keep(List<String> messages) {
        Casts casts = new Casts(Casts.Names.EITHER, Duration.ofMinutes(10), house.clock);
        List<Command> commands = new ArrayList<>();
        List<DeadLetter.Fresh> letters = new ArrayList<>();
        for (String message : messages) {
            switch (casts.read(message.getBytes(StandardCharsets.UTF_8))) {
                case Reading.Commanded told ->
                    commands.add(new Command(
                            told.event(), told.asBefore(), told.isNew(), "test", told.method(), told.redactedBody()));
                case Reading.Refused refused ->
                    letters.add(new DeadLetter.Fresh(
                            "test",
                            refused.eventType(),
                            refused.messageId(),
                            refused.reason(),
                            refused.redactedBody()));
                case Reading.Ignored ignored -> {}
                case Reading.Observed observed -> throw new AssertionError(observed);
                case Reading.Sampled sampled -> throw new AssertionError(sampled);
                case Reading.Several several -> throw new AssertionError(several);
            }
        }
        return new Heart(HeartSettings.USUAL, house.ledger, house.clock).keep(commands, letters);
    }

    @Test
    void the_story_costs_what_was_used() {
        open(false);
        assertThat(keep(story())).isEqualTo(new Heart.Kept(16, 0));
        assertThat(house.total("time_period=2011-01")).isEqualByComparingTo("14663894400");
        assertThat(house.ledgerTotal("systenant", "2011-01")).isEqualByComparingTo("14663894400");
    }

    @Test
    void commands_that_come_again_count_once() {
        open(false);
        keep(story());
        long cutoff = house.ledger.observations().cutoff();
        story().forEach(message -> keep(List.of(message)));
        keep(story());
        assertThat(house.ledger.observations().cutoff()).isEqualTo(cutoff);
        assertThat(house.total("time_period=2011-01")).isEqualByComparingTo("14663894400");
    }

    @Test
    void who_gives_a_command_need_not_be_the_owner() {
        open(false);
        keep(List.of(instance("run_instance", 2), message("terminate_instance", 3, "admin", "\"instance_id\": 16")));
        assertThat(house.get("/account").json()).hasSize(1);
        assertThat(house.get("/projects/systenant?time_period=2011-01")
                        .json()
                        .path("projects")
                        .get(0)
                        .path("instances")
                        .path("items")
                        .get(0)
                        .path("lifetime_sec")
                        .intValue())
                .isEqualTo(86_400);
    }

    @Test
    void an_instance_of_which_nobody_knows_what_it_holds_is_a_dead_letter_and_not_free() {
        open(false);
        assertThat(keep(List.of(instance("start_instance", 4), instance("reboot_instance", 4), "nonsense")))
                .isEqualTo(new Heart.Kept(0, 2));
        List<DeadLetter> letters = house.ledger.deadLetters().list(false, 10);
        assertThat(letters).hasSize(2);
        assertThat(letters).anySatisfy(letter -> {
            assertThat(letter.reason()).contains("it is not known what nova/instance 16 held before");
            assertThat(letter.eventType()).contains("start_instance");
        });
    }
}
