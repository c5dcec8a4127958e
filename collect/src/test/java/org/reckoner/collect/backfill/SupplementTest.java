package org.reckoner.collect.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.reckoner.collect.backfill.Supplement.Verdict;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.time.Window;

/// What an API's answer adds to what notifications told.
class SupplementTest {

    private static final ResourceId SERVER = new ResourceId("RegionOne", "server", "s");
    private static final Report SMALL =
            Report.NOTHING.owner("acme").state("active").level("vcpus", 1).attribute("flavor", "c1.small");

    private static Instant hour(int hour) {
        return Instant.parse("2026-11-01T00:00:00Z").plusSeconds(3600L * hour);
    }

    private static Observation notified(String id, int hour, Report report) {
        return new Observation(new ObservationId("nova", id), "compute.instance.update", SERVER, hour(hour), report);
    }

    private static Found found(Report report, int changed, int asked) {
        return new Found("server", "s", report, Optional.of(hour(changed)), hour(asked));
    }

    private static Past past(String what, int hour, String state) {
        return new Past(what, hour(hour), Report.NOTHING.state(state));
    }

    private static Supplement supplement(List<Observation> known, Found found, Past... past) {
        return Supplement.of(SERVER, "nova", known, found, List.of(past), Optional.empty());
    }

    /// As `0-5 active c1.small`, in hours.
    private static List<String> history(List<Observation> known, Supplement supplement) {
        List<Observation> all = new ArrayList<>(known);
        all.addAll(supplement.facts());
        return Timeline.fold(SERVER, all).segments().stream()
                .map(segment -> "%d-%s %s %s"
                        .formatted(
                                hours(segment.window().from()),
                                segment.window().isOpen()
                                        ? ""
                                        : hours(segment.window().to()),
                                segment.state(),
                                segment.attributes().get("flavor")))
                .toList();
    }

    private static long hours(Instant instant) {
        return (instant.getEpochSecond() - hour(0).getEpochSecond()) / 3600;
    }

    @Test
    void what_the_ledger_does_not_know_has_been_as_it_is_since_its_creation() {
        Supplement supplement = supplement(List.of(), found(SMALL.began(hour(1)), 4, 9));

        assertThat(supplement.verdict()).isEqualTo(Verdict.NEW);
        assertThat(history(List.of(), supplement)).containsExactly("1- active c1.small");
    }

    @Test
    void of_what_the_ledger_does_not_know_the_past_is_taken_as_far_as_it_is_told() {
        Supplement supplement = supplement(
                List.of(),
                found(SMALL.state("stopped").began(hour(1)), 4, 9),
                past("create", 1, "building"),
                past("create", 2, "active"),
                past("stop", 4, "stopped"));

        assertThat(history(List.of(), supplement))
                .containsExactly("1-2 building c1.small", "2-4 active c1.small", "4- stopped c1.small");
    }

    @Test
    void a_deleted_server_has_its_life_from_creation_to_end() {
        Report deleted = SMALL.state("deleted").began(hour(1)).ended(hour(6));
        Supplement supplement =
                supplement(List.of(), found(deleted, 6, 9), past("create", 1, "building"), past("create", 2, "active"));

        assertThat(history(List.of(), supplement)).containsExactly("1-2 building c1.small", "2-6 active c1.small");
    }

    @Test
    void the_same_answer_gives_the_same_observations_whenever_it_is_asked_for() {
        Supplement first = supplement(List.of(), found(SMALL.began(hour(1)), 4, 9), past("create", 2, "active"));
        Supplement later = supplement(List.of(), found(SMALL.began(hour(1)), 4, 15), past("create", 2, "active"));

        assertThat(later).isEqualTo(first);
    }

    @Test
    void asking_again_adds_nothing() {
        Past[] past = {past("create", 1, "building"), past("create", 2, "active"), past("stop", 4, "stopped")};
        Found found = found(SMALL.state("stopped").began(hour(1)), 4, 9);
        Supplement first = supplement(List.of(), found, past);

        Supplement again =
                supplement(first.facts(), found(SMALL.state("stopped").began(hour(1)), 4, 12), past);

        assertThat(again.verdict()).isEqualTo(Verdict.KNOWN);
        assertThat(again.facts()).isEmpty();
    }

    @Test
    void what_notifications_told_completely_is_left_alone() {
        List<Observation> known = List.of(notified("a", 1, SMALL.began(hour(1))));

        assertThat(supplement(known, found(SMALL.began(hour(1)), 5, 9)).verdict())
                .isEqualTo(Verdict.KNOWN);
    }

