package org.reckoner.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reckoner.core.meter.Report;
import tools.jackson.databind.node.ObjectNode;

class BadInputTest {

    private static final String SERVER = "compute.instance.create.end";
    private static final String VERSIONED = "instance.create.end";
    private static final String VOLUME = "volume.create.end";
    private static final String IMAGE = "image.activate";
    private static final String ADDRESS = "floatingip.create.end";

    private final Notifications reader = Recorded.reader();

    /// A bad message, and what its refusal must name.
    record Bad(String what, byte[] body, String... named) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Bad> bad() {
        byte[] good = Altered.bare(Altered.recorded(SERVER));
        return Stream.of(
                new Bad("nothing", new byte[0], "empty", "JSON object"),
                new Bad("truncated", Arrays.copyOf(good, 700), "not JSON", "one whole JSON object"),
                new Bad("truncated inside the envelope", truncatedInside(), "not JSON"),
                new Bad("two messages", twice(good), "not JSON"),
                new Bad("no text at all", new byte[] {(byte) 0xc3, 0x28, 0, 1, 2}, "not JSON"),
                new Bad("an array", Altered.utf8("[1, 2]"), "the message is an array", "JSON object"),
                new Bad("a text", Altered.utf8("\"hello\""), "the message is a text", "JSON object"),
                new Bad("null", Altered.utf8("null"), "the message is null"),
                new Bad("an envelope with a number", Altered.utf8("{\"oslo.message\": 5}"), "oslo.message is a number"),
                new Bad(
                        "an envelope with an array",
                        Altered.utf8("{\"oslo.message\": \"[]\"}"),
                        "oslo.message is an array"),
                new Bad("nesting without end", Altered.utf8("[".repeat(100_000)), "not JSON"),
                message("no message id", m -> m.remove("message_id"), "message_id is missing"),
                message("an empty message id", m -> m.put("message_id", " "), "message_id is missing"),
                message("a number as message id", m -> m.put("message_id", 5), "message_id is 5", "a text"),
                message(
                        "an endless message id",
                        m -> m.put("message_id", "x".repeat(300)),
                        "message_id is 300 characters"),
                message("no event type", m -> m.remove("event_type"), "event_type is missing"),
                message("no timestamp", m -> m.remove("timestamp"), "timestamp is missing"),
                message(
                        "no time as timestamp",
                        m -> m.put("timestamp", "yesterday"),
                        "timestamp is \"yesterday\"",
                        "2026-"),
                message(
                        "a day that is none",
                        m -> m.put("timestamp", "2026-02-30 10:00:00"),
                        "timestamp is",
                        "2026-02-30"),
                message("a number as timestamp", m -> m.put("timestamp", 1_795_255_788), "timestamp is 1795255788"),
                message(
                        "a clock years ahead",
                        m -> m.put("timestamp", "2031-01-01 00:00:00"),
                        "timestamp",
                        "2031",
                        "clock"),
                message(
                        "a clock just too far ahead",
                        m -> m.put("timestamp", "2026-11-22 00:05:00.000001"),
                        "timestamp",
                        "2026-11-22T00:05:00Z"),
                message(
                        "a time before OpenStack",
                        m -> m.put("timestamp", "1970-01-01 00:00:00"),
                        "timestamp",
                        "after 2010"),
                message("no payload", m -> m.remove("payload"), "payload is missing"),
                message("a list as payload", m -> m.putArray("payload"), "payload is an array", "an object"),
                message(
                        "an unknown event type",
                        m -> m.put("event_type", "heat.stack.create"),
                        "unknown event type heat.stack.create",
                        "resource-types",
                        "ignore"),
                payload(SERVER, "no owner", p -> p.remove("tenant_id"), "payload.tenant_id is missing", "project"),
                payload(SERVER, "null as owner", p -> p.putNull("tenant_id"), "payload.tenant_id is missing"),
                payload(SERVER, "a number as owner", p -> p.put("tenant_id", 7), "payload.tenant_id is 7"),
                payload(SERVER, "no id", p -> p.remove("instance_id"), "payload.instance_id is missing"),
                payload(SERVER, "no state", p -> p.remove("state"), "payload.state is missing"),
                payload(
                        SERVER,
                        "negative memory",
                        p -> p.put("memory_mb", -2048),
                        "payload.memory_mb is -2048",
                        "from 0"),
                payload(
                        SERVER,
                        "vcpus as a word",
                        p -> p.put("vcpus", "four"),
                        "payload.vcpus is \"four\"",
                        "whole number"),
                payload(SERVER, "vcpus missing", p -> p.remove("vcpus"), "payload.vcpus is missing"),
                payload(SERVER, "half a vcpu", p -> p.put("vcpus", 0.5), "payload.vcpus is 0.5", "whole number"),
                payload(SERVER, "true as vcpus", p -> p.put("vcpus", true), "payload.vcpus is true"),
                payload(SERVER, "vcpus in a list", p -> p.putArray("vcpus").add(1), "payload.vcpus is an array"),
                payload(
                        SERVER,
                        "an absurd disk",
                        p -> p.put("root_gb", 5_000_000_000L),
                        "payload.root_gb is 5000000000"),
                payload(SERVER, "metadata as a text", p -> p.put("metadata", "a=b"), "payload.metadata is"),
                payload(
                        SERVER,
                        "a bad creation time",
                        p -> p.put("created_at", "soon"),
                        "payload.created_at is \"soon\""),
                payload(
                        SERVER,
                        "deleted in the future",
                        p -> p.put("deleted_at", "2099-01-01T00:00:00Z"),
                        "payload.deleted_at"),
                payload(VERSIONED, "no data", p -> p.remove("nova_object.data"), "payload.nova_object.data is missing"),
                payload(
                        VERSIONED,
                        "no flavor",
                        p -> ((ObjectNode) p.get("nova_object.data")).remove("flavor"),
                        "payload.nova_object.data.flavor is missing"),
                payload(VOLUME, "a negative volume", p -> p.put("size", -1), "payload.size is -1"),
                payload(
                        VOLUME,
                        "an unlimited volume",
                        p -> p.put("size", new java.math.BigDecimal("1e999999")),
                        "payload.size is"),
                payload(VOLUME, "a volume without size", p -> p.putNull("size"), "payload.size is missing"),
                payload(
                        VOLUME,
                        "a metadata entry without key",
                        p -> p.putArray("metadata").addObject(),
                        "payload.metadata"),
                payload(
                        "snapshot.create.end",
                        "metadata cut off",
                        p -> p.put("metadata", "{'a': 'b"),
                        "payload.metadata"),
                payload(IMAGE, "an image without owner field", p -> p.remove("owner"), "payload.owner is missing"),
                payload(IMAGE, "a negative image", p -> p.put("size", -5), "payload.size is -5"),
                payload("image.send", "nothing sent", p -> p.remove("bytes_sent"), "payload.bytes_sent is missing"),
                payload(ADDRESS, "no floating ip", p -> p.remove("floatingip"), "payload.floatingip is missing"),
                payload(
                        "network.create.end",
                        "several at once",
                        p -> p.set("networks", p.remove("network")),
                        "payload.networks holds several"),
                payload("floatingip.delete.end", "no id", p -> p.removeAll(), "payload.floatingip_id is missing"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void is_refused_and_the_reason_names_it(Bad bad) {
        assertThat(reader.read(bad.body())).isInstanceOfSatisfying(Reading.Refused.class, refused -> {
            assertThat(refused.reason()).contains(bad.named());
            assertThat(refused.reason()).hasSizeLessThan(300);
            assertThat(refused.redactedBody()).doesNotContain("alice", "member");
        });
    }

    @ParameterizedTest
    @MethodSource("bad")
    void replaying_what_was_kept_is_refused_for_the_same_reason(Bad bad) {
        Reading.Refused refused = (Reading.Refused) reader.read(bad.body());
        assertThat(reader.read(Altered.utf8(refused.redactedBody())))
                .isInstanceOfSatisfying(Reading.Refused.class, again -> {
                    assertThat(again.messageId()).isEqualTo(refused.messageId());
                    assertThat(again.eventType()).isEqualTo(refused.eventType());
                });
    }

    @Test
    void every_prefix_of_a_message_is_read_without_failing() {
        byte[] whole = Altered.wrapped(Altered.recorded(VOLUME));
        for (int length = 0; length < whole.length; length++) {
            assertThat(reader.read(Arrays.copyOf(whole, length))).isInstanceOf(Reading.Refused.class);
        }
    }

    @Test
    void a_refusal_tells_the_messages_id_and_type_where_they_are_known() {
        Reading.Refused refused = (Reading.Refused) reader.read(Altered.payload(SERVER, p -> p.remove("tenant_id")));
        assertThat(refused.messageId()).contains("26747bd5-5a24-4fcb-90c1-dbbe24367886");
        assertThat(refused.eventType()).contains(SERVER);
    }

    @Test
    void a_size_as_the_text_of_a_whole_number_is_understood() {
        assertThat(report(Altered.payload(VOLUME, p -> p.put("size", "10")))
                        .levels()
                        .get("volume.size"))
                .isEqualByComparingTo("10");
    }

    @Test
    void a_size_as_ten_point_zero_is_understood() {
        assertThat(report(Altered.payload(VOLUME, p -> p.put("size", new java.math.BigDecimal("10.0"))))
                        .levels()
                        .get("volume.size"))
                .isEqualByComparingTo("10");
    }

    @Test
    void a_clock_a_little_ahead_is_believed() {
        byte[] body = Altered.message(SERVER, m -> m.put("timestamp", "2026-11-22 00:05:00"));
        assertThat(reader.read(body)).isInstanceOf(Reading.Observed.class);
    }

    @Test
    void an_image_that_belongs_to_nobody_is_ignored() {
        assertThat(reader.read(Altered.payload(IMAGE, p -> p.putNull("owner")))).isInstanceOf(Reading.Ignored.class);
    }

    @Test
    void a_network_that_neutron_made_for_itself_is_ignored() {
        byte[] body = Altered.payload("network.create.end", p -> {
            ((ObjectNode) p.get("network")).put("tenant_id", "").put("project_id", "");
        });
        assertThat(reader.read(body)).isInstanceOf(Reading.Ignored.class);
    }

    @Test
    void a_floating_ip_deleted_by_an_older_neutron_is_known_by_its_id() {
        Report report = report(Altered.payload("floatingip.delete.end", p -> p.remove("floatingip")));
        assertThat(report.endedAt()).contains(java.time.Instant.parse("2026-11-21T10:10:07.857176Z"));
        assertThat(report.owner()).isEmpty();
    }

    @Test
    void what_no_database_can_keep_is_replaced() {
        Report report = report(Altered.payload(
                SERVER,
                p -> p.put("display_name", "a\u0000b\ud800c")
                        .putObject("metadata")
                        .put("k\u0000", "\udc00")));
        assertThat(report.attributes())
                .containsEntry("name", "a\ufffdb\ufffdc")
                .containsEntry("metadata.k\ufffd", "\ufffd");
    }

    @Test
    void an_exception_under_the_name_of_a_method_is_ignored() {
        byte[] body = Altered.message(SERVER, m -> {
            m.put("event_type", "detach_volume").put("priority", "ERROR");
            m.putObject("payload").put("exception", "boom").putObject("args").put("auth_token", "gAAAAABxyz");
        });
        assertThat(reader.read(body)).isInstanceOf(Reading.Ignored.class);
    }

    @Test
    void a_fault_of_ours_does_not_stop_the_queue() {
        Notifications broken =
                new Notifications("RegionOne", List.of(), List.of(), Duration.ZERO, new java.time.Clock() {
                    @Override
                    public java.time.ZoneId getZone() {
                        return java.time.ZoneOffset.UTC;
                    }

                    @Override
                    public java.time.Clock withZone(java.time.ZoneId zone) {
                        return this;
                    }

                    @Override
                    public java.time.Instant instant() {
                        throw new IllegalStateException("no time");
                    }
                });
        assertThat(broken.read(Altered.bare(Altered.recorded(SERVER))))
                .isInstanceOfSatisfying(
                        Reading.Refused.class,
                        refused -> assertThat(refused.reason()).contains("failed inside Reckoner", "no time"));
    }

    private Report report(byte[] body) {
        return ((Reading.Observed) reader.read(body)).observation().report();
    }

    private static Bad message(String what, Consumer<ObjectNode> change, String... named) {
        return new Bad(what, Altered.message(SERVER, change), named);
    }

    private static Bad payload(String eventType, String what, Consumer<ObjectNode> change, String... named) {
        return new Bad(what, Altered.payload(eventType, change), named);
    }

    private static byte[] truncatedInside() {
        String inner = new String(Altered.bare(Altered.recorded(SERVER)), StandardCharsets.UTF_8);
        return Altered.bare(new tools.jackson.databind.json.JsonMapper()
                .createObjectNode()
                .put("oslo.version", "2.0")
                .put("oslo.message", inner.substring(0, inner.length() - 100)));
    }

    private static byte[] twice(byte[] body) {
        byte[] twice = Arrays.copyOf(body, body.length * 2);
        System.arraycopy(body, 0, twice, body.length, body.length);
        return twice;
    }
}
