package org.reckoner.collect.gnocchi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reckoner.collect.measured.Conversion;
import org.reckoner.collect.measured.Definition;
import org.reckoner.collect.measured.Finding;
import org.reckoner.collect.measured.Measure;
import org.reckoner.collect.measured.Store.Answered;
import org.reckoner.collect.openstack.Api;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.collect.openstack.Impatient;
import org.reckoner.collect.openstack.Secret;
import org.reckoner.core.time.Window;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What Gnocchi is asked, and what is made of its answers, also of bad ones.
@Timeout(60)
class GnocchiTest {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Window SPAN = new Window(START, START.plus(HOUR.multipliedBy(6)));

    private final GnocchiServer server = new GnocchiServer();
    private final List<Finding> findings = new ArrayList<>();

    @AfterEach
    void stop() {
        server.close();
    }

    private static Definition definition(Map<String, String> store, List<String> resource, String... attributes) {
        return new Definition(
                "vcpus",
                "vcpus",
                "server",
                "vCPU",
                Definition.Kind.AMOUNT,
                Conversion.NONE,
                Definition.Sampling.of("mean", Optional.empty()),
                Definition.Keys.of(resource, "project_id", List.of(attributes)),
                Optional.empty(),
                false,
                new TreeMap<>(store));
    }

    private static Definition withHistory() {
        return definition(Map.of("resource-type", "instance_b"), List.of("id"), "flavor_name");
    }

    private static Definition ofNow() {
        return definition(Map.of("resource-type", "instance_b", "history", "false"), List.of("id"), "flavor_name");
    }

    private Answered ask(Definition definition) {
        return new Gnocchi(Impatient.at("Gnocchi", server.root()), List.of(definition), 1000)
                .ask(definition, HOUR, SPAN, findings::add);
    }

    private List<Measure> measures() {
        return findings.stream()
                .map(finding -> ((Finding.Found) finding).measure())
                .toList();
    }

    private Finding.Refused refused() {
        return (Finding.Refused) findings.getFirst();
    }

