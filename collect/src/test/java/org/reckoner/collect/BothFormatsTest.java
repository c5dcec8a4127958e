package org.reckoner.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.time.Window;

/// Nova tells everything in one format, in the other, or in both: it means the same.
class BothFormatsTest {

    private static final List<String> TOLD_BY_BOTH = List.of(
            "name",
            "flavor",
            "flavor_id",
            "image",
            "availability_zone",
            "project_name",
            "metadata.app",
            "metadata.tier");

    @ParameterizedTest
    @ValueSource(strings = {"d671041c", "1f630546", "de7431b3"})
    void either_format_alone_gives_the_same_segments(String server) {
        var unversioned = segments(
                server,
                Recorded.observations().stream()
                        .filter(o -> !o.event().startsWith("instance."))
                        .toList());
        var versioned = segments(
                server,
                Recorded.observations().stream()
                        .filter(o -> !o.event().startsWith("compute.instance."))
                        .toList());
        assertThat(versioned).isEqualTo(unversioned).isEqualTo(segments(server, Recorded.observations()));
    }

    /// What both formats tell: all but swap, extra specs (versioned) and image properties (unversioned).
    private static SortedMap<Window, String> segments(String server, List<Observation> observations) {
        Timeline timeline = Recorded.timeline("server", server, observations);
        TreeMap<Window, String> segments = new TreeMap<>();
        timeline.segments().forEach(segment -> {
            TreeMap<String, Object> told = new TreeMap<>(segment.levels());
            told.remove("disk.swap");
            TOLD_BY_BOTH.forEach(
                    attribute -> told.put(attribute, segment.attributes().getOrDefault(attribute, "")));
            segments.put(segment.window(), segment.owner() + " " + segment.state() + " " + told);
        });
        return segments;
    }
}
