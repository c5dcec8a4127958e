package org.reckoner.core.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reckoner.core.reference.Sample.SERVER;
import static org.reckoner.core.reference.Sample.VOLUME;
import static org.reckoner.core.reference.Sample.at;
import static org.reckoner.core.reference.Sample.decimal;
import static org.reckoner.core.reference.Sample.told;
import static org.reckoner.core.reference.Sample.window;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.reckoner.core.time.Window;

class TimelineTest {

    private static final Report ACTIVE =
            Report.NOTHING.owner("alpha").state("active").level("vcpus", 2).attribute("flavor", "small");

    private static Timeline fold(Observation... told) {
        return Timeline.fold(SERVER, List.of(told));
    }

    private static List<Window> windows(Timeline timeline) {
        return timeline.segments().stream().map(Segment::window).toList();
    }

    private static List<String> states(Timeline timeline) {
        return timeline.segments().stream().map(Segment::state).toList();
    }

    @Test
    void nothing_told_is_no_life() {
        Timeline timeline = fold();
        assertThat(timeline.life()).isEmpty();
        assertThat(timeline.segments()).isEmpty();
        assertThat(timeline.at(Instant.EPOCH)).isEmpty();
    }

    @Test
    void a_resource_that_is_still_there_has_an_open_segment() {
        Timeline timeline = fold(told("a", SERVER, "2026-11-21T10:00:00.900Z", ACTIVE));
        assertThat(timeline.life()).contains(Window.since(at("2026-11-21T10:00:00Z")));
        assertThat(windows(timeline)).containsExactly(Window.since(at("2026-11-21T10:00:00Z")));
        assertThat(timeline.segments().getFirst().evidence()).containsExactly(new ObservationId("nova", "a"));
    }

    @Test
    void late_delete_shortens_the_open_segment() {
        Timeline timeline = fold(
                told("a", SERVER, "2026-11-21T10:00:00Z", ACTIVE),
                told("z", SERVER, "2026-11-23T09:00:00Z", Report.NOTHING.ended(at("2026-11-21T12:30:00.7Z"))));
        assertThat(windows(timeline)).containsExactly(window("2026-11-21T10:00:00Z", "2026-11-21T12:30:00Z"));
        assertThat(timeline.segments().getFirst().evidence())
                .containsExactly(new ObservationId("nova", "a"), new ObservationId("nova", "z"));
    }

    @Test
    void a_life_of_which_only_the_end_was_told_is_not_lost() {
        Timeline timeline = fold(told(
                "z",
                SERVER,
                "2026-11-21T12:30:01Z",
                ACTIVE.began(at("2026-11-21T10:00:00Z")).ended(at("2026-11-21T12:30:00Z"))));
        assertThat(timeline.life()).contains(window("2026-11-21T10:00:00Z", "2026-11-21T12:30:00Z"));
        assertThat(windows(timeline)).containsExactly(window("2026-11-21T10:00:00Z", "2026-11-21T12:30:00Z"));
        assertThat(timeline.segments().getFirst().owner()).contains("alpha");
        assertThat(timeline.segments().getFirst().evidence()).containsExactly(new ObservationId("nova", "z"));
    }

    @Test
    void a_delete_without_a_creation_time_is_no_life() {
        Timeline timeline = fold(told("z", SERVER, "2026-11-21T12:30:01Z", ACTIVE.ended(at("2026-11-21T12:30:00Z"))));
        assertThat(timeline.life()).isEmpty();
        assertThat(timeline.segments()).isEmpty();
    }

    @Test
    void a_second_belongs_to_the_last_state_that_began_in_it() {
        Timeline timeline = fold(
                told(
                        "a",
                        SERVER,
                        "2026-11-21T10:00:00.100Z",
                        Report.NOTHING.owner("alpha").state("building")),
                told("b", SERVER, "2026-11-21T10:00:05.200Z", Report.NOTHING.state("active")),
                told("c", SERVER, "2026-11-21T10:00:05.900Z", Report.NOTHING.state("stopped")),
                told("d", SERVER, "2026-11-21T10:00:09Z", Report.NOTHING.ended(at("2026-11-21T10:00:09Z"))));
        assertThat(windows(timeline))
                .containsExactly(
                        window("2026-11-21T10:00:00Z", "2026-11-21T10:00:05Z"),
                        window("2026-11-21T10:00:05Z", "2026-11-21T10:00:09Z"));
        assertThat(states(timeline)).containsExactly("building", "stopped");
    }

