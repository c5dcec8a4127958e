package org.reckoner.collect.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.Timeline;

/// Back-fill only ever adds: for any messages, any answer of an API and any past that it tells.
class SupplementLaws {

    private static final ResourceId SERVER = new ResourceId("RegionOne", "server", "s");
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final List<String> STATES = List.of("building", "active", "stopped", "paused");
    private static final List<String> FLAVORS = List.of("c1.small", "c1.large");

    /// Messages of one server, an answer about it and its past, in an order of their own making.
    private record Scene(List<Observation> told, Found found, List<Past> past) {

        static Scene of(long seed) {
            Random random = new Random(seed);
            List<Observation> told = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                Report report = report(random);
                told.add(new Observation(
                        new ObservationId("nova", "m" + i), "compute.instance.update", SERVER, at(random), report));
            }
            List<Past> past = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                past.add(new Past("a" + i, at(random), Report.NOTHING.state(any(STATES, random))));
            }
            Report now = report(random).began(START);
            boolean gone = random.nextInt(4) == 0;
            Instant changed = at(random);
            Found found = new Found(
                    "server",
                    "s",
                    gone ? now.ended(changed) : now,
                    random.nextBoolean() ? Optional.of(changed) : Optional.empty(),
                    START.plusSeconds(3600L * (60 + random.nextInt(60))));
            return new Scene(told, found, past);
        }

        private static Report report(Random random) {
            Report report = Report.NOTHING
                    .owner("acme")
                    .state(any(STATES, random))
                    .level("vcpus", 1 + random.nextInt(2))
                    .attribute("flavor", any(FLAVORS, random))
                    .complete("metadata.");
            return random.nextBoolean() ? report.attribute("metadata.tier", "gold") : report;
        }

        private static Instant at(Random random) {
            return START.plusSeconds(60 + random.nextInt(100 * 3600));
        }

        private static <T> T any(List<T> all, Random random) {
            return all.get(random.nextInt(all.size()));
        }

        Supplement supplement(List<Observation> known) {
            return Supplement.of(SERVER, "nova", known, found, past, Optional.empty());
        }

        List<Observation> completed() {
            List<Observation> all = new ArrayList<>(told);
            all.addAll(supplement(told).facts());
            return all;
        }
    }

    @Property(tries = 2000)
    void what_a_message_told_holds_at_its_time_with_the_back_fill_as_without(@ForAll long seed) {
        Scene scene = Scene.of(seed);
        Timeline before = Timeline.fold(SERVER, scene.told());
        Timeline after = Timeline.fold(SERVER, scene.completed());

        for (Observation message : scene.told()) {
            if (after.life().isPresent()
                    && !message.occurredAt().isBefore(after.life().get().to())) {
                continue; // it is in the second in which it was found to be gone
            }
            assertThat(after.at(message.occurredAt()).map(SupplementLaws::said))
                    .isEqualTo(before.at(message.occurredAt()).map(SupplementLaws::said));
        }
    }

    @Property(tries = 2000)
    void the_same_answer_again_adds_nothing(@ForAll long seed) {
        Scene scene = Scene.of(seed);

        assertThat(scene.supplement(scene.completed()).facts()).isEmpty();
    }

    @Property(tries = 2000)
    void what_is_there_is_afterwards_as_the_api_says_unless_a_message_knows_later(@ForAll long seed) {
        Scene scene = Scene.of(seed);
        Supplement supplement = scene.supplement(scene.told());
        boolean gone = scene.found().report().endedAt().isPresent();
        if (gone || supplement.verdict() == Supplement.Verdict.OUTDATED) {
            return;
        }

        Segment last = Timeline.fold(SERVER, scene.completed()).segments().getLast();

        assertThat(said(last)).isEqualTo(said(scene.found().report()));
        assertThat(last.window().isOpen()).isTrue();
    }

    private static List<Object> said(Segment segment) {
        return List.of(segment.owner(), Optional.of(segment.state()), segment.levels(), segment.attributes());
    }

    private static List<Object> said(Report report) {
        return List.of(report.owner(), report.state(), report.levels(), report.attributes());
    }
}
