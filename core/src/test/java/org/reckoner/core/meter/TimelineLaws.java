package org.reckoner.core.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.reckoner.core.reference.Scene;
import org.reckoner.core.reference.Story;
import org.reckoner.core.time.Window;

/// Law 3: the timeline is the same for every order of arrival, and it is what truly happened.
class TimelineLaws {

    @Property(tries = 400, shrinking = ShrinkingMode.OFF)
    void every_second_of_the_timeline_is_what_was_true_in_it(@ForAll long seed) {
        Scene scene = Scene.linear(seed);
        for (Story story : scene.stories()) {
            Timeline timeline = Timeline.fold(story.resource(), story.delivered(scene.random()));
            for (long second = 0; second < scene.horizon() * 4L; second++) {
                Instant at = scene.origin().plusSeconds(second);
                Story.Moment folded = timeline.at(at)
                        .map(s -> new Story.Moment(s.owner().orElse("?"), s.state(), s.levels(), s.attributes()))
                        .orElse(null);
                assertThat(folded)
                        .as("%s in second %d, told by %s", story.resource(), second, story.messages())
                        .isEqualTo(story.at(second));
            }
        }
    }

    @Property(tries = 250, shrinking = ShrinkingMode.OFF)
    void any_order_and_any_repetition_fold_into_one_timeline(@ForAll long seed) {
        Scene scene = Scene.linear(seed);
        for (Story story : scene.stories()) {
            Timeline inOrder = Timeline.fold(story.resource(), story.messages());
            assertThat(Timeline.fold(story.resource(), story.delivered(scene.random())))
                    .isEqualTo(inOrder);
            assertThat(Timeline.fold(story.resource(), story.messages().reversed()))
                    .isEqualTo(inOrder);
        }
    }

    @Property(tries = 250, shrinking = ShrinkingMode.OFF)
    void segments_fill_the_life_and_never_overlap(@ForAll long seed) {
        Scene scene = Scene.linear(seed);
        for (Story story : scene.stories()) {
            mustTile(Timeline.fold(story.resource(), story.messages()));
        }
    }

    /// Whatever is lost or garbled: the rules of the fold's comment that hold for any set of facts.
    @Property(tries = 400, shrinking = ShrinkingMode.OFF)
    void segments_fill_the_life_whichever_messages_are_lost(@ForAll long seed) {
        Random random = new Random(seed);
        Scene scene = Scene.linear(seed);
        for (Story story : scene.stories()) {
            List<Observation> left = new ArrayList<>(story.messages());
            left.removeIf(message -> random.nextInt(3) == 0);
            Timeline timeline = Timeline.fold(story.resource(), left);
            mustTile(timeline);
            mustBeginAndEndAsTold(left, timeline);
            Collections.shuffle(left, random);
            assertThat(Timeline.fold(story.resource(), left)).isEqualTo(timeline);
        }
    }

    @Property(tries = 250, shrinking = ShrinkingMode.OFF)
    void evidence_names_messages_that_were_told(@ForAll long seed) {
        Scene scene = Scene.linear(seed);
        for (Story story : scene.stories()) {
            List<ObservationId> told =
                    story.messages().stream().map(Observation::id).toList();
            Timeline timeline = Timeline.fold(story.resource(), story.messages());
            for (Segment segment : timeline.segments()) {
                assertThat(segment.evidence()).hasSizeBetween(1, 2).doesNotHaveDuplicates();
                assertThat(told).containsAll(segment.evidence());
            }
        }
    }

    /// What [Known] says of a fact holds, whatever was lost and in whichever order it comes.
    @Property(tries = 400, shrinking = ShrinkingMode.OFF)
    void before_its_reach_a_fact_changes_nothing(@ForAll long seed) {
        Random random = new Random(seed);
        Scene scene = Scene.linear(seed);
        for (Story story : scene.stories()) {
            List<Observation> arrivals = new ArrayList<>(story.messages());
            arrivals.removeIf(message -> random.nextInt(3) == 0);
            if (random.nextBoolean()) {
                Collections.shuffle(arrivals, random);
            }
            List<Observation> arrived = new ArrayList<>();
            Known known = null;
            for (Observation fact : arrivals) {
                Timeline before = Timeline.fold(story.resource(), arrived);
                arrived.add(fact);
                known = known == null ? Known.of(fact) : known;
                Instant reach = known.reach(fact);
                known = known.with(fact);
                assertThat(until(reach, Timeline.fold(story.resource(), arrived)))
                        .as("before %s, with %s of %s", reach, fact, arrived)
                        .isEqualTo(until(reach, before));
            }
        }
    }

    /// What is billed of a timeline up to an instant, as text, stretches of one state as one.
    private static List<String> until(Instant end, Timeline timeline) {
        List<String> said = new ArrayList<>();
        for (Segment segment : timeline.segments()) {
            if (segment.window().from().isBefore(end)) {
                said.add("from %s: %s %s %s %s"
                        .formatted(
                                segment.window().from(),
                                segment.owner(),
                                segment.state(),
                                segment.levels(),
                                segment.attributes()));
                if (segment.window().to().isBefore(end)) {
                    said.add("until " + segment.window().to());
                }
            }
        }
        timeline.flows().stream().filter(flow -> flow.at().isBefore(end)).forEach(flow -> said.add(flow.toString()));
        return said;
    }

    private static void mustTile(Timeline timeline) {
        if (timeline.life().isEmpty()) {
            assertThat(timeline.segments()).isEmpty();
            return;
        }
        Instant from = timeline.life().get().from();
        for (Segment segment : timeline.segments()) {
            assertThat(segment.window().from()).isEqualTo(from);
            assertThat(segment.window().isEmpty()).isFalse();
            from = segment.window().to();
        }
        assertThat(from).isEqualTo(timeline.life().get().to());
        for (int i = 1; i < timeline.segments().size(); i++) {
            Segment before = timeline.segments().get(i - 1);
            Segment segment = timeline.segments().get(i);
            assertThat(segment.within(before.window()))
                    .as("neighbours differ in more than their evidence")
                    .usingRecursiveComparison()
                    .ignoringFields("evidence")
                    .isNotEqualTo(before);
        }
    }

    private static void mustBeginAndEndAsTold(List<Observation> told, Timeline timeline) {
        Instant began = null;
        Instant ended = Window.FOREVER;
        for (Observation observation : told) {
            Report report = observation.report();
            if (report.tellsState()) {
                List<Instant> since = new ArrayList<>(List.of(observation.occurredAt()));
                report.beganAt().ifPresent(since::add);
                for (Instant instant : since) {
                    began = began == null || instant.isBefore(began) ? instant : began;
                }
            }
            if (report.endedAt().isPresent() && report.endedAt().get().isBefore(ended)) {
                ended = report.endedAt().get();
            }
        }
        if (began == null) {
            assertThat(timeline.life()).isEmpty();
            return;
        }
        Instant from = Instant.ofEpochSecond(began.getEpochSecond());
        Instant to = ended.equals(Window.FOREVER) ? ended : Instant.ofEpochSecond(ended.getEpochSecond());
        if (from.isBefore(to)) {
            assertThat(timeline.life()).contains(new Window(from, to));
        } else {
            assertThat(timeline.life()).isEmpty();
        }
    }
}
