package org.reckoner.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.StateRules;
import org.reckoner.core.meter.Timeline;

/// What really happened to the recorded resources, written down by hand from the session's log.
class RecordedSegmentsTest {

    private static final String ACME = "8039baafcfc14c38a2f07a3e798b089a";
    private static final String ADMIN = "1675144a7f294e07973930fb88221177";
    private static final String FAST_SSD = "bd786358-a025-44f8-89b7-5bf29300549f";
    private static final String SLOW_HDD = "e1831d9f-a45f-468a-bb07-a2c375ae3306";

    /// Created :25, running :26, renamed and retagged :28, stopped and started within :29, paused and unpaused
    /// within :32, suspended :33, resumed :34, resized to c1.large :36, confirmed :37, resized to c1.small :38,
    /// reverted :40, rebuilt within :40, shelved :41, unshelved :42, deleted :46.
    @Test
    void the_server_that_went_through_everything() {
        Timeline timeline = Recorded.timeline("server", "d671041c");
        assertThat(lines(timeline, "flavor", "metadata.app", "metadata.tier", "name"))
                .containsExactly(
                        "25..26 building c1.small web - web-1 disk.ephemeral=5 disk.root=20 disk.swap=512 memory=2048 server=1 vcpus=1",
                        "26..28 active c1.small web - web-1 disk.ephemeral=5 disk.root=20 disk.swap=512 memory=2048 server=1 vcpus=1",
                        "28..33 active c1.small shop gold web-renamed disk.ephemeral=5 disk.root=20 disk.swap=512 memory=2048 server=1 vcpus=1",
                        "33..34 suspended c1.small shop gold web-renamed disk.ephemeral=5 disk.root=20 disk.swap=512 memory=2048 server=1 vcpus=1",
                        "34..36 active c1.small shop gold web-renamed disk.ephemeral=5 disk.root=20 disk.swap=512 memory=2048 server=1 vcpus=1",
                        "36..37 resized c1.large shop gold web-renamed disk.ephemeral=10 disk.root=80 disk.swap=0 memory=8192 server=1 vcpus=4",
                        "37..38 active c1.large shop gold web-renamed disk.ephemeral=10 disk.root=80 disk.swap=0 memory=8192 server=1 vcpus=4",
                        "38..40 resized c1.small shop gold web-renamed disk.ephemeral=5 disk.root=20 disk.swap=512 memory=2048 server=1 vcpus=1",
                        "40..41 active c1.large shop gold web-renamed disk.ephemeral=10 disk.root=80 disk.swap=0 memory=8192 server=1 vcpus=4",
                        "41..42 shelved_offloaded c1.large shop gold web-renamed disk.ephemeral=10 disk.root=80 disk.swap=0 memory=8192 server=1 vcpus=4",
                        "42..46 active c1.large shop gold web-renamed disk.ephemeral=10 disk.root=80 disk.swap=0 memory=8192 server=1 vcpus=4");
        assertThat(timeline.segments()).allSatisfy(segment -> {
            assertThat(segment.owner()).contains(ACME);
            assertThat(segment.attributes())
                    .containsEntry("project_name", "acme")
                    .containsEntry("availability_zone", "nova")
                    .containsEntry("image", "bb6586f4-7b7c-467c-92c6-bad84fad5570")
                    .containsEntry("image.license", "free")
                    .containsEntry("image.os_type", "linux")
                    .doesNotContainKey("image.min_disk");
        });
    }

    @Test
    void extra_specs_follow_the_flavor() {
        Timeline timeline = Recorded.timeline("server", "d671041c");
        assertThat(timeline.segments().getFirst().attributes())
                .containsEntry("extra_specs.hw:cpu_policy", "shared")
                .doesNotContainKey("extra_specs.quota:cpu_shares");
        assertThat(timeline.segments().getLast().attributes())
                .containsEntry("extra_specs.quota:cpu_shares", "2048")
                .doesNotContainKey("extra_specs.hw:cpu_policy");
    }

