package org.reckoner.collect.oslo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EventPatternTest {

    @Test
    void a_star_stands_for_any_characters() {
        EventPattern pattern = EventPattern.of("floatingip.*.start");
        assertThat(pattern.matches("floatingip.create.start")).isTrue();
        assertThat(pattern.matches("floatingip.create.end")).isFalse();
    }

    @Test
    void a_dot_stands_for_itself() {
        assertThat(EventPattern.of("a.b").matches("axb")).isFalse();
    }

    @Test
    void a_blank_pattern_is_refused() {
        assertThatThrownBy(() -> EventPattern.of(" ")).isInstanceOf(IllegalArgumentException.class);
    }
}