    @Test
    void a_change_that_was_missed_holds_from_the_services_last_change() {
        List<Observation> known = List.of(notified("a", 1, SMALL.began(hour(1))));
        Report large = SMALL.level("vcpus", 4).attribute("flavor", "c1.large").began(hour(1));

        Supplement supplement = supplement(known, found(large, 5, 9));

        assertThat(supplement.verdict()).isEqualTo(Verdict.COMPLETED);
        assertThat(history(known, supplement)).containsExactly("1-5 active c1.small", "5- active c1.large");
        assertThat(supplement.facts())
                .singleElement()
                .satisfies(fact -> assertThat(fact.report().owner()).isEmpty());
    }

    @Test
    void a_change_whose_time_is_before_what_is_known_holds_from_the_asking() {
        List<Observation> known = List.of(notified("a", 1, SMALL), notified("b", 6, SMALL));

        Supplement supplement = supplement(known, found(SMALL.attribute("flavor", "c1.large"), 5, 9));

        assertThat(history(known, supplement)).containsExactly("1-9 active c1.small", "9- active c1.large");
    }

    @Test
    void a_flavor_that_was_made_again_under_its_name_is_not_that_of_the_servers_that_had_the_old_one() {
        Report old = SMALL.attribute("flavor_id", "1");
        List<Observation> known = List.of(notified("a", 1, old.began(hour(1))));

        assertThat(supplement(known, found(old.attribute("flavor_id", "2").began(hour(1)), 1, 9))
                        .facts())
                .isEmpty();
        Report resized = old.attribute("flavor", "c1.large").attribute("flavor_id", "2");
        assertThat(supplement(known, found(resized.began(hour(1)), 5, 9)).facts())
                .singleElement()
                .satisfies(fact -> assertThat(fact.report().attributes()).containsEntry("flavor_id", "2"));
    }

    @Test
    void what_was_never_told_is_known_from_the_beginning() {
        List<Observation> known = List.of(notified("a", 1, SMALL.began(hour(1))));

        Supplement supplement = supplement(known, found(SMALL.level("disk.swap", 512), 1, 9));
        List<Observation> all =
                Stream.concat(known.stream(), supplement.facts().stream()).toList();

        assertThat(Timeline.fold(SERVER, all).segments())
                .singleElement()
                .satisfies(segment -> assertThat(segment.levels()).containsKey("disk.swap"));
    }

    @Test
    void metadata_that_is_gone_is_gone_from_the_asking() {
        List<Observation> known =
                List.of(notified("a", 1, SMALL.complete("metadata.").attribute("metadata.tier", "gold")));

        Supplement supplement = supplement(known, found(SMALL.complete("metadata."), 1, 9));
        List<Observation> all =
                Stream.concat(known.stream(), supplement.facts().stream()).toList();

        assertThat(Timeline.fold(SERVER, all).segments().getLast().attributes()).doesNotContainKey("metadata.tier");
        assertThat(Timeline.fold(SERVER, all).segments()).hasSize(2);
    }

    @Test
    void a_stop_and_start_that_were_missed_are_added_between_what_was_told() {
        List<Observation> known = List.of(notified("a", 1, SMALL.began(hour(1))), notified("b", 20, SMALL));

        Supplement supplement = supplement(
                known,
                found(SMALL, 12, 24),
                past("create", 1, "active"),
                past("stop", 8, "stopped"),
                past("start", 11, "active"));

        assertThat(history(known, supplement))
                .containsExactly("1-8 active c1.small", "8-11 stopped c1.small", "11- active c1.small");
    }

    @Test
    void a_past_before_the_first_message_is_added_whole() {
        List<Observation> known = List.of(notified("a", 10, SMALL.began(hour(1))));

        Supplement supplement = supplement(
                known,
                found(SMALL, 9, 24),
                past("create", 2, "active"),
                past("stop", 4, "stopped"),
                past("start", 8, "active"));

        assertThat(history(known, supplement))
                .containsExactly("1-4 active c1.small", "4-8 stopped c1.small", "8- active c1.small");
    }

    @Test
    void a_stop_soon_after_something_else_was_told_is_found() {
        List<Observation> known = List.of(notified("a", 2, SMALL.began(hour(2))));
        Past stop = new Past("stop", hour(2).plusSeconds(20), Report.NOTHING.state("stopped"));

        Supplement supplement = supplement(known, found(SMALL.began(hour(2)), 4, 9), stop, past("start", 4, "active"));

        assertThat(supplement.missed())
                .extracting(missed -> missed.fact().occurredAt())
                .containsExactly(hour(2).plusSeconds(20), hour(4));
    }

