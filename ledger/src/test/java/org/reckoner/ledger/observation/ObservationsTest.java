package org.reckoner.ledger.observation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.OnEachDatabase;
import org.reckoner.ledger.Told;

class ObservationsTest extends OnEachDatabase {

    @Test
    void what_happened_since_is_no_news_of_an_earlier_period() {
        house.tell(Told.volumeOfType("v", "alpha", "2026-11-01", "t"), Told.typeNamed("t", "ssd", "2026-10-01"));
        assertThat(isNewsOfNovember(Told.resized("v", "2026-12-01", 2))).isFalse();
        assertThat(isNewsOfNovember(Told.typeNamed("t", "gold", "2026-12-01"))).isFalse();
        assertThat(isNewsOfNovember(Told.volume("w", "alpha", "2026-12-01", 1))).isFalse();
        assertThat(isNewsOfNovember(Told.of("v", "2026-12-02", Told.full("alpha", "2026-11-01", 3))))
                .isFalse();
        assertThat(isNewsOfNovember(Told.volume("x", "beta", "2026-11-11", 1))).isFalse();
    }

    @Test
    void what_reaches_into_an_earlier_period_is_news_of_it_whenever_it_happened() {
        house.tell(Told.volumeOfType("v", "alpha", "2026-11-11", "t"));
        assertThat(isNewsOfNovember(Told.resized("v", "2026-11-21", 2))).isTrue();
        assertThat(isNewsOfNovember(Told.typeNamed("t", "ssd", "2026-12-01"))).isTrue();
        assertThat(isNewsOfNovember(Told.of("v", "2026-12-01", Told.full("alpha", "2026-11-01", 2))))
                .isTrue();
        assertThat(isNewsOfNovember(Told.of("v", "2026-12-01", Report.NOTHING.attribute("bootable", "true"))))
                .isTrue();
        assertThat(isNewsOfNovember(
                        Told.of("v", "2026-12-01", Report.NOTHING.ended(Told.time("2026-11-30T23:59:59Z")))))
                .isTrue();
        assertThat(isNewsOfNovember(Told.moved("x", "alpha", "2026-11-30"))).isTrue();
    }

    @Test
    void of_a_window_that_was_measured_again_the_last_telling_is_found() {
        house.tell(
                traffic("1", "2026-11-01T10:00:00Z", 5),
                traffic("0", "2026-11-01T10:00:00Z", 4),
                traffic("0", "2026-11-01T11:00:00Z", 6));
        assertThat(house.ledger().observations().measured("RegionOne", "store", Told.time("2026-11-01T10:00:00Z")))
                .hasEntrySatisfying(
                        Told.image("i"),
                        told -> assertThat(told.report().flows()).containsEntry("traffic", BigDecimal.valueOf(5)))
                .hasSize(1);
        assertThat(house.ledger().observations().measured("RegionTwo", "store", Told.time("2026-11-01T10:00:00Z")))
                .isEmpty();
    }

    @Test
    void the_last_telling_is_found_by_what_all_tellings_begin_with() {
        house.tell(
                traffic("000", "2026-11-01T10:00:00Z", 4),
                traffic("001", "2026-11-01T10:00:00Z", 5),
                traffic("000", "2026-11-01T11:00:00Z", 6));

        assertThat(house.ledger()
                        .observations()
                        .lastTold(
                                "store",
                                List.of("2026-11-01T10:00:00Z", "2026-11-01T11:00:00Z", "2026-11-01T12:00:00Z")))
                .hasSize(2)
                .hasEntrySatisfying(
                        "2026-11-01T10:00:00Z",
                        told -> assertThat(told.id().messageId()).endsWith("/001"))
                .hasEntrySatisfying(
                        "2026-11-01T11:00:00Z",
                        told -> assertThat(told.id().messageId()).endsWith("/000"));
        assertThat(house.ledger().observations().lastTold("other", List.of("2026-11-01T10:00:00Z")))
                .isEmpty();
    }

    private static Observation traffic(String revision, String from, long bytes) {
        Window hour = new Window(Told.time(from), Told.time(from).plusSeconds(3600));
        return new Observation(
                new ObservationId("store", from + "/" + revision),
                "measured",
                Told.image("i"),
                hour.from(),
                Report.NOTHING
                        .owner("alpha")
                        .flow("traffic", BigDecimal.valueOf(bytes))
                        .measured(hour));
    }

    private boolean isNewsOfNovember(Observation observation) {
        long before = house.ledger().observations().cutoff();
        house.ledger().intake().take(List.of(observation), List.of());
        return house.ledger().observations().toldSince("alpha", Told.time("2026-12-01"), before);
    }
}
