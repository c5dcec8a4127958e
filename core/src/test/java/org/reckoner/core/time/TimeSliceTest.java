package org.reckoner.core.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSliceTest {

    @ParameterizedTest
    @CsvSource({"30s,30s", "60s,1m", "PT10M,10m", "90m,90m", "PT1H,1h", "24h,1d"})
    void a_slice_is_read_in_short_or_as_iso_8601_and_written_short(String text, String written) {
        assertThat(TimeSlice.parse(text)).hasToString(written);
        assertThat(TimeSlice.parse(written)).isEqualTo(TimeSlice.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "7h", "0s", "PT0.5S", "2d", ""})
    void what_does_not_divide_a_day_is_no_slice(String text) {
        assertThatThrownBy(() -> TimeSlice.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