    private static String recorded(String name) {
        try (InputStream file = Objects.requireNonNull(GnocchiTest.class.getResourceAsStream("/gnocchi/" + name))) {
            JsonNode body = JsonMapper.shared().readTree(file).path("body");
            return body.isString() ? body.asString() : body.toString();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String value(int hour, String value) {
        return "[\"%s\", 3600.0, %s]"
                .formatted(START.plus(HOUR.multipliedBy(hour)).toString().replace("Z", "+00:00"), value);
    }

    private static String revision(String id, String from, String to, String project, String flavor) {
        return "{\"id\": \"%s\", \"revision_start\": \"%s\", \"revision_end\": %s, \"project_id\": \"%s\", \"flavor_name\": \"%s\", \"metrics\": {\"vcpus\": \"x\"}, \"server_group\": null}"
                .formatted(id, from, to.equals("null") ? "null" : "\"" + to + "\"", project, flavor);
    }

    @Test
    void a_recorded_answer_is_read() {
        Definition perProjectAndFlavor = definition(
                Map.of("resource-type", "instance_b", "history", "false"), List.of("project_id", "flavor_name"));
        server.next(GnocchiServer.refusal(200, recorded("15-aggregates-groupby.json")));

        Answered answered = ask(perProjectAndFlavor);

        assertThat(answered).isEqualTo(new Answered(true, 0));
        assertThat(measures()).hasSize(18);
        assertThat(measures().getFirst().resource()).isEqualTo("11111111-0000-0000-0000-000000000000/c1.large");
        assertThat(measures().getFirst().quantity()).isEqualByComparingTo("25");
        assertThat(measures().getFirst().project()).hasValue("11111111-0000-0000-0000-000000000000");
    }

    @Test
    void one_request_asks_for_all_projects_and_resources() {
        server.group("vcpus", "{\"id\": \"a\", \"project_id\": \"p\", \"flavor_name\": \"small\"}", value(0, "1.0"));
        server.group("vcpus", "{\"id\": \"b\", \"project_id\": \"q\", \"flavor_name\": \"large\"}", value(1, "4.0"));

        ask(ofNow());

        assertThat(server.requests())
                .singleElement()
                .asString()
                .contains(
                        "POST /v1/aggregates?start=2026-11-01T00:00:00&stop=2026-11-01T06:00:00&granularity=3600&groupby=flavor_name&groupby=id&groupby=project_id ",
                        "\"operations\":\"(aggregate max (metric vcpus mean))\"",
                        "\"resource_type\":\"instance_b\"");
        assertThat(measures()).extracting(Measure::project).containsExactly(Optional.of("p"), Optional.of("q"));
        assertThat(measures().get(1).attributes()).containsEntry("flavor_name", "large");
    }

    @Test
    void the_history_says_what_a_resource_was_like_in_the_window() {
        server.group("vcpus", "{\"id\": \"a\"}", value(0, "1"), value(1, "1"), value(2, "1"));
        server.revision(revision("a", "2026-10-01T00:00:00+00:00", "2026-11-01T01:20:00+00:00", "p", "small"));
        server.revision(revision("a", "2026-11-01T01:20:00+00:00", "null", "q", "large"));

        ask(withHistory());

        assertThat(measures())
                .extracting(measure -> measure.attributes().get("flavor_name"))
                .containsExactly("small", "large", "large");
        assertThat(measures()).extracting(Measure::project).contains(Optional.of("p"), Optional.of("q"));
    }

    @Test
    void a_recorded_history_is_read_and_serves_windows_before_it_began() {
        String id = "3da71b15-1352-43f2-9422-cb7a10b4fccc";
        server.next(GnocchiServer.refusal(200, recorded("22-search-history.json")));
        server.group("vcpus", "{\"id\": \"%s\"}".formatted(id), value(0, "1"));

        ask(withHistory());

        assertThat(measures().getFirst().attributes()).containsEntry("flavor_name", "c1.small");
        assertThat(measures().getFirst().project()).hasValue("11111111-0000-0000-0000-000000000000");
    }

    @Test
    void all_pages_of_the_history_are_read_once_for_all_meters_of_the_type() {
        for (int i = 0; i < 5; i++) {
            server.revision(revision("r" + i, "2026-10-01T00:00:00+00:00", "null", "p" + i, "small"));
        }
        server.pageSize(2).group("vcpus", "{\"id\": \"r4\"}", value(0, "1"));
        Definition one = withHistory();
        Definition other = called("vcpus.again", one);
        Gnocchi gnocchi = new Gnocchi(Impatient.at("Gnocchi", server.root()), List.of(one, other), 2);

        gnocchi.ask(one, HOUR, SPAN, findings::add);
        gnocchi.ask(other, HOUR, SPAN, findings::add);

        assertThat(measures().getFirst().project()).hasValue("p4");
        assertThat(server.requests())
                .filteredOn(asked -> asked.contains("/search/"))
                .hasSize(3);
        assertThat(server.requests())
                .filteredOn(asked -> asked.contains("/aggregates"))
                .hasSize(2);
    }

    private static Definition called(String meter, Definition like) {
        return new Definition(
                meter,
                like.metric(),
                like.type(),
                like.unit(),
                like.kind(),
                like.conversion(),
                like.sampling(),
                like.keys(),
                like.skip(),
                like.mayBeEmpty(),
                like.store());
    }

    @Test
    void a_meter_that_is_asked_for_again_is_told_the_history_as_it_is_by_then() {
        server.group("vcpus", "{\"id\": \"a\"}", value(0, "1"));
        Definition definition = withHistory();
        Gnocchi gnocchi = new Gnocchi(Impatient.at("Gnocchi", server.root()), List.of(definition), 1000);

        gnocchi.ask(definition, HOUR, SPAN, findings::add);
        server.revision(revision("a", "2026-10-01T00:00:00+00:00", "null", "late", "small"));
        gnocchi.ask(definition, HOUR, SPAN, findings::add);

        assertThat(measures()).extracting(Measure::project).containsExactly(Optional.empty(), Optional.of("late"));
    }

    @Test
    void resources_whose_archive_policy_has_no_such_values_are_left_out_and_the_others_told() {
        lack("b", "vcpus");
        server.group("vcpus", "{\"id\": \"a\"}", value(0, "1"));
        server.group("vcpus", "{\"id\": \"b\"}");

        Answered answered = ask(ofNow());

        assertThat(answered).isEqualTo(new Answered(true, 0));
        assertThat(findings)
                .hasSize(2)
                .last()
                .isEqualTo(new Finding.LeftOut(
                        "b", "metric vcpus has archive policy 'fine', which has no values of 3600 s"));
        assertThat(((Finding.Found) findings.getFirst()).measure().resource()).isEqualTo("a");
    }

    @Test
    void what_does_not_aggregate_as_asked_is_left_out_too() {
        server.policy("odd", "{\"granularity\": \"1:00:00\"}", "last").archive("b", "vcpus", "odd");
        server.group("vcpus", "{\"id\": \"a\"}", value(0, "1"));
        server.group("vcpus", "{\"id\": \"b\"}");

        ask(ofNow());

        assertThat(findings)
                .contains(new Finding.LeftOut(
                        "b", "metric vcpus has archive policy 'odd', which does not aggregate by mean"));
    }

    @Test
    void if_all_resources_have_to_be_left_out_the_metric_exists_all_the_same() {
        lack("b", "vcpus");
        server.group("vcpus", "{\"id\": \"b\"}");

        assertThat(ask(ofNow())).isEqualTo(new Answered(true, 0));
        assertThat(findings).singleElement().isInstanceOf(Finding.LeftOut.class);
    }

    @Test
    void with_an_operators_filter_it_is_asked_which_of_them_fit_it() {
        lack("b", "vcpus");
        server.group("vcpus", "{\"id\": \"a\"}", value(0, "1"));
        server.group("vcpus", "{\"id\": \"b\"}");

        ask(definition(
                Map.of("resource-type", "instance_b", "history", "false", "filter", "flavor_name = 'big'"),
                List.of("id")));

        assertThat(findings).hasSize(2);
        assertThat(server.requests())
                .anyMatch(asked -> asked.contains("/search/resource/instance_b?attrs=id&limit=1&filter=id+in+%5Bb%5D"))
                .anyMatch(asked ->
                        asked.contains("\"search\":\"not id in [b] and (flavor_name = 'big') and (ended_at = null or"));
    }

    private void lack(String resource, String metric) {
        server.policy("fine", "{\"granularity\": \"0:05:00\"}", "mean").archive(resource, metric, "fine");
    }

    @Test
    void a_metric_that_does_not_exist_is_told_apart_from_one_without_values() {
        assertThat(ask(ofNow())).isEqualTo(new Answered(false, 0));
        server.clear("vcpus");
        assertThat(ask(ofNow())).isEqualTo(new Answered(true, 0));
    }

    @Test
    void the_recorded_refusal_of_an_unknown_metric_is_known() {
        server.next(GnocchiServer.refusal(400, recorded("19-aggregates-missing-metric.json")));

        assertThat(ask(ofNow()).metricExists()).isFalse();
    }

    @Test
    void any_other_refusal_is_a_failure_with_gnocchis_words() {
        server.next(GnocchiServer.refusal(400, "{\"description\": \"Granularities are missing\"}"));

        assertThatThrownBy(() -> ask(ofNow()))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("answered 400 when asked for meter vcpus")
                .hasMessageContaining("Granularities are missing");
    }

    @Test
    void an_answer_that_breaks_off_is_asked_for_again() {
        server.group("vcpus", "{\"id\": \"a\"}", value(0, "1"));
        server.next(GnocchiServer.cutOff("[{\"group\": {\"id\": \"a\"}, \"measures\": {\"measures\": {\"aggreg"));

        assertThat(ask(ofNow())).isEqualTo(new Answered(true, 0));
        assertThat(measures()).hasSize(1);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void half_an_answer_that_ends_cleanly_is_no_whole_answer() {
        for (int i = 0; i < 3; i++) {
            server.next(GnocchiServer.refusal(
                    200,
                    "[{\"group\": {\"id\": \"a\"}, \"measures\": {\"measures\": {\"aggregated\": [" + value(0, "1")
                            + "]}}}"));
        }

        assertThatThrownBy(() -> ask(ofNow()))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("not JSON, or not all of it")
                .hasMessageContaining("tried 3 times");
    }

    @Test
    void an_empty_body_is_no_answer() {
        for (int i = 0; i < 3; i++) {
            server.next(GnocchiServer.refusal(200, ""));
        }

        assertThatThrownBy(() -> ask(ofNow())).isInstanceOf(CloudFailure.class);
    }

    @Test
    void an_answer_of_another_form_is_a_failure() {
        server.next(GnocchiServer.refusal(200, "{\"measures\": {\"aggregated\": []}}"));

        assertThatThrownBy(() -> ask(ofNow()))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("expected a list of groups");
    }

    @Test
    void null_and_nan_say_nothing_and_are_counted() {
        server.group(
                "vcpus", "{\"id\": \"a\"}", value(0, "null"), value(1, "NaN"), value(2, "Infinity"), value(3, "2"));

        assertThat(ask(ofNow())).isEqualTo(new Answered(true, 3));
        assertThat(measures()).hasSize(1);
    }

    @Test
    void a_number_that_would_fill_the_memory_is_refused() {
        server.group("vcpus", "{\"id\": \"a\"}", value(0, "1e999999999"));

        ask(ofNow());

        assertThat(refused().reason()).contains("hundreds of digits");
    }

    @Test
    void a_value_of_another_granularity_is_refused() {
        server.group("vcpus", "{\"id\": \"a\"}", "[\"2026-11-01T00:00:00+00:00\", 300.0, 1.0]");

        ask(ofNow());

        assertThat(refused().reason()).contains("is for 300.0 s, and values for 3600 s were asked for");
    }

    @Test
    void a_resource_that_is_told_twice_counts_once() {
        server.group("vcpus", "{\"id\": \"a\", \"project_id\": \"p\"}", value(0, "1"));
        server.group("vcpus", "{\"id\": \"a\", \"project_id\": \"q\"}", value(0, "1"));

        ask(ofNow());

        assertThat(findings).hasSize(2);
        assertThat(findings.get(1)).isInstanceOf(Finding.Refused.class);
    }

    @Test
    void a_name_and_password_go_with_each_request() {
        List<String> seen = new ArrayList<>();
        server.next(exchange -> {
            seen.add(exchange.getRequestHeaders().getFirst("Authorization"));
            GnocchiServer.refusal(200, "[]").befall(exchange);
        });
        Definition definition = ofNow();

        new Gnocchi(
                        Impatient.at("Gnocchi", server.root(), new Api.Entrance.Basic("admin", new Secret("x"))),
                        List.of(definition),
                        1000)
                .ask(definition, HOUR, SPAN, findings::add);

        assertThat(seen).containsExactly("Basic YWRtaW46eA==");
    }

    @Test
    void a_definition_that_gnocchi_does_not_understand_is_refused_at_the_start() {
        Gnocchi gnocchi = new Gnocchi(Impatient.at("Gnocchi", server.root()), List.of(), 1000);

        assertThatThrownBy(() -> gnocchi.check(definition(Map.of(), List.of("id")), HOUR))
                .hasMessageContaining("'resource-type' is missing");
        assertThatThrownBy(() -> gnocchi.check(
                        definition(Map.of("resource-type", "x", "re-aggregation", "average"), List.of("id")), HOUR))
                .hasMessageContaining("Gnocchi has no aggregation 'average'");
    }
}
