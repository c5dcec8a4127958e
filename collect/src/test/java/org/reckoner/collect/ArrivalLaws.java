package org.reckoner.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Timeline;

/// The recorded session means the same however it arrives.
class ArrivalLaws {

    private static final List<Observation> OBSERVATIONS = Recorded.observations();
    private static final SortedMap<ResourceId, Timeline> TOLD_IN_ORDER = timelines(OBSERVATIONS);

    @Property(tries = 30)
    void any_order_and_any_repetition_give_the_same_timelines(@ForAll long seed) {
        Random random = new Random(seed);
        List<Observation> arriving = new ArrayList<>(OBSERVATIONS);
        for (Observation observation : OBSERVATIONS) {
            for (int again = random.nextInt(3); again > 0; again--) {
                arriving.add(observation);
            }
        }
        Collections.shuffle(arriving, random);
        assertThat(timelines(arriving)).isEqualTo(TOLD_IN_ORDER);
    }

    private static SortedMap<ResourceId, Timeline> timelines(List<Observation> observations) {
        TreeMap<ResourceId, List<Observation>> byResource = observations.stream()
                .collect(Collectors.groupingBy(Observation::resource, TreeMap::new, Collectors.toList()));
        TreeMap<ResourceId, Timeline> timelines = new TreeMap<>();
        byResource.forEach((resource, facts) -> timelines.put(resource, Timeline.fold(resource, facts)));
        return timelines;
    }
}