    @Test
    void the_server_that_was_left_running() {
        assertThat(lines(Recorded.timeline("server", "1f630546"), "flavor", "metadata.app", "name"))
                .containsExactly(
                        "27..28 building c1.small web keep-1 disk.ephemeral=5 disk.root=20 disk.swap=512 memory=2048 server=1 vcpus=1",
                        "28.. active c1.small web keep-1 disk.ephemeral=5 disk.root=20 disk.swap=512 memory=2048 server=1 vcpus=1");
    }

    @Test
    void the_server_that_found_no_host_is_never_billed() {
        Timeline timeline = Recorded.timeline("server", "de7431b3");
        assertThat(lines(timeline, "flavor"))
                .containsExactly(
                        "47..48 error c1.huge-disk disk.ephemeral=0 disk.root=900000 disk.swap=0 memory=512 server=1 vcpus=1");
        assertThat(billable(timeline)).isEmpty();
    }

    @Test
    void what_is_known_by_its_deletion_alone_was_there_and_is_billed() {
        for (String type : List.of("server", "volume", "image")) {
            List<Timeline> deletions = Recorded.observations().stream()
                    .filter(o -> o.resource().type().equals(type))
                    .filter(o -> o.event().endsWith("delete.end") || o.event().equals("image.delete"))
                    .filter(o -> o.report().state().isEmpty())
                    .map(o -> Timeline.fold(o.resource(), List.of(o)))
                    .filter(timeline -> timeline.life().isPresent())
                    .toList();
            assertThat(deletions)
                    .isNotEmpty()
                    .allSatisfy(timeline -> assertThat(billable(timeline)).isNotEmpty());
        }
    }

    @Test
    void a_server_whose_creation_failed_is_not_billed() {
        Timeline timeline = Recorded.timeline(
                "server",
                "",
                Recorded.observations(Recorded.novaErrors()).stream()
                        .filter(o -> o.event().endsWith("create.error"))
                        .toList());
        assertThat(billable(timeline)).isEmpty();
    }

    @Test
    void the_volume_that_grew_and_changed_its_type() {
        assertThat(lines(Recorded.timeline("volume", "3f85f933"), "name", "metadata.cost-centre", "volume_type"))
                .containsExactly(
                        "50..51 available data-1 42 %s volume=1 volume.size=10".formatted(FAST_SSD),
                        "51..55 available data-renamed 43 %s volume=1 volume.size=20".formatted(FAST_SSD),
                        "55..57 available data-renamed 43 %s volume=1 volume.size=20".formatted(SLOW_HDD),
                        "57..58 in-use data-renamed 43 %s volume=1 volume.size=20".formatted(SLOW_HDD),
                        "58..60 available data-renamed 43 %s volume=1 volume.size=20".formatted(SLOW_HDD));
    }

    @Test
    void the_volume_that_was_given_away_keeps_its_first_owner_until_then() {
        Timeline timeline = Recorded.timeline("volume", "b1d09337");
        assertThat(lines(timeline, "name", "project_name"))
                .containsExactly(
                        "54..56 available from-snap acme volume=1 volume.size=25",
                        "56.. available from-snap admin volume=1 volume.size=25");
        assertThat(timeline.segments().getFirst().owner()).contains(ACME);
        assertThat(timeline.segments().getLast().owner()).contains(ADMIN);
    }

    @Test
    void the_snapshot_ends_when_it_was_deleted_and_not_when_the_audit_said_so() {
        assertThat(lines(Recorded.timeline("snapshot", "b2aa9db1"), "name", "volume", "metadata.keep"))
                .containsExactly(
                        "52..54 available snap-1 3f85f933-6579-4d03-979b-e89990ddc940 yes snapshot=1 snapshot.size=20");
    }