    @Test
    void a_change_undone_within_its_second_leaves_no_cut() {
        Timeline timeline = fold(
                told("a", SERVER, "2026-11-21T10:00:00Z", ACTIVE),
                told("b", SERVER, "2026-11-21T10:00:05.2Z", Report.NOTHING.state("stopped")),
                told("c", SERVER, "2026-11-21T10:00:05.9Z", Report.NOTHING.state("active")),
                told("d", SERVER, "2026-11-21T10:00:08Z", Report.NOTHING.state("stopped")));
        assertThat(windows(timeline))
                .containsExactly(
                        window("2026-11-21T10:00:00Z", "2026-11-21T10:00:08Z"),
                        Window.since(at("2026-11-21T10:00:08Z")));
        assertThat(timeline.segments().getFirst().evidence())
                .containsExactly(new ObservationId("nova", "a"), new ObservationId("nova", "d"));
    }

    @Test
    void what_a_report_leaves_unsaid_stays_as_it_was() {
        Timeline timeline = fold(
                told("a", SERVER, "2026-11-21T10:00:00Z", ACTIVE),
                told("b", SERVER, "2026-11-21T11:00:00Z", Report.NOTHING.level("vcpus", 4)));
        Segment last = timeline.segments().getLast();
        assertThat(last.owner()).contains("alpha");
        assertThat(last.state()).isEqualTo("active");
        assertThat(last.levels()).containsExactly(Map.entry("vcpus", decimal("4")));
        assertThat(last.attributes()).containsExactly(Map.entry("flavor", "small"));
    }

    @Test
    void what_the_first_facts_leave_unsaid_is_taken_from_the_earliest_that_says_it() {
        Timeline timeline = fold(
                told("a", SERVER, "2026-11-21T10:00:00Z", Report.NOTHING.state("active")),
                told(
                        "b",
                        SERVER,
                        "2026-11-21T11:00:00Z",
                        Report.NOTHING.owner("alpha").level("vcpus", 4)),
                told(
                        "c",
                        SERVER,
                        "2026-11-21T12:00:00Z",
                        Report.NOTHING.owner("beta").level("vcpus", 8)));
        assertThat(windows(timeline))
                .containsExactly(
                        window("2026-11-21T10:00:00Z", "2026-11-21T12:00:00Z"),
                        Window.since(at("2026-11-21T12:00:00Z")));
        assertThat(timeline.segments().getFirst().owner()).contains("alpha");
        assertThat(timeline.segments().getFirst().levels()).containsEntry("vcpus", decimal("4"));
    }

    @Test
    void metadata_told_completely_removes_what_is_not_told() {
        Timeline timeline = fold(
                told("a", SERVER, "2026-11-21T10:00:00Z", ACTIVE.attribute("metadata.tier", "gold")),
                told("b", SERVER, "2026-11-21T11:00:00Z", Report.NOTHING.complete("metadata.")),
                told("c", SERVER, "2026-11-21T12:00:00Z", Report.NOTHING.attribute("metadata.tier", "tin")));
        assertThat(timeline.segments().stream().map(s -> s.attributes().get("metadata.tier")))
                .containsExactly("gold", null, "tin");
        assertThat(timeline.segments()).allMatch(s -> s.attributes().containsKey("flavor"));
    }

    @Test
    void metadata_told_completely_before_is_not_filled_in_from_later() {
        Timeline timeline = fold(
                told("a", SERVER, "2026-11-21T10:00:00Z", ACTIVE.complete("metadata.")),
                told("b", SERVER, "2026-11-21T12:00:00Z", Report.NOTHING.attribute("metadata.tier", "tin")));
        assertThat(timeline.segments().stream().map(s -> s.attributes().containsKey("metadata.tier")))
                .containsExactly(false, true);
    }

    @Test
    void a_creation_time_lengthens_the_life_backwards_and_the_earliest_counts() {
        Timeline timeline = fold(
                told("a", SERVER, "2026-11-21T10:00:00Z", ACTIVE.began(at("2026-11-21T09:00:00.5Z"))),
                told("b", SERVER, "2026-11-21T11:00:00Z", ACTIVE.began(at("2026-11-21T09:30:00Z"))),
                told("c", SERVER, "2026-11-21T12:00:00Z", ACTIVE.began(at("2027-01-01T00:00:00Z"))));
        assertThat(windows(timeline)).containsExactly(Window.since(at("2026-11-21T09:00:00Z")));
    }

