package org.reckoner.collect.oslo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

    @ParameterizedTest
    @CsvSource({
        "2026-11-21 10:09:26.966925,        2026-11-21T10:09:26.966925Z",
        "2026-11-21T10:09:26.911080,        2026-11-21T10:09:26.911080Z",
        "2026-11-21 10:09:25+00:00,         2026-11-21T10:09:25Z",
        "2026-11-21T10:09:25Z,              2026-11-21T10:09:25Z",
        "2026-11-21T10:09:48.734799+0000,   2026-11-21T10:09:48.734799Z",
        "2026-11-21T12:09:50.501396+02:00,  2026-11-21T10:09:50.501396Z",
        "2026-11-21 09:12:00,               2026-11-21T09:12:00Z",
        "2024-02-29T23:59:59.000001Z,       2024-02-29T23:59:59.000001Z",
        "2026-11-21T10:09:26.1,             2026-11-21T10:09:26.1Z",
        "2026-12-31T23:59:59.123456+00:00,  2026-12-31T23:59:59.123456Z",
        "2000-02-28T00:00:00,               2000-02-28T00:00:00Z",
        "2000-03-01T00:00:00,               2000-03-01T00:00:00Z",
        "2026-11-21T10:09:26.123456789Z,    2026-11-21T10:09:26.123456789Z",
    })
    void every_way_in_which_openstack_writes_a_moment_is_read(String written, Instant meant) {
        assertThat(Timestamps.parse(written)).contains(meant);
    }

    @Test
    void every_day_of_eight_years_is_the_day_that_it_is() {
        LocalDate day = LocalDate.of(1999, 1, 1);
        for (int i = 0; i < 8 * 366; i++, day = day.plusDays(1)) {
            assertThat(Timestamps.parse(day + "T23:01:02"))
                    .contains(day.atTime(23, 1, 2).toInstant(ZoneOffset.UTC));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-11-21",
                "10:09:26",
                "2026-13-01 00:00:00",
                "2026-02-29 00:00:00",
                "2026-11-21 24:00:01",
                "2026-04-31 00:00:00",
                "2026-11-31T00:00:00",
                "2026-11-21T10:09:26.1234567890",
                "2026-11-2xT10:09:26",
                "2026-11-21T10:09:26.",
                "2026-11-21T10:09:26+99:00",
                "2026-11-21T10:09:26 CET",
                "1795255788.5",
                " 2026-11-21T10:09:26Z",
            })
    void anything_else_is_not(String written) {
        assertThat(Timestamps.parse(written)).isEmpty();
    }

    /// `/` and `:` stand next to the digits in ASCII.
    @ParameterizedTest
    @ValueSource(chars = {'/', ':', 'x', '-', '\u0663', ' '})
    void every_digit_must_be_one(char none) {
        String moment = "2026-11-21T10:09:26";
        for (int i = 0; i < moment.length(); i++) {
            if (Character.isDigit(moment.charAt(i))) {
                String broken = moment.substring(0, i) + none + moment.substring(i + 1);
                assertThat(Timestamps.parse(broken)).as(broken).isEmpty();
            }
        }
    }
}