    @Test
    void the_snapshots_end_is_known_from_the_audit_alone() {
        Timeline timeline = Recorded.timeline(
                "snapshot",
                "b2aa9db1",
                Recorded.observations().stream()
                        .filter(o -> !o.event().startsWith("snapshot.delete")
                                || o.occurredAt().isAfter(java.time.Instant.parse("2026-11-21T10:10:00Z")))
                        .toList());
        assertThat(lines(timeline)).containsExactly("52..54 available snapshot=1 snapshot.size=20");
    }

    @Test
    void a_snapshot_only_known_to_be_gone_ends_no_earlier_than_that_was_said() {
        Timeline timeline = Recorded.timeline(
                "snapshot",
                "b2aa9db1",
                Recorded.observations().stream()
                        .filter(o -> !o.event().startsWith("snapshot.delete"))
                        .toList());
        assertThat(lines(timeline)).containsExactly("52..60 available snapshot=1 snapshot.size=20");
    }

    @Test
    void the_image_that_was_uploaded_downloaded_and_deleted() {
        Timeline timeline = Recorded.timeline("image", "993eb3a3");
        assertThat(lines(timeline, "name", "visibility", "disk_format", "property.license"))
                .containsExactly("23..24 saving debian-12 shared qcow2 rhel-paid image=1 image.size=5000000");
        assertThat(timeline.flows()).singleElement().satisfies(flow -> {
            assertThat(flow.meter()).isEqualTo("image.download");
            assertThat(flow.quantity()).isEqualByComparingTo("5000000");
            assertThat(flow.owner()).contains(ACME);
            assertThat(flow.at()).isEqualTo("2026-11-21T10:09:24Z");
        });
    }

    @Test
    void the_floating_ip_counts_while_it_is_held_even_if_it_points_nowhere() {
        assertThat(lines(Recorded.timeline("floating_ip", "600b0936"), "address", "associated"))
                .containsExactly("65..67 active 203.0.113.190 no floating_ip=1");
    }

    @Test
    void the_router_lives_from_create_to_delete() {
        assertThat(lines(Recorded.timeline("router", "872131c4"), "name", "external_gateway"))
                .containsExactly("63..69 active r1 yes router=1");
    }

    @Test
    void the_name_of_a_volume_type_is_learnt() {
        Timeline timeline = Recorded.timeline("volume_type", FAST_SSD);
        assertThat(timeline.segments()).singleElement().satisfies(segment -> {
            assertThat(segment.attributes()).containsExactly(Map.entry("name", "fast-ssd"));
            assertThat(segment.owner()).isEmpty();
            assertThat(segment.levels()).isEmpty();
        });
    }

    /// Each segment as `from..to state attributes… levels…`, in seconds after 10:09:00.
    private static List<String> lines(Timeline timeline, String... attributes) {
        return timeline.segments().stream().map(s -> line(s, attributes)).toList();
    }

    private static String line(Segment segment, String... attributes) {
        StringBuilder line = new StringBuilder()
                .append(second(segment.window().from()))
                .append("..")
                .append(segment.window().isOpen() ? "" : second(segment.window().to()))
                .append(' ')
                .append(segment.state());
        for (String attribute : attributes) {
            line.append(' ').append(segment.attributes().getOrDefault(attribute, "-"));
        }
        segment.levels()
                .forEach((meter, quantity) ->
                        line.append(' ').append(meter).append('=').append(quantity.toPlainString()));
        return line.toString();
    }

    private static long second(java.time.Instant instant) {
        return instant.getEpochSecond()
                - java.time.Instant.parse("2026-11-21T10:09:00Z").getEpochSecond();
    }

    /// What the usual state rules bill of it, by meter.
    private static Map<String, BigDecimal> billable(Timeline timeline) {
        TreeMap<String, BigDecimal> billed = new TreeMap<>();
        for (Segment segment : timeline.segments()) {
            segment.levels().forEach((meter, quantity) -> {
                BigDecimal factor = StateRules.USUAL.factor(timeline.resource().type(), meter, segment.state());
                billed.merge(meter, quantity.multiply(factor), BigDecimal::add);
            });
        }
        return billed.entrySet().stream()
                .filter(entry -> entry.getValue().signum() != 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
