package org.reckoner.collect.cloudkitty;

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

/// What a running CloudKitty is asked, and what is made of its answers, in the form of its API v2.
@Timeout(60)
class CloudKittyTest {

    private static final Instant TEN = Instant.parse("2026-11-21T10:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Window SPAN = new Window(TEN, TEN.plus(HOUR));

    private final List<String> points = new ArrayList<>();
    private String summary = "{\"total\": 0, \"columns\": [], \"results\": [], \"format\": \"table\"}";
    private String processed = "2026-11-21T10:00:00+00:00";
    private Duration lastPeriod = HOUR;
    private int total = -1;
    private String ends = "2026-11-21T11:00:00+00:00";
    private final SmallServer server = new SmallServer(this::answer);
    private final List<Finding> findings = new ArrayList<>();
    private Window span = SPAN;
    private Answered answered = new Answered(false, -1);

    @AfterEach
    void stop() {
        server.close();
    }

    private String answer(String asked) {
        if (asked.contains("/scope?")) {
            return "{\"results\": [{\"scope_id\": \"acme\", \"scope_key\": \"project_id\", \"fetcher\": \"keystone\", \"collector\": \"prometheus\", \"state\": \"%s\", \"last_processed_timestamp\": \"%s\", \"active\": true, \"scope_activation_toggle_date\": \"2026-11-01T07:21:48+00:00\"}]}"
                    .formatted(processed, processed);
        }
        if (asked.contains("/summary?")) {
            return summary;
        }
        if (!asked.contains("filters=")) {
            return lastPeriod.isZero()
                    ? ""
                    : "{\"total\": 1, \"dataframes\": [{\"period\": {\"begin\": \"%s\", \"end\": \"%s\"}, \"usage\": {\"image\": [%s]}}]}"
                            .formatted(
                                    processed,
                                    Instant.parse(processed.replace("+00:00", "Z"))
                                            .plus(lastPeriod),
                                    point("i", "1", "0"));
        }
        int offset = Integer.parseInt(asked.replaceAll(".*offset=(\\d+).*", "$1"));
        int limit = Integer.parseInt(asked.replaceAll(".*limit=(\\d+).*", "$1"));
        if (offset >= points.size()) {
            return "";
        }
        List<String> page = points.subList(offset, Math.min(points.size(), offset + limit));
        return "{\"total\": %d, \"dataframes\": [{\"period\": {\"begin\": \"2026-11-21T10:00:00+00:00\", \"end\": \"%s\"}, \"usage\": {\"instance\": [%s]}}]}"
                .formatted(total < 0 ? points.size() : total, ends, String.join(", ", page));
    }

    private static String point(String id, String qty, String price) {
        return "{\"vol\": {\"unit\": \"instance\", \"qty\": %s}, \"rating\": {\"price\": %s}, \"groupby\": {\"id\": \"%s\", \"project_id\": \"acme\"}, \"metadata\": {\"flavor_name\": \"small\", \"vcpus\": 2}}"
                .formatted(qty, price, id);
    }

    private static Definition definition(Map<String, String> store) {
        return new Definition(
                "instance",
                "instance",
                "server",
                "instance",
                Definition.Kind.AMOUNT,
                Conversion.NONE,
                Definition.Sampling.of("sum", Optional.empty()),
                Definition.Keys.of(List.of("id"), "project_id", List.of("flavor_name", "vcpus")),
                Optional.empty(),
                false,
                new TreeMap<>(store));
    }

    private List<Measure> ask(Map<String, String> store, int pageSize) {
        answered = new CloudKitty(Impatient.at("CloudKitty", server.at("/v2")), pageSize)
                .ask(definition(store), HOUR, span, findings::add);
        return findings.stream()
                .filter(Finding.Found.class::isInstance)
                .map(finding -> ((Finding.Found) finding).measure())
                .toList();
    }

    @Test
    void data_frames_are_read_page_by_page() {
        points.addAll(List.of(point("a", "1.0", "0.02"), point("b", "1.0", "0.02"), point("c", "1.0", "0.02")));

        List<Measure> measures = ask(Map.of(), 2);

        assertThat(measures).extracting(Measure::resource).containsExactly("a", "b", "c");
        assertThat(measures.getFirst().attributes())
                .containsEntry("flavor_name", "small")
                .containsEntry("vcpus", "2");
        assertThat(server.requests())
                .contains(
                        "/v2/dataframes?begin=2026-11-21T10:00:00Z&end=2026-11-21T11:00:00Z&filters=type:instance&limit=2&offset=2");
    }

    @Test
    void the_price_that_was_given_can_be_the_quantity() {
        points.add(point("a", "1.0", "0.0213"));

        assertThat(ask(Map.of("value", "price"), 100).getFirst().quantity()).isEqualByComparingTo("0.0213");
    }

    @Test
    void points_of_one_resource_are_one_measure() {
        points.addAll(List.of(point("a", "1.5", "0"), point("a", "2", "0")));

        assertThat(ask(Map.of(), 100))
                .singleElement()
                .satisfies(measure -> assertThat(measure.quantity()).isEqualByComparingTo("3.5"));
    }

    @Test
    void summaries_are_read_by_their_columns() {
        summary =
                "{\"total\": 1, \"columns\": [\"begin\", \"end\", \"qty\", \"rate\", \"id\", \"project_id\"], \"results\": [[\"x\", \"y\", 4.0, 0.5, \"a\", \"acme\"]], \"format\": \"table\"}";

        Measure measure = ask(Map.of("read", "summary"), 100).getFirst();

        assertThat(measure.quantity()).isEqualByComparingTo("4");
        assertThat(measure.project()).hasValue("acme");
    }

    @Test
    void nothing_at_all_is_an_empty_answer() {
        assertThat(ask(Map.of(), 100)).isEmpty();
    }

    @Test
    void a_project_that_cloudkitty_has_not_processed_yet_holds_up_the_window() {
        processed = "2026-11-21T08:00:00+00:00";
        points.add(point("a", "1", "0"));

        assertThat(ask(Map.of(), 100)).isEmpty();
        assertThat(answered.behind()).hasValueSatisfying(behind -> {
            assertThat(behind.until()).isEqualTo(TEN);
            assertThat(behind.why())
                    .contains(
                            "has processed project acme until 2026-11-21T09:00:00Z, and not yet 2026-11-21T10:00:00Z");
        });
        assertThat(findings).isEmpty();
    }

    @Test
    void the_windows_before_one_that_is_not_yet_processed_are_there() {
        span = new Window(TEN, TEN.plus(HOUR.multipliedBy(3)));
        points.add(point("a", "1", "0"));

        assertThat(ask(Map.of(), 100)).hasSize(1);
        assertThat(answered.behind())
                .hasValueSatisfying(behind -> assertThat(behind.until()).isEqualTo(TEN.plus(HOUR)));
    }

    @Test
    void a_window_of_several_periods_waits_for_the_last_of_them() {
        ends = "2026-11-21T10:05:00+00:00";
        lastPeriod = Duration.ofMinutes(5);
        points.add(point("a", "1", "0"));
        processed = "2026-11-21T10:50:00+00:00";
        assertThat(ask(Map.of(), 100)).isEmpty();

        processed = "2026-11-21T10:55:00+00:00";
        assertThat(ask(Map.of(), 100)).hasSize(1);
        assertThat(answered.behind()).isEmpty();
    }

    @Test
    void a_period_that_was_made_shorter_within_the_window_is_waited_for_to_its_end() {
        points.add(point("a", "1", "0"));
        lastPeriod = Duration.ofMinutes(1);
        processed = "2026-11-21T10:30:00+00:00";
        assertThat(ask(Map.of(), 100)).isEmpty();
        assertThat(answered.behind())
                .hasValueSatisfying(
                        behind -> assertThat(behind.why()).contains("project acme until 2026-11-21T10:31:00Z"));

        processed = "2026-11-21T10:59:00+00:00";
        assertThat(ask(Map.of(), 100)).hasSize(1);
    }

    @Test
    void where_nothing_at_all_was_rated_last_nothing_after_it_is_taken_for_processed() {
        points.add(point("a", "1", "0"));
        lastPeriod = Duration.ZERO;
        assertThat(ask(Map.of(), 100)).isEmpty();

        processed = "2026-11-21T11:00:00+00:00";
        assertThat(ask(Map.of(), 100)).hasSize(1);
    }

    @Test
    void a_period_that_reaches_beyond_the_window_is_a_failure_though_they_are_shorter_now() {
        ends = "2026-11-21T12:00:00+00:00";
        processed = "2026-11-21T13:00:00+00:00";
        points.add(point("a", "1", "0"));

        assertThatThrownBy(() -> ask(Map.of(), 100))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("rates periods of 7200 s, of which windows of 3600 s cannot be made");
    }

    @Test
    void a_resource_that_changed_in_the_window_is_told_as_most_points_say_in_whatever_order_they_come() {
        String before = point("a", "1", "0");
        String after = before.replace("acme", "globex").replace("small", "large");
        points.addAll(List.of(after, before, after));
        assertThat(ask(Map.of(), 100)).singleElement().satisfies(measure -> {
            assertThat(measure.project()).hasValue("globex");
            assertThat(measure.attributes()).containsEntry("flavor_name", "large");
            assertThat(measure.quantity()).isEqualByComparingTo("3");
        });

        findings.clear();
        points.clear();
        points.addAll(List.of(after, after, before));
        assertThat(ask(Map.of(), 100))
                .singleElement()
                .satisfies(measure -> assertThat(measure.project()).hasValue("globex"));
    }

    @Test
    void a_number_that_is_none_is_refused_and_holds_up_no_other() {
        points.addAll(List.of(point("a", "NaN", "0"), point("b", "1", "NaN"), point("c", "null", "0")));

        assertThat(ask(Map.of(), 100)).extracting(Measure::resource).containsExactly("b");
        assertThat(findings)
                .filteredOn(Finding.Refused.class::isInstance)
                .extracting(finding -> ((Finding.Refused) finding).reason())
                .containsExactly("the point has no number: \"NaN\"", "the point has no number: null");
    }

    @Test
    void periods_that_are_longer_than_a_window_are_a_failure() {
        ends = "2026-11-21T16:00:00+00:00";
        lastPeriod = Duration.ofHours(6);
        points.add(point("a", "1", "0"));

        assertThatThrownBy(() -> ask(Map.of(), 100))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("rates periods of 21600 s, of which windows of 3600 s cannot be made");
    }

    @Test
    void pages_that_shift_are_no_whole_answer() {
        points.addAll(List.of(point("a", "1", "0"), point("b", "1", "0")));
        total = 5;

        assertThatThrownBy(() -> ask(Map.of(), 1))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("changed meter instance while it was read");
    }

    @Test
    void a_price_below_zero_is_refused_and_told() {
        points.add(point("a", "1", "-0.5"));

        assertThat(ask(Map.of("value", "price"), 100)).isEmpty();
        assertThat(findings).singleElement().isInstanceOf(Finding.Refused.class);
    }

    @Test
    void another_refusal_is_a_failure() {
        server.next(403, "{\"message\": \"You are not authorized to perform this action\"}");

        assertThatThrownBy(() -> ask(Map.of(), 100))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("answered 403 when asked for its scopes");
    }
}
