package org.reckoner.collect.measured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.reckoner.core.time.Window;

/// Which windows are collected when.
class WindowsTest {

    private static final Windows HOURS = new Windows(Duration.ofHours(1), 2, 0, 24);

    private static Instant at(String time) {
        return Instant.parse("2026-11-21T" + time + "Z");
    }

    private static Window span(String from, String to) {
        return new Window(at(from), at(to));
    }

    @Test
    void an_hour_is_collected_an_hour_after_it_was_over() {
        assertThat(HOURS.due(Optional.of(at("08:00:00")), at("00:00:00"), at("10:59:59")))
                .containsExactly(span("08:00:00", "09:00:00"));
        assertThat(HOURS.due(Optional.of(at("08:00:00")), at("00:00:00"), at("11:00:00")))
                .containsExactly(span("08:00:00", "10:00:00"));
    }

    @Test
    void nothing_is_due_before_a_window_is_over_for_long_enough() {
        assertThat(HOURS.due(Optional.of(at("09:00:00")), at("00:00:00"), at("10:30:00")))
                .isEmpty();
    }

    @Test
    void collecting_begins_with_the_window_of_the_start() {
        assertThat(HOURS.due(Optional.empty(), at("07:20:00"), at("10:00:00")))
                .containsExactly(span("07:00:00", "09:00:00"));
    }

    @Test
    void the_last_windows_are_looked_at_again_but_none_before_the_start() {
        Windows again = new Windows(Duration.ofHours(1), 2, 3, 24);

        assertThat(again.due(Optional.of(at("08:00:00")), at("00:00:00"), at("10:00:00")))
                .containsExactly(span("05:00:00", "09:00:00"));
        assertThat(again.due(Optional.of(at("08:00:00")), at("07:00:00"), at("10:00:00")))
                .containsExactly(span("07:00:00", "09:00:00"));
    }

    @Test
    void a_long_time_is_asked_for_in_spans_without_gaps() {
        Windows two = new Windows(Duration.ofHours(1), 1, 0, 2);

        assertThat(two.due(Optional.empty(), at("05:00:00"), at("10:10:00")))
                .containsExactly(
                        span("05:00:00", "07:00:00"), span("07:00:00", "09:00:00"), span("09:00:00", "10:00:00"));
    }

    @Test
    void a_watermark_within_a_window_begins_with_that_window() {
        assertThat(HOURS.due(Optional.of(at("08:20:00")), at("00:00:00"), at("10:00:00")))
                .containsExactly(span("08:00:00", "09:00:00"));
    }

    @Test
    void the_windows_of_a_span_are_in_order() {
        assertThat(HOURS.of(span("08:00:00", "10:00:00")))
                .containsExactly(span("08:00:00", "09:00:00"), span("09:00:00", "10:00:00"));
    }

    @Test
    void windows_that_do_not_fill_a_day_are_refused() {
        assertThatThrownBy(() -> new Windows(Duration.ofMinutes(7), 2, 0, 24))
                .hasMessageContaining("a day of whole windows");
        assertThat(List.of(Duration.ofMinutes(5), Duration.ofDays(1)))
                .allSatisfy(length -> assertThat(new Windows(length, 1, 0, 1)).isNotNull());
    }
}
