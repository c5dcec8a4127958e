package org.reckoner.core.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TellingTest {

    @Test
    void the_first_telling_and_those_after_it_are_numbered() {
        Telling first = Telling.first("port/2026-11-01T10:00:00Z");
        assertThat(first.id("gnocchi/traffic").toString()).isEqualTo("gnocchi/traffic:port/2026-11-01T10:00:00Z/000");
        assertThat(first.next().id("gnocchi/traffic").messageId()).isEqualTo("port/2026-11-01T10:00:00Z/001");
    }

    @Property
    void a_later_telling_comes_later_as_text(
            @ForAll @IntRange(max = 3_000) int number, @ForAll @IntRange(min = 1, max = 2_000_000) int later) {
        ObservationId one = new Telling("stem", number).id("source");
        ObservationId other = new Telling("stem", number + later).id("source");
        assertThat(one).isLessThan(other);
    }

    @Property
    void a_telling_is_known_by_its_id(@ForAll @IntRange(max = 1_000_000) int number) {
        Telling telling = new Telling("stem/with/parts", number);
        assertThat(Telling.of(telling.id("source"))).isEqualTo(telling);
    }

    @Test
    void another_id_is_no_telling() {
        assertThatThrownBy(() -> Telling.of(new ObservationId("nova", "26747bd5-0000")))
                .hasMessageContaining("expected an id such as STEM/000, not '26747bd5-0000'");
    }
}
