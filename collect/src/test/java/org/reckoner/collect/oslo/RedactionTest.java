package org.reckoner.collect.oslo;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

    @Test
    void only_the_project_stays_of_the_callers_context() {
        String redacted = body("""
                {"_context_project_id": "p", "_context_project_name": "acme", "_context_user_name": "alice",
                 "_context_auth_token": "gAAAAABabcdef", "_context_roles": ["admin"], "event_type": "x"}""");
        assertThat(redacted)
                .isEqualTo("{\"_context_project_id\":\"p\",\"_context_project_name\":\"acme\",\"event_type\":\"x\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"auth_token\": \"S3CRET\"}",
                "{\"a\": {\"b\": [{\"adminPass\": \"S3CRET\"}]}}",
                "{\"oslo.message\": \"{\\\"payload\\\": {\\\"password\\\": \\\"S3CRET\\\"}}\"}",
                "{\"connection_info\": \"{\\\"data\\\": {\\\"auth_password\\\": \\\"S3CRET\\\"}}\"}",
                "{\"note\": \"log in with password=S3CRET please\"}",
                "{\"note\": \"{'secret_uuid': 'S3CRET'}\"}",
                "{\"url\": \"http://admin:S3CRET@10.0.0.1/\"}",
                "{\"blob\": \"gAAAAAS3CRET\"}",
                "{\"blob\": \"before gAAAAABxS3CRET-_= after\"}",
                "{\"blob\": \"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0S3CRET.sig\"}",
                "{\"metadata\": [{\"key\": \"db_password\", \"value\": \"S3CRET\"}]}",
                "{\"X-Auth-Token\": \"S3CRET\"}",
                "{\"API_KEY\": \"S3CRET\", \"private-key\": \"S3CRET\", \"Credentials\": {\"x\": \"S3CRET\"}}",
                "[{\"token\": \"S3CRET\"}]",
                // Not JSON:
                "{\"auth_token\": \"S3CRET",
                "{\"oslo.message\": \"{\\\"_context_auth_token\\\": \\\"S3CRET\\\", \\\"pa",
                "{\"password\": \"with \\\" in it S3CRET",
                "Authorization: S3CRET",
                "tokens=[S3CRET, S3CRET]",
                "secret = 'S3CRET and S3CRET'",
                "{\"_context_user_name\": \"S3CRET\", ",
            })
    void no_secret_survives(String text) {
        assertThat(body(text)).doesNotContain("S3CRET");
    }

    @Test
    void what_is_no_secret_stays() {
        String text =
                "{\"author\":\"me\",\"event_type\":\"identity.authenticate\",\"size\":10,\"none\":null,\"ok\":true,"
                        + "\"url\":\"http://127.0.0.1:19292/images/bb65\"}";
        assertThat(body(text)).isEqualTo(text);
    }

    @Test
    void text_that_is_not_json_is_cut_to_64_kib() {
        assertThat(body("x".repeat(1_000_000))).hasSize(64 * 1024);
    }

    @Test
    void bytes_that_are_no_text_become_text_that_can_be_kept() {
        String redacted = Redaction.body(new byte[] {(byte) 0xff, 0, 'a'});
        assertThat(redacted).isEqualTo("\ufffd\ufffda");
    }

    @Test
    void hostile_text_is_redacted_quickly() {
        for (String hostile : new String[] {
            "eyJ",
            "token",
            "token:'",
            "gAAAA",
            "://",
            "://a:",
            "secret=[",
            "_context_",
            "\\\"password\\\":",
            "password:\n"
        }) {
            long before = cpuNanos();
            body(hostile.repeat(64 * 1024 / hostile.length() + 1));
            assertThat(Duration.ofNanos(cpuNanos() - before)).as(hostile).isLessThan(Duration.ofSeconds(5));
        }
    }

    /// What this thread has used; a busy machine takes nothing of it.
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static String body(String text) {
        return Redaction.body(text.getBytes(StandardCharsets.UTF_8));
    }
}
