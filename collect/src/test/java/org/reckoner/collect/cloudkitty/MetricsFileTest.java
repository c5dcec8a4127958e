package org.reckoner.collect.cloudkitty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.reckoner.collect.cloudkitty.MetricsFile.Collector;
import org.reckoner.collect.measured.Combination;
import org.reckoner.collect.measured.Definition;
import org.reckoner.collect.measured.Mutation;
import org.reckoner.collect.measured.Skip;
import org.reckoner.core.money.Ratio;

/// CloudKitty's `metrics.yml`, key by key.
class MetricsFileTest {

    private static List<Definition> read(String text) {
        return MetricsFile.parse("metrics.yml", text, Collector.GNOCCHI, "project_id", false);
    }

    private static Definition bundled(String meter) {
        try (InputStream file =
                Objects.requireNonNull(MetricsFileTest.class.getResourceAsStream("/cloudkitty/metrics.yml"))) {
            return read(new String(file.readAllBytes(), StandardCharsets.UTF_8)).stream()
                    .filter(definition -> definition.meter().equals(meter))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String metric(String lines) {
        return "metrics:\n  cpu:\n    unit: h\n    extra_args: {resource_type: instance}\n" + lines.indent(4);
    }

    @Test
    void an_instance_is_counted_beside_what_notifications_tell_of_the_server() {
        Definition instance = bundled("instance");

        assertThat(instance.metric()).isEqualTo("cpu");
        assertThat(instance.type()).isEqualTo("server");
        assertThat(instance.conversion().mutation()).isEqualTo(Mutation.NUMBOOL);
        assertThat(instance.sampling().granularity()).hasValue(Duration.ofSeconds(300));
        assertThat(instance.sampling().combination()).hasValue(Combination.MEAN);
        assertThat(instance.keys())
                .isEqualTo(new Definition.Keys(
                        List.of("id"), "project_id", List.of("user_id", "flavor_name", "flavor_id", "vcpus")));
    }

    @Test
    void a_factor_is_exactly_the_fraction_that_is_written() {
        assertThat(bundled("image.size").conversion().factor()).isEqualTo(Ratio.parse("1/1048576"));
        assertThat(read(metric("factor: 0.1")).getFirst().conversion().factor())
                .isEqualTo(Ratio.of(new BigDecimal("0.1")));
    }

    @Test
    void one_metric_can_become_several_meters() {
        assertThat(bundled("traffic.out").metric()).isEqualTo("network.outgoing.bytes");
        assertThat(bundled("traffic.out").store())
                .containsEntry("re-aggregation", "sum")
                .containsEntry("history", "false");
        assertThat(bundled("traffic.out").sampling().granularity()).isEmpty();
        assertThat(bundled("traffic.steps").metric()).isEqualTo("network.outgoing.bytes");
        assertThat(bundled("traffic.steps").skip()).hasValue(new Skip("", "==", "0"));
        assertThat(bundled("traffic.steps").conversion().table()).containsEntry(Ratio.of(0), Ratio.of(1));
        assertThat(bundled("traffic.steps").store()).containsKey("operations");
    }

    @Test
    void another_attribute_can_name_the_resource() {
        assertThat(bundled("ip.floating").keys().resource()).containsExactly("original_resource_id");
    }

    @Test
    void an_unknown_key_is_refused_with_file_metric_and_key() {
        assertThatThrownBy(() -> read(metric("granularity: 5")))
                .isInstanceOf(BadMetrics.class)
                .hasMessageContaining("metrics.yml: metric cpu: unknown key 'granularity'");
    }

    @Test
    void an_unknown_key_of_the_collector_is_refused() {
        assertThatThrownBy(() ->
                        read("metrics: {cpu: {unit: h, extra_args: {resource_type: instance, query_function: abs}}}"))
                .hasMessageContaining("metric cpu: unknown key 'extra_args, query_function'");
    }

    @Test
    void an_expression_that_is_more_than_a_comparison_is_refused_at_the_start() {
        assertThatThrownBy(() -> read(metric("skip_datapoints_expression: '__import__(\"os\").system(\"ls\")'")))
                .hasMessageContaining("skip_datapoints_expression")
                .hasMessageContaining("expected a comparison");
    }

    @Test
    void the_usual_expression_skips_nothing() {
        assertThat(read(metric("skip_datapoints_expression: False")).getFirst().skip())
                .isEqualTo(Optional.empty());
    }

    @Test
    void an_attribute_may_be_compared_with_a_text() {
        assertThat(read(metric(
                                "groupby: [id, flavor]\nskip_datapoints_expression: datapoint[\"groupby\"][\"flavor\"] == \"tiny\""))
                        .getFirst()
                        .skip())
                .hasValue(new Skip("flavor", "==", "tiny"));
    }

    @Test
    void every_problem_is_told_at_once() {
        assertThatThrownBy(() -> read("""
                        metrics:
                          cpu: {factor: two, mutate: HALF, extra_args: {resource_type: instance}}
                          ip: {unit: ip, groupby: [id], metadata: [id]}
                        """))
                .hasMessageContaining("metric cpu: 'unit' is missing")
                .hasMessageContaining("metric cpu: 'factor' is 'two'")
                .hasMessageContaining("metric cpu: 'mutate' is 'HALF'")
                .hasMessageContaining("metric ip: 'id' is in groupby and in metadata")
                .hasMessageContaining("metric ip: 'extra_args, resource_type' is missing");
    }

    @Test
    void a_table_without_map_is_refused() {
        assertThatThrownBy(() -> read(metric("mutate_map: {1: 2}")))
                .hasMessageContaining("a table is of use to MAP only");
    }

    @Test
    void two_metrics_of_one_name_are_refused() {
        assertThatThrownBy(() -> read("""
                        metrics:
                          a: {unit: x, alt_name: c, extra_args: {resource_type: t}}
                          b: {unit: x, alt_name: c, extra_args: {resource_type: t}}
                        """)).hasMessageContaining("two metrics named 'c'");
    }

    @Test
    void a_file_that_is_no_yaml_is_refused_with_the_place() {
        assertThatThrownBy(() -> read("metrics: [")).hasMessageContaining("metrics.yml:1:");
    }

    @Test
    void for_prometheus_the_labels_name_the_resource() {
        Definition definition = MetricsFile.parse(
                        "metrics.yml",
                        "metrics: {up: {unit: x, groupby: [zone, host, project_id], extra_args: {range_function: rate, query_suffix: '> 0'}}}",
                        Collector.PROMETHEUS,
                        "project_id",
                        false)
                .getFirst();

        assertThat(definition.keys().resource()).containsExactly("zone", "host");
        assertThat(definition.store()).containsEntry("range-function", "rate").containsEntry("suffix", "> 0");
    }

    @Test
    void of_what_cloudkitty_rated_it_is_of_no_concern_what_it_asked() {
        List<Definition> definitions = MetricsFile.parse("metrics.yml", """
                metrics:
                  net_bytes_total:
                    unit: B
                    alt_name: network.out
                    groupby: [uuid, project_id]
                    extra_args: {aggregation_method: sum, range_function: delta}
                  cpu:
                    unit: instance
                    alt_name: instance
                    groupby: [id, project_id]
                    extra_args: {resource_type: instance, force_granularity: 300}
                """, Collector.ANY, "project_id", false);

        assertThat(definitions).extracting(Definition::meter).containsExactly("network.out", "instance");
        assertThat(definitions).extracting(Definition::type).containsExactly("network.out", "server");
        assertThat(definitions)
                .extracting(definition -> definition.keys().resource())
                .containsExactly(List.of("uuid"), List.of("id"));
    }
}
