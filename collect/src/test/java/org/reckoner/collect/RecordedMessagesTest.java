package org.reckoner.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reckoner.collect.oslo.Redaction;

class RecordedMessagesTest {

    private final Notifications reader = Recorded.reader();

    @Test
    void no_recorded_message_is_refused() {
        List<Reading> refused = Recorded.all().stream()
                .map(reader::read)
                .filter(Reading.Refused.class::isInstance)
                .toList();
        assertThat(refused).isEmpty();
    }

    @Test
    void the_whole_session_is_there() {
        assertThat(Recorded.session()).hasSize(475);
        assertThat(Recorded.novaErrors()).hasSize(8);
        assertThat(Recorded.keystoneCadf()).hasSize(10);
    }

    @Test
    void no_recorded_message_carries_a_token() {
        for (byte[] body : Recorded.all()) {
            String text = new String(body, StandardCharsets.UTF_8);
            assertThat(text).doesNotContain("gAAAAA").doesNotContainIgnoringCase("password");
            assertThat(text.replace("\\", "")).doesNotContainPattern("auth_token\": *\"");
        }
    }

    @Test
    void a_message_reads_the_same_with_or_without_its_envelope() {
        for (byte[] body : Recorded.all()) {
            assertThat(reader.read(Altered.bare(Altered.inner(body)))).isEqualTo(reader.read(body));
        }
    }

    @Test
    void a_redacted_message_reads_the_same() {
        for (byte[] body : Recorded.all()) {
            String redacted = Redaction.body(body);
            assertThat(redacted).doesNotContain("_context_auth_token", "_context_user_name", "_context_roles");
            assertThat(reader.read(Altered.utf8(redacted))).isEqualTo(reader.read(body));
        }
    }

    @Test
    void a_time_keeps_its_microseconds() {
        Reading reading = reader.read(Altered.bare(Altered.recorded("compute.instance.create.end")));
        assertThat(reading)
                .isInstanceOfSatisfying(
                        Reading.Observed.class,
                        observed -> assertThat(observed.observation().occurredAt())
                                .isEqualTo(Instant.parse("2026-11-21T10:09:26.966925Z")));
    }

    @Test
    void the_identity_is_the_senders_own() {
        Reading reading = reader.read(Altered.bare(Altered.recorded("compute.instance.create.end")));
        assertThat(((Reading.Observed) reading).observation().id())
                .hasToString("nova:26747bd5-5a24-4fcb-90c1-dbbe24367886");
    }

    @Test
    void the_owner_is_the_payloads_and_not_the_callers() {
        // The administrator accepts the transfer of a volume: until then it is the old owner's.
        Reading reading = reader.read(Altered.bare(Altered.recorded("volume.transfer.accept.start")));
        var report = ((Reading.Observed) reading).observation().report();
        assertThat(report.owner()).contains("8039baafcfc14c38a2f07a3e798b089a");
        assertThat(report.attributes()).doesNotContainKey("project_name");
    }
}
