package org.reckoner.collect.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reckoner.collect.measured.Conversion;
import org.reckoner.collect.measured.Definition;
import org.reckoner.collect.measured.Finding;
import org.reckoner.collect.measured.Measure;
import org.reckoner.collect.measured.SmallServer;
import org.reckoner.collect.measured.Store.Answered;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.collect.openstack.Impatient;
import org.reckoner.core.time.Window;

/// What Prometheus is asked, and what is made of its answers, in the documented form of its HTTP API.
@Timeout(60)
class PrometheusTest {

    private static final Instant TEN = Instant.parse("2026-11-21T10:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Window SPAN = new Window(TEN, TEN.plus(HOUR.multipliedBy(2)));
    private static final long ELEVEN = TEN.plus(HOUR).getEpochSecond();

    private String result = "";
    private final SmallServer server = new SmallServer(
            asked -> "{\"status\": \"success\", \"data\": {\"resultType\": \"matrix\", \"result\": [" + result + "]}}");
    private final List<Finding> findings = new ArrayList<>();

    @AfterEach
    void stop() {
        server.close();
    }

    private static Definition definition(Map<String, String> store) {
        return new Definition(
                "net",
                "vm_network_bytes",
                "port",
                "B",
                Definition.Kind.AMOUNT,
                Conversion.NONE,
                Definition.Sampling.of("sum", Optional.empty()),
                Definition.Keys.of(List.of("id"), "project_id", List.of("flavor")),
                Optional.empty(),
                false,
                new TreeMap<>(store));
    }

    private Answered ask() {
        return new Prometheus(Impatient.at("Prometheus", server.at("/api/v1")))
                .ask(definition(Map.of("range-function", "increase")), HOUR, SPAN, findings::add);
    }

    private void series(String labels, String... values) {
        result = "{\"metric\": %s, \"values\": [%s]}".formatted(labels, String.join(", ", values));
    }

    @Test
    void one_query_asks_for_all_windows_and_projects() {
        series(
                "{\"id\": \"a\", \"project_id\": \"p\", \"flavor\": \"small\"}",
                "[%d, \"1500\"]".formatted(ELEVEN),
                "[%d, \"2.5e3\"]".formatted(ELEVEN + 3600));

        assertThat(ask()).isEqualTo(new Answered(true, 0));

        assertThat(server.requests())
                .containsExactly(
                        "/api/v1/query_range?query=sum(increase(vm_network_bytes[3600s])) by (id, project_id, flavor)&start=%d&end=%d&step=3600"
                                .formatted(ELEVEN, ELEVEN + 3600));
        List<Measure> measures = findings.stream()
                .map(finding -> ((Finding.Found) finding).measure())
                .toList();
        assertThat(measures).extracting(measure -> measure.window().from()).containsExactly(TEN, TEN.plus(HOUR));
        assertThat(measures.get(1).quantity()).isEqualByComparingTo("2500");
        assertThat(measures.getFirst().project()).hasValue("p");
        assertThat(measures.getFirst().attributes()).containsEntry("flavor", "small");
    }

    @Test
    void functions_prefix_and_suffix_are_put_around_it_as_cloudkitty_does() {
        Definition definition = definition(Map.of("function", "ceil", "prefix", "1 *", "suffix", "> 0"));

        assertThat(Query.of(definition, HOUR))
                .isEqualTo("1 * sum(ceil(sum_over_time(vm_network_bytes[3600s]))) by (id, project_id, flavor) > 0");
    }

    @Test
    void what_prometheus_does_not_have_is_refused_at_the_start() {
        assertThatThrownBy(() -> Query.of(definition(Map.of("function", "sin")), HOUR))
                .hasMessageContaining("Prometheus has no function 'sin'");
        assertThatThrownBy(() -> Query.of(definition(Map.of("resource-type", "x")), HOUR))
                .hasMessageContaining("Prometheus has no 'resource-type'");
    }

    @Test
    void no_number_says_nothing_and_is_counted() {
        series("{\"id\": \"a\"}", "[%d, \"NaN\"]".formatted(ELEVEN), "[%d, \"+Inf\"]".formatted(ELEVEN + 3600));

        assertThat(ask()).isEqualTo(new Answered(true, 2));
        assertThat(findings).isEmpty();
    }

    @Test
    void a_warning_means_that_not_all_may_be_there() {
        server.next(
                200,
                "{\"status\": \"success\", \"warnings\": [\"store gateway unreachable\"], \"data\": {\"resultType\": \"matrix\", \"result\": []}}");

        assertThatThrownBy(this::ask)
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("store gateway unreachable");
    }

    @Test
    void an_error_is_a_failure_with_its_words() {
        server.next(422, "{\"status\": \"error\", \"errorType\": \"execution\", \"error\": \"query timed out\"}");

        assertThatThrownBy(this::ask).isInstanceOf(CloudFailure.class).hasMessageContaining("query timed out");
    }

    @Test
    void an_answer_that_breaks_off_is_asked_for_again() {
        series("{\"id\": \"a\"}", "[%d, \"1\"]".formatted(ELEVEN));
        server.nextCutOff("{\"status\": \"success\", \"data\": {\"result\": [{\"metric\": {");

        ask();

        assertThat(findings).hasSize(1);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void an_answer_without_data_is_no_answer() {
        server.next(200, "{\"status\": \"success\"}");

        assertThatThrownBy(this::ask).isInstanceOf(CloudFailure.class).hasMessageContaining("expected data");
    }
}
