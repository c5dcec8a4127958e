package org.reckoner.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RememberedTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1); // the clock may run over
    private final Remembered<Integer> clients = new Remembered<>(now::get);

    @Test
    void what_was_found_is_asked_for_again_after_ten_minutes() {
        clients.put("p-1", 1);
        now.addAndGet(Duration.ofMinutes(10).toNanos() - 1);
        assertThat(clients.get("p-1")).contains(1);

        now.addAndGet(1);

        assertThat(clients.get("p-1")).isEmpty();
    }

    @Test
    void what_was_found_again_is_remembered_anew() {
        clients.put("p-1", 1);
        now.addAndGet(Duration.ofMinutes(10).toNanos());
        clients.put("p-1", 2);
        now.addAndGet(Duration.ofMinutes(9).toNanos());

        assertThat(clients.get("p-1")).contains(2);
    }

    @Test
    void what_was_refused_is_forgotten_at_once() {
        clients.put("p-1", 1);
        clients.put("p-2", 2);

        clients.forget("p-1");
        assertThat(clients.get("p-1")).isEmpty();
        assertThat(clients.get("p-2")).contains(2);

        clients.forgetAll();
        assertThat(clients.get("p-2")).isEmpty();
    }
}
