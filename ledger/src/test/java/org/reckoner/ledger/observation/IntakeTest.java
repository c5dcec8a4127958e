package org.reckoner.ledger.observation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.ledger.OnEachDatabase;
import org.reckoner.ledger.Told;

/// What comes in, and what becomes of what cannot be kept.
class IntakeTest extends OnEachDatabase {

    @Test
    void a_name_that_no_database_can_keep_makes_a_dead_letter_and_the_rest_goes_on() {
        Intake.Taken taken = house.ledger()
                .intake()
                .take(
                        List.of(
                                Told.volume("v".repeat(256), "alpha", "2026-11-01", 1),
                                Told.volume("w", "al\0pha", "2026-11-01", 1),
                                Told.volume("x", "alpha", "2026-11-01", 1)),
                        List.of());
        assertThat(taken).isEqualTo(new Intake.Taken(1, 0, 2));
        assertThat(house.ledger().deadLetters().list(false, 10))
                .extracting(DeadLetter::reason)
                .satisfiesExactly(
                        longName -> assertThat(longName).contains("255 characters"),
                        noText -> assertThat(noText).contains("U+0000"));
    }

    @Test
    void what_the_database_refuses_unforeseen_makes_a_dead_letter_and_the_rest_goes_on() {
        Observation good = Told.volume("x", "alpha", "2026-11-01", 1);
        Observation poison = new Observation(
                new ObservationId("cinder", "poison"), good.event(), good.resource(), Instant.MAX, good.report());

        assertThat(house.ledger().intake().take(List.of(poison, good), List.of()))
                .isEqualTo(new Intake.Taken(1, 0, 1));
        assertThat(house.ledger().deadLetters().list(false, 10))
                .singleElement()
                .satisfies(letter -> assertThat(letter.reason()).startsWith("the ledger cannot keep it: "));
    }

    @Test
    void a_refused_message_is_kept_once_whatever_is_said_against_it() {
        house.ledger().intake().take(List.of(), List.of(refused("expected a time up to 10:00")));
        house.ledger().intake().take(List.of(), List.of(refused("expected a time up to 11:00")));
        assertThat(house.ledger().deadLetters().list(false, 10))
                .singleElement()
                .satisfies(letter -> assertThat(letter.reason()).endsWith("10:00"));
    }

    private static DeadLetter.Fresh refused(String reason) {
        return new DeadLetter.Fresh(
                "queue", Optional.of("told"), Optional.of("m"), reason, "{\"timestamp\": \"2099\"}");
    }
}
