package org.reckoner.core.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reckoner.core.reference.Sample.decimal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MeterTest {

    @Test
    void a_report_may_say_nothing() {
        assertThat(Report.NOTHING.tellsState()).isFalse();
        assertThat(Report.NOTHING.flow("image.download", BigDecimal.ONE).tellsState())
                .isFalse();
    }

    @Test
    void a_report_of_equal_levels_and_flows_is_a_report() {
        Report report = Report.NOTHING.level("vcpus", 1).flow("vcpus", BigDecimal.ONE);
        assertThat(report.levels()).isEqualTo(report.flows());
    }

    @Test
    void quantities_held_over_time_convert_as_what_is_held_and_as_time() {
        Unit hours = Unit.of("GiB.h");
        assertThat(hours.convertsTo(Unit.of("MB.s"))).isTrue();
        assertThat(hours.size()).isEqualByComparingTo(decimal("3865470566400"));
        assertThat(Unit.of("vCPU.h").convertsTo(Unit.of("vCPU.s"))).isTrue();
        assertThat(Unit.of("vCPU.h").convertsTo(hours)).isFalse();
        assertThat(Unit.of("min").size()).isEqualByComparingTo("60");
        assertThat(Unit.of("n1.ipv4").dimension()).isEqualTo("n1.ipv4");
    }

    @Test
    void any_word_about_the_resource_itself_tells_state() {
        Report nothing = Report.NOTHING;
        assertThat(List.of(
                        nothing.owner("alpha"),
                        nothing.state("active"),
                        nothing.began(Instant.EPOCH),
                        nothing.ended(Instant.EPOCH),
                        nothing.level("vcpus", 0),
                        nothing.attribute("flavor", "small"),
                        nothing.complete("metadata.")))
                .allMatch(Report::tellsState);
    }

    @Test
    void a_report_keeps_all_that_was_put_in_it() {
        Report report = Report.NOTHING
                .owner("alpha")
                .state("active")
                .began(Instant.EPOCH)
                .ended(Instant.MAX)
                .level("vcpus", 2)
                .level("memory", decimal("0.5"))
                .flow("image.download", decimal("3"))
                .attribute("flavor", "small")
                .complete("metadata.");
        assertThat(report.owner()).contains("alpha");
        assertThat(report.state()).contains("active");
        assertThat(report.beganAt()).contains(Instant.EPOCH);
        assertThat(report.endedAt()).contains(Instant.MAX);
        assertThat(report.levels()).isEqualTo(Map.of("vcpus", decimal("2"), "memory", decimal("0.5")));
        assertThat(report.flows()).isEqualTo(Map.of("image.download", decimal("3")));
        assertThat(report.attributes()).isEqualTo(Map.of("flavor", "small"));
        assertThat(report.complete()).containsExactly("metadata.");
    }

    @Test
    void a_quantity_is_not_negative() {
        assertThatThrownBy(() -> Report.NOTHING.level("vcpus", -1)).hasMessageContaining("vcpus = -1");
        assertThatThrownBy(() -> Report.NOTHING.flow("image.download", decimal("-0.1")))
                .hasMessageContaining("image.download = -0.1");
        assertThat(Report.NOTHING.level("vcpus", 0).levels()).containsKey("vcpus");
    }

    @Test
    void a_resource_has_a_region_a_type_and_an_id() {
        assertThat(new ResourceId("R", "server", "1")).hasToString("R/server/1");
        assertThatThrownBy(() -> new ResourceId("", "server", "1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ResourceId("R", " ", "1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ResourceId("R", "server", "")).isInstanceOf(IllegalArgumentException.class);
        assertThat(new ResourceId("A", "server", "9"))
                .isLessThan(new ResourceId("B", "image", "1"))
                .isLessThan(new ResourceId("A", "volume", "1"))
                .isGreaterThan(new ResourceId("A", "server", "8"));
    }

    @Test
    void units_of_data_convert_and_others_only_into_themselves() {
        assertThat(Unit.of("GiB").convertsTo(Unit.of("MB"))).isTrue();
        assertThat(Unit.of("GiB").convertsTo(Unit.of("vCPU"))).isFalse();
        assertThat(Unit.of("vCPU").convertsTo(Unit.of("vCPU"))).isTrue();
        assertThat(Unit.of("GiB").size()).isEqualByComparingTo("1073741824");
        assertThat(Unit.of("kB").size()).isEqualByComparingTo("1000");
        assertThat(Unit.of("PiB").size()).isEqualByComparingTo("1125899906842624");
        assertThat(Unit.of("vCPU").size()).isEqualByComparingTo("1");
        assertThat(Unit.of("vCPU")).hasToString("vCPU");
    }

    @Test
    void a_new_meter_replaces_the_old_one_of_its_name() {
        Meters more = Meters.BUILT_IN.and(List.of(Meter.level("vcpus", "core"), Meter.amount("requests", "request")));
        assertThat(more.find("vcpus").orElseThrow().unit()).isEqualTo(Unit.of("core"));
        assertThat(more.find("requests").orElseThrow().kind()).isEqualTo(Meter.Kind.AMOUNT);
        assertThat(more.find("memory")).isEqualTo(Meters.BUILT_IN.find("memory"));
        assertThat(more.find("nothing")).isEmpty();
        assertThat(Meters.BUILT_IN.find("vcpus").orElseThrow().unit()).isEqualTo(Unit.of("vCPU"));
        assertThat(more.find("requests").orElseThrow()).hasToString("requests");
    }

    @Test
    void compute_bills_while_it_runs_and_disks_until_shelved_away() {
        StateRules usual = StateRules.USUAL;
        assertThat(usual.factor("server", "vcpus", "active")).isEqualByComparingTo("1");
        assertThat(usual.factor("server", "vcpus", "stopped")).isEqualByComparingTo("0");
        assertThat(usual.factor("server", "disk.root", "stopped")).isEqualByComparingTo("1");
        assertThat(usual.factor("server", "disk.root", "shelved_offloaded")).isEqualByComparingTo("0");
        assertThat(usual.factor("volume", "volume.size", "in-use")).isEqualByComparingTo("1");
        assertThat(usual.factor("volume", "volume.size", "error")).isEqualByComparingTo("0");
        assertThat(usual.factor("router", "router", "anything")).isEqualByComparingTo("1");
    }

    @Test
    void the_first_rule_that_speaks_of_a_type_and_meter_decides() {
        StateRule fifth = new StateRule(
                "server",
                new TreeSet<>(Set.of("vcpus")),
                new TreeMap<>(Map.of("stopped", decimal("0.2"))),
                BigDecimal.ONE);
        StateRules rules = new StateRules(List.of(fifth)).over(StateRules.USUAL);
        assertThat(rules.factor("server", "vcpus", "stopped")).isEqualByComparingTo("0.2");
        assertThat(rules.factor("server", "vcpus", "error")).isEqualByComparingTo("1");
        assertThat(rules.factor("server", "memory", "stopped")).isEqualByComparingTo("0");
        assertThat(rules.factor("volume", "volume", "error")).isEqualByComparingTo("0");
    }

    @Test
    void a_factor_is_not_negative() {
        TreeSet<String> meters = new TreeSet<>(Set.of("vcpus"));
        assertThatThrownBy(() -> new StateRule(
                        "server", meters, new TreeMap<>(Map.of("stopped", decimal("-1"))), BigDecimal.ONE))
                .hasMessageContaining("stopped");
        assertThatThrownBy(() -> new StateRule("server", meters, new TreeMap<>(), decimal("-0.5")))
                .hasMessageContaining("otherwise");
    }
}
