package org.reckoner.core.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowTest {

    private static Window seconds(long from, long to) {
        return new Window(Instant.ofEpochSecond(from), Instant.ofEpochSecond(to));
    }

    @Test
    void a_window_holds_its_beginning_and_not_its_end() {
        Window window = seconds(5, 9);
        assertThat(window.contains(Instant.ofEpochSecond(5))).isTrue();
        assertThat(window.contains(Instant.ofEpochSecond(8))).isTrue();
        assertThat(window.contains(Instant.ofEpochSecond(9))).isFalse();
        assertThat(window.contains(Instant.ofEpochSecond(4))).isFalse();
        assertThat(window.seconds()).isEqualTo(4);
    }

    @Test
    void windows_that_touch_share_nothing() {
        assertThat(seconds(5, 9).intersect(seconds(9, 12))).isEmpty();
        assertThat(seconds(5, 9).overlaps(seconds(9, 12))).isFalse();
        assertThat(seconds(9, 12).overlaps(seconds(5, 9))).isFalse();
    }

    @Test
    void the_shared_part_runs_from_the_later_start_to_the_earlier_end() {
        assertThat(seconds(5, 9).intersect(seconds(7, 12))).contains(seconds(7, 9));
        assertThat(seconds(7, 12).intersect(seconds(5, 9))).contains(seconds(7, 9));
        assertThat(seconds(0, 20).intersect(seconds(7, 12))).contains(seconds(7, 12));
        assertThat(seconds(5, 9).overlaps(seconds(8, 12))).isTrue();
    }

    @Test
    void an_empty_window_overlaps_nothing() {
        assertThat(seconds(7, 7).isEmpty()).isTrue();
        assertThat(seconds(7, 7).overlaps(seconds(5, 9))).isFalse();
        assertThat(seconds(5, 9).overlaps(seconds(7, 7))).isFalse();
        assertThat(seconds(7, 8).isEmpty()).isFalse();
    }

    @Test
    void an_open_window_has_no_length() {
        Window open = Window.since(Instant.EPOCH);
        assertThat(open.isOpen()).isTrue();
        assertThat(seconds(0, 1).isOpen()).isFalse();
        assertThatThrownBy(open::seconds).isInstanceOf(ArithmeticException.class);
        assertThat(open).hasToString("1970-01-01T00:00:00Z..");
        assertThat(seconds(0, 1)).hasToString("1970-01-01T00:00:00Z..1970-01-01T00:00:01Z");
    }

    @Test
    void a_window_cannot_end_before_it_begins() {
        assertThatThrownBy(() -> seconds(9, 5)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void windows_are_ordered_by_start_then_end() {
        assertThat(List.of(seconds(2, 3), seconds(1, 9), seconds(1, 4)).stream().sorted())
                .containsExactly(seconds(1, 4), seconds(1, 9), seconds(2, 3));
    }

    @Test
    void november_has_30_days_and_february_2028_has_29() {
        assertThat(BillingPeriod.of(YearMonth.of(2026, 11)).window().seconds()).isEqualTo(30 * 86_400L);
        assertThat(BillingPeriod.parse("2028-02").window().seconds()).isEqualTo(29 * 86_400L);
    }

    @Test
    void the_second_day_of_a_range_is_not_billed() {
        BillingPeriod period = BillingPeriod.parse("2026-11-01..2026-11-15");
        assertThat(period.window())
                .isEqualTo(new Window(Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-11-15T00:00:00Z")));
        assertThat(period).hasToString("2026-11-01..2026-11-15");
        assertThat(BillingPeriod.parse(period.label())).isEqualTo(period);
    }

    @Test
    void what_is_not_a_period_is_refused_with_an_example() {
        for (String text :
                List.of("", "2026", "2026-13", "2026-02-30..2026-03-01", "..", "2026-11-01..", "last month")) {
            assertThatThrownBy(() -> BillingPeriod.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2026-11-01..2026-11-15");
        }
        assertThatThrownBy(() -> BillingPeriod.parse("2026-11-15..2026-11-15"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ends before it begins");
    }

    @Test
    void a_slice_of_an_hour_begins_on_the_hour() {
        TimeSlice hour = new TimeSlice(Duration.ofHours(1));
        Window window = new Window(Instant.parse("2026-11-21T10:59:59Z"), Instant.parse("2026-11-21T11:00:01Z"));
        assertThat(hour.cover(window))
                .isEqualTo(new Window(Instant.parse("2026-11-21T10:00:00Z"), Instant.parse("2026-11-21T12:00:00Z")));
        assertThat(hour.end(window) - hour.first(window)).isEqualTo(2);
        assertThat(hour.cover(hour.cover(window))).isEqualTo(hour.cover(window));
        assertThat(hour.isSecond()).isFalse();
        assertThat(new TimeSlice(Duration.ofSeconds(1)).isSecond()).isTrue();
    }

    @Test
    void a_slice_divides_a_day_into_whole_seconds() {
        for (String width : List.of("PT0S", "PT-1S", "PT0.5S", "PT1.5S", "PT7S", "P2D")) {
            assertThatThrownBy(() -> new TimeSlice(Duration.parse(width))).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new TimeSlice(Duration.ofDays(1)).width()).isEqualTo(Duration.ofDays(1));
    }
}
