package org.reckoner.collect.ceilometer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reckoner.collect.Notifications;
import org.reckoner.collect.Reading;
import org.reckoner.core.meter.Sample;
import tools.jackson.databind.json.JsonMapper;

class CeilometerTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T00:00:00Z"), ZoneOffset.UTC);

    private static final String NOTIFIED = """
            {"source": "openstack", "counter_name": "volume.size", "counter_type": "gauge", "counter_unit": "GB",
             "counter_volume": 2.50, "user_id": "u", "project_id": "p", "resource_id": "r",
             "timestamp": "2026-11-21T10:09:26.966925+00:00", "message_id": "m-1", "monotonic_time": null,
             "resource_metadata": {"display_name": "disk", "status": null, "volume_type": "ssd",
                                   "auth_token": "gAAAAAsecret", "image": {"name": "debian"}},
             "message_signature": "ab12"}""";

    private static final String PUBLISHED = """
            {"id": "m-1", "name": "volume.size", "type": "gauge", "unit": "GB", "volume": 2.50, "user_id": "u",
             "project_id": "p", "resource_id": "r", "timestamp": "2026-11-21T10:09:26.966925+00:00",
             "resource_metadata": {"display_name": "disk", "volume_type": "ssd", "image": {"name": "debian"}},
             "source": "openstack", "monotonic_time": null}""";

    private static final String LISTED = """
            {"id": "m-1", "meter": "volume.size", "type": "gauge", "unit": "GB", "volume": 2.50, "user_id": "u",
             "project_id": "p", "resource_id": "r", "timestamp": "2026-11-21T10:09:26.966925",
             "recorded_at": "2026-11-21T10:09:27", "source": "openstack",
             "metadata": {"display_name": "disk", "volume_type": "ssd", "image.name": "debian"}}""";

    private static Notifications reader(String... trusted) {
        return new Notifications(
                "RegionOne",
                List.of(),
                List.of(),
                new Ceilometer(
                        Set.of("volume.size", "instance"),
                        Set.of("display_name", "volume_type", "image.name", "status"),
                        List.of(trusted).stream().map(Pattern::compile).toList()),
                Duration.ofMinutes(10),
                CLOCK);
    }

    private static Reading read(String json) {
        return reader().read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Sample sample(String json) {
        Reading reading = read(json);
        assertThat(reading).isInstanceOf(Reading.Sampled.class);
        return ((Reading.Sampled) reading).sample();
    }

    private static String reason(String json) {
        Reading reading = read(json);
        assertThat(reading).isInstanceOf(Reading.Refused.class);
        return ((Reading.Refused) reading).reason();
    }

    @Test
    void a_sample_is_the_same_in_each_of_ceilometers_three_forms() {
        Sample expected = new Sample(
                "m-1",
                "volume.size",
                Sample.Kind.GAUGE,
                "r",
                Optional.of("p"),
                "openstack",
                Instant.parse("2026-11-21T10:09:26.966925Z"),
                Optional.of(new BigDecimal("2.50")),
                Map.of("display_name", "disk", "volume_type", "ssd", "image.name", "debian"));

        assertThat(sample(NOTIFIED)).isEqualTo(expected);
        assertThat(sample(PUBLISHED)).isEqualTo(expected);
        assertThat(sample(LISTED)).isEqualTo(expected);
    }

    @Test
    void a_message_of_the_notifier_carries_a_list_of_them_in_an_envelope() {
        String inner = "{\"message_id\": \"n\", \"publisher_id\": \"telemetry\", \"event_type\": \"metering\","
                + " \"priority\": \"SAMPLE\", \"timestamp\": \"2026-11-21 10:09:27\", \"payload\": [" + NOTIFIED + ","
                + NOTIFIED.replace("m-1", "m-2") + "]}";
        String outer = JsonMapper.shared()
                .createObjectNode()
                .put("oslo.version", "2.0")
                .put("oslo.message", inner)
                .toString();

        assertThat(read(outer)
                        .each()
                        .map(reading -> ((Reading.Sampled) reading).sample().id()))
                .containsExactly("m-1", "m-2");
    }

    @Test
    void answers_of_the_old_api_are_read_by_their_urls() {
        String fixture = "{\"http://c:8777/v2/meters/volume.size?q.field=x\": [" + NOTIFIED + "],"
                + " \"http://c:8777/v2/resources\": [{\"resource_id\": \"r\", \"links\": []}]}";

        assertThat(read(fixture).each().map(reading -> reading.getClass().getSimpleName()))
                .containsExactly("Sampled", "Ignored");
    }

    @Test
    void a_bad_sample_among_good_ones_is_refused_alone_and_is_read_the_same_again() {
        Reading reading = read("[" + NOTIFIED + "," + NOTIFIED.replace("2.50", "NaN") + "]");

        assertThat(reading.each().map(each -> each.getClass().getSimpleName())).containsExactly("Sampled", "Refused");
        Reading.Refused refused = (Reading.Refused) reading.each().toList().getLast();
        assertThat(refused.reason()).isEqualTo("counter_volume is NaN; expected a number");
        assertThat(refused.eventType()).contains("sample of volume.size");
        assertThat(refused.messageId()).contains("m-1");
        assertThat(refused.redactedBody()).doesNotContain("gAAAAA");
        assertThat(read(refused.redactedBody())).isEqualTo(refused);
    }

    @ParameterizedTest(name = "{0} for {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "2.50 | \"2.50\" | counter_volume is 2.50; expected a number",
                "2.50 | {} | counter_volume is an object; expected a number",
                "2.50 | 1e999999 | counter_volume has more than 40 digits; expected a number that can be counted",
                "\"gauge\" | \"gage\" | counter_type is 'gage'; expected gauge, delta or cumulative",
                "\"r\" | null | the sample.resource_id is missing; expected the id of what was read",
                "\"2026-11-21T10:09:26.966925+00:00\" | \"soon\" | the sample.timestamp is \"soon\"; expected a time such as 2026-11-21T10:09:26.966925",
                "\"2026-11-21T10:09:26.966925+00:00\" | \"2026-11-23T10:09:26\" | ahead of the clock",
            })
    void what_cannot_be_believed_is_refused_with_the_field(String good, String bad, String reason) {
        assertThat(reason(NOTIFIED.replace(good, bad))).contains(reason);
    }

    @Test
    void a_volume_of_null_is_a_sample_without_one() {
        assertThat(sample(NOTIFIED.replace("2.50", "null")).volume()).isEmpty();
    }

    @Test
    void a_sample_without_an_id_is_known_by_what_it_says() {
        String without = NOTIFIED.replace("\"message_id\": \"m-1\", ", "");

        assertThat(sample(without).id()).hasSize(64).isEqualTo(sample(without).id());
        assertThat(sample(without.replace("2.50", "3")).id())
                .isNotEqualTo(sample(without).id());
    }

    @Test
    void a_meter_that_nothing_is_made_of_is_of_no_concern() {
        assertThat(read(NOTIFIED.replace("volume.size", "cpu_util")))
                .isEqualTo(new Reading.Ignored("sample of cpu_util", "no mapping speaks of the meter"));
    }

    @Test
    void only_trusted_sources_are_believed_where_some_are_named() {
        String foreign = "22c4f1a09a5b4f1e8d7f3c2b1a098765:TrafficAccounting";
        Notifications trusting = reader("openstack", ".{32}:TrafficAccounting");

        assertThat(trusting.read(NOTIFIED.getBytes(StandardCharsets.UTF_8))).isInstanceOf(Reading.Sampled.class);
        assertThat(trusting.read(NOTIFIED.replace("openstack", foreign).getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(Reading.Sampled.class);
        assertThat(trusting.read(NOTIFIED.replace("openstack", "fake").getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new Reading.Ignored("sample of volume.size", "its source is not trusted"));
    }

    private static final String TRAITS = """
            {"message_id": "e-1", "event_type": "volume.create.end", "generated": "2026-11-21T10:09:26.966925",
             "traits": [["resource_id", 1, "v-1"], ["project_id", 1, "p"], ["size", 2, 7], ["status", 1, "available"],
                        ["type", 1, "ssd"], ["created_at", 4, "2026-11-21T10:09:20"]], "raw": {}}""";

    @Test
    void an_event_with_its_notification_is_that_notification() {
        String payload =
                "{\"volume_id\": \"v-1\", \"tenant_id\": \"p\", \"size\": 7, \"status\": \"available\", \"user_id\": \"u\"}";
        Reading event = read(TRAITS.replace("\"raw\": {}", "\"raw\": {\"payload\": " + payload + "}"));
        Reading notification = read("{\"message_id\": \"e-1\", \"event_type\": \"volume.create.end\","
                + " \"timestamp\": \"2026-11-21T10:09:26.966925\", \"payload\": " + payload + "}");

        assertThat(event).isInstanceOf(Reading.Observed.class).isEqualTo(notification);
    }

    @Test
    void an_event_without_it_is_read_from_its_traits() {
        Reading reading = read("[" + TRAITS + "]");

        assertThat(reading).isInstanceOf(Reading.Observed.class);
        var observation = ((Reading.Observed) reading).observation();
        assertThat(observation.resource()).hasToString("RegionOne/volume/v-1");
        assertThat(observation.report().owner()).contains("p");
        assertThat(observation.report().levels()).containsEntry("volume.size", BigDecimal.valueOf(7));
        assertThat(observation.id()).hasToString("cinder:e-1/traits");
    }
}