    @Test
    void a_past_near_what_was_told_is_not_believed_over_it() {
        List<Observation> known = List.of(
                notified("a", 1, SMALL.began(hour(1))),
                notified("b", 4, SMALL.state("stopped")),
                notified("c", 9, SMALL));
        Past late = new Past("stop", hour(9).plusSeconds(2), Report.NOTHING.state("stopped"));

        assertThat(supplement(known, found(SMALL, 12, 24), late).facts()).isEmpty();
    }

    @Test
    void an_end_that_was_missed_is_added_and_not_before_what_was_told() {
        List<Observation> known = List.of(notified("a", 1, SMALL.began(hour(1))), notified("b", 7, SMALL));

        assertThat(history(known, supplement(known, found(SMALL.state("deleted").ended(hour(8)), 8, 9))))
                .containsExactly("1-8 active c1.small");
        assertThat(history(known, supplement(known, found(SMALL.state("deleted").ended(hour(6)), 6, 9))))
                .containsExactly("1-7 active c1.small");
    }

    @Test
    void an_end_that_was_told_is_final() {
        List<Observation> known = List.of(notified("a", 1, SMALL.began(hour(1)).ended(hour(5))));

        Supplement still = supplement(known, found(SMALL, 8, 9));

        assertThat(still.verdict()).isEqualTo(Verdict.ENDED);
        assertThat(still.facts()).isEmpty();
        assertThat(supplement(known, found(SMALL.ended(hour(6)), 6, 9)).verdict())
                .isEqualTo(Verdict.KNOWN);
    }

    @Test
    void an_answer_older_than_what_is_known_is_old_news() {
        List<Observation> known = List.of(notified("a", 1, SMALL), notified("b", 10, SMALL.state("stopped")));

        Supplement supplement = supplement(known, found(SMALL, 5, 9));

        assertThat(supplement.verdict()).isEqualTo(Verdict.OUTDATED);
        assertThat(supplement.facts()).isEmpty();
    }

    @Test
    void messages_that_arrive_after_the_back_fill_keep_their_word() {
        Supplement before = supplement(
                List.of(),
                found(SMALL.attribute("flavor", "c1.large").began(hour(1)), 5, 9),
                past("create", 2, "active"));
        List<Observation> late =
                List.of(notified("a", 1, SMALL.state("building").began(hour(1))), notified("b", 3, SMALL));

        assertThat(history(late, before))
                .containsExactly("1-2 building c1.small", "2-5 active c1.small", "5- active c1.large");
    }

    @Test
    void what_is_not_there_any_more_ends_when_a_person_says() {
        List<Observation> known = List.of(notified("a", 1, SMALL.began(hour(1))), notified("b", 7, SMALL));

        assertThat(history(known, Supplement.missing(SERVER, "nova", known, hour(12))))
                .containsExactly("1-12 active c1.small");
        assertThat(history(known, Supplement.missing(SERVER, "nova", known, hour(2))))
                .containsExactly("1-7 active c1.small");
    }

    private static Past resize(int hour) {
        return new Past(
                "resize", hour(hour), Report.NOTHING.state("active"), new TreeSet<>(List.of("flavor", "vcpus")));
    }

    private static final Report LARGE = SMALL.level("vcpus", 4).attribute("flavor", "c1.large");

    @Test
    void a_resize_that_was_missed_has_from_then_on_the_flavor_that_was_told_next() {
        List<Observation> known = List.of(notified("a", 1, SMALL.began(hour(1))), notified("b", 9, LARGE));

        Supplement supplement = supplement(known, found(LARGE, 9, 20), resize(5));

        assertThat(history(known, supplement)).containsExactly("1-5 active c1.small", "5- active c1.large");
        assertThat(supplement.missed()).singleElement().satisfies(missed -> {
            assertThat(missed.kind()).isEqualTo(Missed.Kind.ATTRIBUTES);
            assertThat(missed.within()).isEmpty();
            assertThat(missed.fact().event()).isEqualTo("reconcile.server.resize");
        });
    }

    @Test
    void between_two_resizes_of_which_nothing_was_told_the_flavor_is_uncertain() {
        List<Observation> known = List.of(notified("a", 1, SMALL.began(hour(1))));

        Supplement supplement = supplement(known, found(LARGE, 9, 20), resize(5), resize(9));

        assertThat(history(known, supplement)).containsExactly("1-9 active c1.small", "9- active c1.large");
        assertThat(supplement.missed())
                .singleElement()
                .satisfies(missed -> assertThat(missed.within()).hasValue(new Window(hour(5), hour(9))));
    }

