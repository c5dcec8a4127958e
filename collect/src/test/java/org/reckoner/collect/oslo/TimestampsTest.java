package org.reckoner.collect.oslo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
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
    })
    void every_way_in_which_openstack_writes_a_moment_is_read(String written, Instant meant) {
        assertThat(Timestamps.parse(written)).contains(meant);
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
                "2026-11-21T10:09:26.",
                "2026-11-21T10:09:26+99:00",
                "2026-11-21T10:09:26 CET",
                "1795255788.5",
                " 2026-11-21T10:09:26Z",
            })
    void anything_else_is_not(String written) {
        assertThat(Timestamps.parse(written)).isEmpty();
    }
}