    @Test
    void the_earliest_end_is_final_and_whatever_is_told_later_is_stale() {
        Timeline timeline = fold(
                told("a", SERVER, "2026-11-21T10:00:00Z", ACTIVE),
                told("b", SERVER, "2026-11-21T11:00:00Z", Report.NOTHING.ended(at("2026-11-21T11:00:00Z"))),
                told("c", SERVER, "2026-11-21T12:00:00Z", Report.NOTHING.ended(at("2026-11-21T12:00:00Z"))),
                told("d", SERVER, "2026-11-21T13:00:00Z", ACTIVE.owner("beta").level("vcpus", 64)));
        assertThat(windows(timeline)).containsExactly(window("2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z"));
        assertThat(timeline.segments().getFirst().owner()).contains("alpha");
        assertThat(timeline.segments().getFirst().evidence()).contains(new ObservationId("nova", "b"));
    }

    @Test
    void a_flow_carries_the_owner_and_attributes_of_its_moment() {
        Timeline timeline = fold(
                told("a", SERVER, "2026-11-21T10:00:00Z", ACTIVE),
                told("f", SERVER, "2026-11-21T10:30:00.5Z", Report.NOTHING.flow("image.download", decimal("5"))),
                told("b", SERVER, "2026-11-21T11:00:00Z", Report.NOTHING.owner("beta")),
                told("g", SERVER, "2026-11-21T11:30:00Z", Report.NOTHING.flow("image.download", decimal("7"))));
        assertThat(timeline.flows())
                .extracting(f -> f.at() + " " + f.owner().orElse("?") + " " + f.quantity() + " " + f.attributes())
                .containsExactly(
                        "2026-11-21T10:30:00Z alpha 5 {flavor=small}", "2026-11-21T11:30:00Z beta 7 {flavor=small}");
        assertThat(timeline.segments()).hasSize(2);
    }

    @Test
    void flows_alone_make_no_life() {
        Timeline timeline =
                fold(told("f", SERVER, "2026-11-21T10:30:00Z", Report.NOTHING.flow("image.download", decimal("5"))));
        assertThat(timeline.life()).isEmpty();
        assertThat(timeline.flows()).hasSize(1);
        assertThat(timeline.flows().getFirst().owner()).isEmpty();
    }

    @Test
    void a_window_that_is_measured_again_counts_as_it_was_told_last_whatever_came_first() {
        Window hour = new Window(at("2026-11-21T10:00:00Z"), at("2026-11-21T11:00:00Z"));
        Observation first =
                told("m.0", SERVER, "2026-11-21T10:00:00Z", traffic("5").measured(hour));
        Observation again =
                told("m.1", SERVER, "2026-11-21T10:00:00Z", traffic("3").measured(hour));
        Observation next = told(
                "n.0",
                SERVER,
                "2026-11-21T11:00:00Z",
                traffic("8").measured(new Window(hour.to(), hour.to().plusSeconds(3600))));
        for (Timeline timeline : List.of(fold(first, again, next), fold(next, again, first))) {
            assertThat(timeline.flows())
                    .extracting(f -> f.at() + " " + f.quantity() + " " + f.evidence())
                    .containsExactly("2026-11-21T10:00:00Z 3 nova:m.1", "2026-11-21T11:00:00Z 8 nova:n.0");
        }
    }

    @Test
    void what_is_measured_has_its_own_owner_and_attributes_and_tells_nothing_of_the_resource() {
        Window hour = new Window(at("2026-11-21T10:30:00Z"), at("2026-11-21T11:00:00Z"));
        Timeline timeline = fold(
                told("a", SERVER, "2026-11-21T10:00:00Z", ACTIVE),
                told(
                        "m",
                        SERVER,
                        "2026-11-21T10:30:00Z",
                        traffic("5").owner("beta").attribute("direction", "out").measured(hour)));
        assertThat(timeline.segments())
                .extracting(segment -> segment.owner() + " " + segment.attributes())
                .containsExactly("Optional[alpha] {flavor=small}");
        assertThat(timeline.flows())
                .extracting(f -> f.owner() + " " + f.attributes())
                .containsExactly("Optional[beta] {direction=out, flavor=small}");
        assertThatThrownBy(() -> Report.NOTHING.state("active").measured(hour)).hasMessageContaining("tells no state");
    }

