package org.reckoner.collect.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettingsTest {

    private static final Settings USUAL = Settings.of(Broker.parse("amqp://billing:S3CRET@mq"));

    @Test
    void settings_print_no_password() {
        assertThat(USUAL.toString()).doesNotContain("S3CRET");
    }

    @Test
    void a_batch_cannot_be_larger_than_what_may_be_under_way() {
        assertThat(USUAL.withBatches(5_000, Duration.ofSeconds(1)).prefetch()).isEqualTo(5_000);
        assertThatThrownBy(() -> USUAL.withBatches(70_000, Duration.ofSeconds(1)))
                .hasMessageContaining("the prefetch is 70000; expected at least the batch size");
    }

    @Test
    void waits_grow_up_to_the_longest_and_begin_anew_after_a_success() {
        Retries retries = new Retries(Duration.ofMillis(100), Duration.ofMillis(1_000));
        for (int whole : new int[] {100, 200, 400, 800, 1_000, 1_000}) {
            assertThat(retries.next()).isBetween(Duration.ofMillis(whole / 2), Duration.ofMillis(whole));
        }
        retries.forget();
        assertThat(retries.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
    }
}
