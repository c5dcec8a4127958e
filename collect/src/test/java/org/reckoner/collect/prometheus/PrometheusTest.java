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
        return ask(SPAN);
    }

    private Answered ask(Window span) {
        return prometheus().ask(definition(Map.of("range-function", "increase")), HOUR, span, findings::add);
    }

    private Prometheus prometheus() {
        return new Prometheus(Impatient.at("Prometheus", server.at("/api/v1")));
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
                        "/api/v1/query_range?query=label_join(sum(increase(vm_network_bytes[3600s])) by (id, project_id, flavor), \"A_resource\", \"/\", \"id\")&start=%d&end=%d&step=3600"
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
                .isEqualTo(
                        "label_join(1 * sum(ceil(sum_over_time(vm_network_bytes[3599999ms]))) by (id, project_id, flavor) > 0, \"A_resource\", \"/\", \"id\")");
    }

    @Test
    void names_that_only_prometheus_3_can_have_are_quoted() {
        Definition usual = definition(Map.of());
        Definition definition = new Definition(
                usual.meter(),
                "http.server.request.size",
                usual.type(),
                usual.unit(),
                usual.kind(),
                usual.conversion(),
                usual.sampling(),
                Definition.Keys.of(List.of("server.id"), "openstack.project", List.of("a \"b\" \\", "flavor")),
                usual.skip(),
                usual.mayBeEmpty(),
                usual.store());

        assertThat(Query.of(definition, HOUR))
                .isEqualTo(
                        "label_join(sum(sum_over_time({\"http.server.request.size\"}[3599999ms])) by (\"server.id\", \"openstack.project\", \"a \\\"b\\\" \\\\\", flavor), \"A_resource\", \"/\", \"server.id\")");
    }

    @Test
    void a_metric_with_conditions_is_asked_for_as_it_is_written() {
        for (String metric : List.of("net_bytes{device!=\"lo\"}", "job:net_bytes:rate5m", "{__name__=~\"net.+\"}")) {
            Definition usual = definition(Map.of());
            Definition definition = new Definition(
                    usual.meter(),
                    metric,
                    usual.type(),
                    usual.unit(),
                    usual.kind(),
                    usual.conversion(),
                    usual.sampling(),
                    usual.keys(),
                    usual.skip(),
                    usual.mayBeEmpty(),
                    usual.store());
            assertThat(Query.of(definition, HOUR)).contains("sum_over_time(" + metric + "[3599999ms])");
        }
    }

    @Test
    void histograms_are_no_quantity_and_are_told() {
        result =
                "{\"metric\": {\"id\": \"a\", \"project_id\": \"p\"}, \"histograms\": [[%d, {\"count\": \"2\", \"sum\": \"9\", \"buckets\": [[0, \"1\", \"4\", \"2\"]]}]]}"
                        .formatted(ELEVEN);

        assertThat(ask()).isEqualTo(new Answered(true, 0));

        assertThat(findings)
                .singleElement()
                .satisfies(finding -> assertThat(((Finding.Refused) finding).reason())
                        .contains("histograms")
                        .contains("histogram_sum("));
    }

    @Test
    void a_sample_on_the_full_hour_is_of_one_window_and_a_difference_has_both_ends() {
        assertThat(Query.of(definition(Map.of()), HOUR)).contains("sum_over_time(vm_network_bytes[3599999ms])");
        assertThat(Query.of(definition(Map.of("range-function", "increase")), HOUR))
                .contains("increase(vm_network_bytes[3600s])");
    }

    private static String of(String id, String project, String flavor) {
        return "{\"A_resource\": \"%s\", \"id\": \"%s\", \"project_id\": \"%s\", \"flavor\": \"%s\"}"
                .formatted(id, id, project, flavor);
    }

    private void another(String labels, String... values) {
        String before = result;
        series(labels, values);
        result = before + ", " + result;
    }

    private List<Measure> measures() {
        return findings.stream()
                .filter(Finding.Found.class::isInstance)
                .map(finding -> ((Finding.Found) finding).measure())
                .toList();
    }

    @Test
    void a_label_that_changes_begins_another_series_of_the_same_resource() {
        long twelve = ELEVEN + 3600;
        series(of("a", "p", "large"), "[%d, \"40\"]".formatted(twelve), "[%d, \"50\"]".formatted(twelve + 3600));
        another(of("a", "p", "small"), "[%d, \"10\"]".formatted(ELEVEN), "[%d, \"2.5\"]".formatted(twelve));

        ask(new Window(TEN, TEN.plus(HOUR.multipliedBy(3))));

        assertThat(findings).hasSize(3);
        assertThat(measures())
                .extracting(Measure::quantity)
                .map(Object::toString)
                .containsExactly("10", "42.5", "50");
        assertThat(measures())
                .extracting(measure -> measure.attributes().get("flavor"))
                .containsExactly("small", "large", "large");
    }

    @Test
    void which_labels_hold_in_the_window_of_a_change_does_not_depend_on_what_else_was_asked_for() {
        long twelve = ELEVEN + 3600;
        String[] changed = {"[%d, \"40\"]".formatted(twelve), "[%d, \"10\"]".formatted(twelve)};
        series(of("a", "p", "large"), "[%d, \"7\"]".formatted(ELEVEN), changed[0]);
        another(of("a", "p", "small"), changed[1], "[%d, \"7\"]".formatted(twelve + 3600));
        ask(new Window(TEN, TEN.plus(HOUR.multipliedBy(3))));
        Measure among = measures().get(1);
        findings.clear();

        series(of("a", "p", "large"), changed[0]);
        another(of("a", "p", "small"), changed[1], "[%d, \"7\"]".formatted(twelve + 3600));
        ask(new Window(TEN.plus(HOUR), TEN.plus(HOUR.multipliedBy(3))));

        assertThat(measures().getFirst()).isEqualTo(among);
        assertThat(among.attributes()).containsEntry("flavor", "large");
    }

    @Test
    void a_resource_that_is_there_twice_for_longer_than_a_change_takes_is_told_once_and_refused_once() {
        String[] both = {"[%d, \"1\"]".formatted(ELEVEN), "[%d, \"1\"]".formatted(ELEVEN + 3600)};
        series(of("a", "p", "large"), both);
        another(of("a", "p", "small"), both);
        another(of("b", "p", "small"), both);

        ask();

        assertThat(measures()).extracting(Measure::resource).containsExactly("a", "a", "b", "b");
        assertThat(findings)
                .filteredOn(Finding.Refused.class::isInstance)
                .singleElement()
                .satisfies(refused -> assertThat(refused.toString())
                        .contains("the resource is in the answer twice at the same time, now as {flavor=small"));
    }

    @Test
    void a_remark_on_the_query_is_no_warning_that_something_is_missing() {
        server.next(
                200,
                "{\"status\": \"success\", \"warnings\": [\"PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: \\\"vm_network_bytes\\\" (1:25)\"], \"data\": {\"resultType\": \"matrix\", \"result\": []}}");

        assertThat(ask()).isEqualTo(new Answered(true, 0));
    }

    @Test
    void no_more_values_are_asked_for_at_once_than_prometheus_gives() {
        Definition fine = new Definition(
                "held",
                "memory",
                "server",
                "MiB",
                Definition.Kind.LEVEL,
                Conversion.NONE,
                Definition.Sampling.of("max", Optional.of(Duration.ofSeconds(5))),
                Definition.Keys.of(List.of("id"), "project_id", List.of()),
                Optional.empty(),
                false,
                new TreeMap<>());
        Window day = new Window(TEN, TEN.plus(Duration.ofDays(1)));

        prometheus().ask(fine, HOUR, day, findings::add);

        long begin = TEN.getEpochSecond();
        assertThat(server.requests())
                .satisfiesExactly(
                        first -> assertThat(first)
                                .endsWith("&start=%d&end=%d&step=5".formatted(begin + 5, begin + 15 * 3600)),
                        second -> assertThat(second)
                                .endsWith(
                                        "&start=%d&end=%d&step=5".formatted(begin + 15 * 3600 + 5, begin + 24 * 3600)));
        assertThatThrownBy(() -> prometheus().check(fine, Duration.ofDays(1)))
                .hasMessageContaining("more values for 5 s each than the 11000");
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
    void a_query_that_prometheus_does_not_understand_is_a_failure_with_its_words() {
        server.next(
                400,
                "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"invalid parameter \\\"query\\\": 1:135: parse error: unclosed left parenthesis\"}");

        assertThatThrownBy(this::ask)
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("answered 400 when asked for meter net")
                .hasMessageContaining("unclosed left parenthesis");
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
