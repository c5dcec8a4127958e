package org.reckoner.ledger.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.OnEachDatabase;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.ledger.observation.Intake;

class SamplesTest extends OnEachDatabase {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private static Sample sample(String id, long minute) {
        return new Sample(
                id,
                "volume.size",
                Sample.Kind.GAUGE,
                "v",
                Optional.of("p"),
                "openstack",
                NOON.plusSeconds(minute * 60),
                Optional.of(new BigDecimal("2.50")),
                Map.of("volume_type", "ssd"));
    }

    private Intake.Taken keep(Sample... samples) {
        return house.ledger()
                .intake()
                .take(List.of(), new Samples.Batch("RegionOne", Arrays.asList(samples)), List.of());
    }

    private List<Samples.Due> due(long minute) {
        return house.ledger().samples().due("RegionOne", List.of("volume.size"), NOON.plusSeconds(minute * 60), false);
    }

    private List<Instant> hours(long minute) {
        return due(minute).stream().map(each -> each.window().from()).toList();
    }

    @Test
    void a_sample_is_kept_once_and_read_back_as_it_was() {
        assertThat(keep(sample("a", 5), sample("b", 3), sample("a", 5))).isEqualTo(new Intake.Taken(2, 1, 0));
        assertThat(keep(sample("b", 3))).isEqualTo(new Intake.Taken(0, 1, 0));

        assertThat(house.ledger()
                        .samples()
                        .within("RegionOne", "volume.size", new Window(NOON, NOON.plusSeconds(3600))))
                .isEqualTo(Map.of("v", List.of(sample("b", 3), sample("a", 5))));
    }

    @Test
    void an_hour_is_due_once_it_is_over_and_again_when_a_sample_comes_late() {
        keep(sample("a", 5));

        assertThat(hours(59)).isEmpty();
        assertThat(hours(60)).containsExactly(NOON);
        due(60).forEach(house.ledger().samples()::done);
        assertThat(hours(60)).isEmpty();

        keep(sample("late", 6));
        assertThat(hours(60)).containsExactly(NOON);
    }

    @Test
    void what_comes_while_use_is_made_is_not_forgotten() {
        keep(sample("a", 5));
        List<Samples.Due> before = new ArrayList<>(due(60));
        keep(sample("meanwhile", 6));
        before.forEach(house.ledger().samples()::done);

        assertThat(hours(60)).containsExactly(NOON);
    }

    @Test
    void a_sample_matters_to_the_next_hour_too() {
        keep(sample("a", 5));

        assertThat(hours(120)).containsExactly(NOON, NOON.plusSeconds(3600));
    }

    @Test
    void samples_are_dropped_once_use_was_made_and_what_comes_later_is_a_dead_letter() {
        keep(sample("a", 5), sample("b", 125));
        assertThat(house.ledger().samples().prune(NOON.plusSeconds(7200))).isZero();

        due(120).forEach(house.ledger().samples()::done);
        assertThat(house.ledger().samples().prune(NOON.plusSeconds(7200))).isEqualTo(1);
        assertThat(house.ledger().samples().count()).isEqualTo(1);

        assertThat(keep(sample("late", 6))).isEqualTo(new Intake.Taken(0, 0, 1));
        assertThat(house.ledger().deadLetters().list(false, 10))
                .extracting(DeadLetter::reason)
                .singleElement()
                .asString()
                .contains("dropped");
        assertThat(hours(120)).isEmpty();
    }

    @Test
    void what_tells_how_the_oldest_hour_began_is_kept_with_it() {
        keep(sample("a", 5), sample("b", 65));
        due(60).forEach(house.ledger().samples()::done);

        house.ledger().samples().prune(NOON.plusSeconds(3600));

        assertThat(house.ledger().samples().count()).isEqualTo(2);
        assertThat(keep(sample("late", 6))).isEqualTo(new Intake.Taken(0, 0, 1));
        assertThat(hours(120)).containsExactly(NOON.plusSeconds(3600));
    }

    @Test
    void the_last_of_each_resource_is_read_and_the_last_that_tells_a_volume() {
        Sample silent = new Sample(
                "c",
                "volume.size",
                Sample.Kind.GAUGE,
                "v",
                Optional.of("p"),
                "openstack",
                NOON.plusSeconds(1200),
                Optional.empty(),
                Map.of("status", "active"));
        keep(sample("a", 5), sample("b", 10), silent, sample("d", 70));

        assertThat(house.ledger().samples().last("RegionOne", "volume.size", new Window(NOON, NOON.plusSeconds(3600))))
                .isEqualTo(Map.of("v", List.of(sample("b", 10), silent)));
    }
}