    @Test
    void a_server_that_was_resized_and_put_back_and_is_gone_before_anybody_listened_is_told_once() {
        Found deleted = found(SMALL.began(hour(1)).ended(hour(12)), 12, 20);
        Past[] past = {past("create", 1, "building"), past("create", 2, "active"), resize(5), resize(9)};
        List<Observation> known = supplement(List.of(), deleted, past).facts();

        Supplement again = supplement(known, deleted, past);

        assertThat(again.facts()).isEmpty();
        assertThat(again.verdict()).isEqualTo(Supplement.Verdict.KNOWN);
    }

    @Test
    void a_stop_that_was_done_last_has_its_time_from_the_action() {
        List<Observation> known = List.of(notified("a", 1, SMALL.began(hour(1))));

        Supplement supplement = supplement(known, found(SMALL.state("stopped"), 6, 20), past("stop", 6, "stopped"));

        assertThat(history(known, supplement)).containsExactly("1-6 active c1.small", "6- stopped c1.small");
        assertThat(supplement.missed())
                .singleElement()
                .satisfies(missed -> assertThat(missed.within()).isEmpty());
    }

    @Test
    void what_differs_is_uncertain_since_the_last_word_or_since_all_was_read_last() {
        List<Observation> known = List.of(notified("a", 1, SMALL.began(hour(1))));
        Found found = found(LARGE, 9, 20);

        assertThat(Supplement.of(SERVER, "nova", known, found, List.of(), Optional.empty())
                        .missed())
                .singleElement()
                .satisfies(missed -> assertThat(missed.within()).hasValue(new Window(hour(1), hour(9))));
        assertThat(Supplement.of(SERVER, "nova", known, found, List.of(), Optional.of(hour(7)))
                        .missed())
                .singleElement()
                .satisfies(missed -> assertThat(missed.within()).hasValue(new Window(hour(7), hour(9))));
    }

    @Test
    void what_is_gone_went_between_the_last_reading_and_this() {
        List<Observation> known = List.of(notified("a", 1, SMALL.began(hour(1))));

        Supplement gone = Supplement.missing(SERVER, "nova", known, hour(12), Optional.of(hour(6)));

        assertThat(history(known, gone)).containsExactly("1-12 active c1.small");
        assertThat(gone.missed())
                .singleElement()
                .satisfies(missed -> assertThat(missed.within()).hasValue(new Window(hour(6), hour(12))));
    }

    @Test
    void a_deletion_that_is_told_late_shortens_what_was_taken_for_it() {
        List<Observation> known = new ArrayList<>(List.of(notified("a", 1, SMALL.began(hour(1)))));
        Supplement gone = Supplement.missing(SERVER, "nova", known, hour(12), Optional.empty());

        known.add(notified("late", 8, SMALL.ended(hour(8))));

        assertThat(history(known, gone)).containsExactly("1-8 active c1.small");
    }

    @Test
    void seconds_are_lost_doubled_or_otherwise() {
        Timeline had = Timeline.fold(SERVER, List.of(notified("a", 1, SMALL), notified("b", 5, SMALL.ended(hour(5)))));
        Timeline is = Timeline.fold(
                SERVER,
                List.of(
                        notified("a", 2, SMALL),
                        notified("c", 4, SMALL.state("stopped")),
                        notified("b", 7, SMALL.ended(hour(7)))));

        assertThat(Discrepancy.between(had, is, new Window(hour(0), hour(10))))
                .isEqualTo(Map.of("vcpus", new Discrepancy(2 * 3600, 3600, 3600)));
        assertThat(Discrepancy.between(is, is, new Window(hour(0), hour(10)))).isEmpty();
    }

    @Test
    void ids_differ_wherever_what_is_said_differs() {
        List<Report> reports = List.of(
                SMALL,
                SMALL.owner("globex"),
                SMALL.state("stopped"),
                SMALL.level("vcpus", 2),
                SMALL.attribute("flavor", "x"),
                SMALL.began(hour(0)),
                SMALL.complete("metadata."));

        assertThat(reports.stream()
                        .flatMap(report -> supplement(List.of(), found(report, 3, 9)).facts().stream())
                        .map(fact -> fact.id().messageId())
                        .collect(Collectors.toSet()))
                .hasSameSizeAs(reports);
    }
}
