package org.reckoner.collect.distil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reckoner.core.meter.Sample;

/// The states of servers within an hour, with the results that Distil's own tests and runs of it gave.
class UptimeTest {

    private static final Set<String> TRACKED = Set.of("active", "building", "paused", "rescued", "resized");
    private static final Uptime CORRECT = new Uptime(TRACKED, false, false);
    private static final Uptime LEGACY = new Uptime(TRACKED, false, true);

    private static String of(Uptime uptime, List<Sample> samples) throws Unmeasurable {
        return Told.shown(uptime.measure("ignored", samples, Told.HOUR));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "'',''",
        "active@0 active@60,f1=3600",
        "stopped@0 stopped@60,''",
        "active@0 stopped@30 stopped@60,f1=1800",
        "active@0 active/f2@30 active/f2@60,f1=1800 f2=1800",
        "active@10 active@60,f1=3000",
        "active@-10 active@10 active@60,f1=3600",
        "active@-10 active@10 shelving@30 active@60,f1=1800",
        "active@0,f1=3600",
        "active@10,f1=3000",
        "active@-10,''",
        "active@-10 stopped@10,f1=600",
        "active@-10 active/f2@10,f1=600 f2=3000",
        "active@0 deleted@30,f1=1800",
        "ACTIVE@0 ACTIVE@60,''",
        "active@0 active@0,f1=3600",
    })
    void what_distil_bills_rightly_is_billed_so_in_both_ways(String states, String expected) throws Unmeasurable {
        assertThat(of(CORRECT, Told.states("status", states))).isEqualTo(expected);
        assertThat(of(LEGACY, Told.states("status", states))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} is {1}, and {2} as legacy")
    @CsvSource({
        "stopped@0 active@30,f1=1800,f1=3600",
        "stopped@-10 active@10,f1=3000,''",
        "stopped@0 active@10,f1=3000,f1=3600",
        "stopped@-10 active@10 active@20,f1=3000,f1=3600",
        "active@0 stopped@20 active@40,f1=2400,f1=3600",
        "stopped@-10 active@10 stopped@30 active@50,f1=1800,f1=3600",
        "active@0 stopped@20 active/f2@40,f1=1200 f2=1200,f1=1200 f2=2400",
    })
    void time_that_a_server_was_off_is_billed_as_legacy_only(String states, String correct, String legacy)
            throws Unmeasurable {
        assertThat(of(CORRECT, Told.states("status", states))).isEqualTo(correct);
        assertThat(of(LEGACY, Told.states("status", states))).isEqualTo(legacy);
    }

    @Test
    void the_state_may_be_told_as_state() throws Unmeasurable {
        assertThat(of(CORRECT, Told.states("state", "active@0 active@60"))).isEqualTo("f1=3600");
        assertThat(of(LEGACY, Told.states("state", "active@0 active@60"))).isEqualTo("f1=3600");
    }

    @Test
    void without_a_state_nothing_is_billed() throws Unmeasurable {
        assertThat(of(CORRECT, Told.states("other", "active@0 active@60"))).isEmpty();
        assertThat(of(LEGACY, Told.states("other", "active@0 active@60"))).isEmpty();
    }

    @Test
    void the_samples_given_are_left_as_they_are() throws Unmeasurable {
        List<Sample> samples = Told.states("status", "active@-10 active@10 shelving@30 active@60");

        of(LEGACY, samples);

        assertThat(samples).hasSize(4);
    }

    @Test
    void a_state_told_as_a_number_is_read_so_by_the_transformer_of_2014() throws Unmeasurable {
        List<Sample> samples = Told.volumes("1@0 5@30").stream()
                .map(sample -> Told.sample(
                        sample.time().getEpochSecond() - Told.MIDNIGHT.getEpochSecond(),
                        sample.kind(),
                        sample.volume(),
                        Map.of("flavor.id", "f1")))
                .toList();

        assertThat(of(new Uptime(TRACKED, true, false), samples)).isEqualTo("f1=1800");
    }

    @Test
    void a_running_server_without_a_flavor_is_refused_with_the_keys_that_are_looked_for() {
        List<Sample> samples =
                List.of(Told.sample(0, Sample.Kind.GAUGE, Optional.of(BigDecimal.ONE), Map.of("status", "active")));

        assertThatThrownBy(() -> of(CORRECT, samples))
                .isInstanceOf(Unmeasurable.class)
                .hasMessageContaining("instance_type");
    }
}