    private static Report traffic(String quantity) {
        return Report.NOTHING.flow("network.outgoing", decimal(quantity));
    }

    @Test
    void an_observation_of_another_resource_is_refused() {
        Observation other = told("a", VOLUME, "2026-11-21T10:00:00Z", ACTIVE);
        assertThatThrownBy(() -> fold(other)).hasMessageContaining("RegionOne/volume/v1");
    }

    @Test
    void names_stand_in_for_ids_where_they_are_known() {
        References references = References.of(List.of(name("small", "c1.small", "2026-11-21T12:00:00Z")));
        Timeline timeline = fold(
                        told("a", SERVER, "2026-11-21T10:00:00Z", ACTIVE),
                        told("f", SERVER, "2026-11-21T10:30:00Z", Report.NOTHING.flow("image.download", decimal("5"))),
                        told("b", SERVER, "2026-11-21T11:00:00Z", Report.NOTHING.attribute("flavor", "big")))
                .named(references);
        TreeMap<String, String> named = new TreeMap<>(Map.of("flavor", "c1.small", "flavor_id", "small"));
        assertThat(timeline.segments().getFirst().attributes()).isEqualTo(named);
        assertThat(timeline.flows().getFirst().attributes()).isEqualTo(named);
        assertThat(timeline.segments().getLast().attributes()).containsExactly(Map.entry("flavor", "big"));
    }

    @Test
    void a_new_name_holds_from_when_it_was_told_and_the_first_also_before() {
        Timeline timeline = fold(told("a", SERVER, "2026-11-21T10:00:00Z", ACTIVE))
                .named(References.of(List.of(
                        name("small", "c2.small", "2026-11-21T12:00:00.5Z"),
                        name("small", "c1.small", "2026-11-21T11:00:00Z"),
                        name("small", "c1.small", "2026-11-21T11:30:00Z"))));
        assertThat(timeline.segments())
                .extracting(segment -> segment.attributes().get("flavor") + " "
                        + segment.window().from())
                .containsExactly("c1.small 2026-11-21T10:00:00Z", "c2.small 2026-11-21T12:00:00Z");
        assertThat(timeline.segments().getFirst().window().to())
                .isEqualTo(timeline.segments().getLast().window().from());
    }

    private static Observation name(String id, String name, String at) {
        return told(name + at, new ResourceId("RegionOne", "flavor", id), at, Report.NOTHING.attribute("name", name));
    }

    @Test
    void a_project_owned_it_before_an_instant_if_it_or_a_flow_was_its_own_by_then() {
        Timeline timeline = fold(
                told("a", SERVER, "2026-11-21T10:00:00Z", Report.NOTHING.owner("alpha")),
                told("b", SERVER, "2026-11-21T11:00:00Z", Report.NOTHING.owner("beta")),
                told("c", SERVER, "2026-11-21T12:00:00Z", Report.NOTHING.ended(at("2026-11-21T12:00:00Z"))),
                told(
                        "f",
                        SERVER,
                        "2026-11-21T13:00:00Z",
                        Report.NOTHING.owner("gamma").flow("sent", decimal("5"))));
        assertThat(timeline.isOwnedBefore("alpha", at("2026-11-21T10:00:00Z"))).isFalse();
        assertThat(timeline.isOwnedBefore("alpha", at("2026-12-01T00:00:00Z"))).isTrue();
        assertThat(timeline.isOwnedBefore("beta", at("2026-11-21T11:00:00Z"))).isFalse();
        assertThat(timeline.isOwnedBefore("beta", at("2026-11-21T11:00:01Z"))).isTrue();
        assertThat(timeline.isOwnedBefore("gamma", at("2026-11-21T13:00:00Z"))).isFalse();
        assertThat(timeline.isOwnedBefore("gamma", at("2026-11-21T13:00:01Z"))).isTrue();
    }

    @Test
    void the_state_at_an_instant_is_that_of_the_segment_around_it() {
        Timeline timeline = fold(
                told("a", SERVER, "2026-11-21T10:00:00Z", ACTIVE),
                told("b", SERVER, "2026-11-21T11:00:00Z", Report.NOTHING.state("stopped")));
        assertThat(timeline.at(at("2026-11-21T10:59:59Z")).map(Segment::state)).contains("active");
        assertThat(timeline.at(at("2026-11-21T11:00:00Z")).map(Segment::state)).contains("stopped");
        assertThat(timeline.at(at("2026-11-21T09:59:59Z"))).isEmpty();
    }
}
