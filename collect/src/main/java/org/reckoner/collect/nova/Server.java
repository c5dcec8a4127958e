package org.reckoner.collect.nova;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.reckoner.collect.oslo.Meaning;
import org.reckoner.collect.oslo.Notification;
import org.reckoner.collect.oslo.Payload;
import org.reckoner.collect.oslo.Refusal;
import org.reckoner.core.meter.Report;

/// What a message of either format, or the API, says of a server.
///
/// @param owner the project that owns it, which need not be the caller's
/// @param tasks what Nova is at with it, in all the places where the message says so
/// @param everRan whether it was launched once; when is rewritten by resize, revert, rebuild and unshelve, so it
///     is not read
/// @param deletedAt set once it is gone
/// @param flavor what it holds; nothing while a resize moves it
/// @param image the image it was made of; nothing if it boots from a volume
/// @param imageProperties what its image said, where the format tells it
record Server(
        String id,
        String owner,
        Optional<String> name,
        String state,
        Optional<Instant> createdAt,
        boolean everRan,
        Optional<Instant> deletedAt,
        Optional<Flavor> flavor,
        Optional<String> image,
        Optional<String> availabilityZone,
        Optional<SortedMap<String, String>> metadata,
        Optional<SortedMap<String, String>> imageProperties) {

    static final String OWNER = "the id of the project that owns it";

    /// Far above any machine, far below what a wrong field would say.
    static final long MOST_VCPUS = 1_000_000;

    static final long MOST_MIB = 1_000_000_000_000L;
    static final long MOST_GIB = 1_000_000_000L;

    /// What a flavor gives a server.
    ///
    /// @param swapMib only told by versioned messages
    /// @param extraSpecs only told by versioned messages
    record Flavor(
            String name,
            Optional<String> id,
            BigDecimal vcpus,
            BigDecimal memoryMib,
            BigDecimal rootGib,
            BigDecimal ephemeralGib,
            Optional<BigDecimal> swapMib,
            Optional<SortedMap<String, String>> extraSpecs) {

        static Flavor read(Payload fields, String nameField, String idField) throws Refusal {
            return new Flavor(
                    fields.id(nameField, "the name of the flavor"),
                    fields.optionalText(idField),
                    fields.quantity("vcpus", "vCPUs", MOST_VCPUS),
                    fields.quantity("memory_mb", "MiB", MOST_MIB),
                    fields.quantity("root_gb", "GiB", MOST_GIB),
                    fields.quantity("ephemeral_gb", "GiB", MOST_GIB),
                    fields.optionalQuantity("swap", "MiB", MOST_MIB),
                    fields.pairs("extra_specs"));
        }

        Report in(Report report) {
            Report told = report.attribute("flavor", name)
                    .level("vcpus", vcpus)
                    .level("memory", memoryMib)
                    .level("disk.root", rootGib)
                    .level("disk.ephemeral", ephemeralGib);
            if (id.isPresent()) {
                told = told.attribute("flavor_id", id.get());
            }
            if (swapMib.isPresent()) {
                told = told.level("disk.swap", swapMib.get());
            }
            return extraSpecs.isPresent() ? all(told, "extra_specs.", extraSpecs.get(), Set.of()) : told;
        }
    }

    /// A server's flavor changes when its resize finishes. Until then messages carry now the old and now the
    /// new one, depending on which part of Nova sends them; only `exists` reliably carries what is held.
    static boolean flavorInFlux(Notification notification, List<Optional<String>> tasks) {
        return !notification.eventType().endsWith(".exists")
                && tasks.stream().flatMap(Optional::stream).anyMatch(task -> task.startsWith("resize_"));
    }

    Meaning told(Notification notification) {
        return new Meaning.Told("server", id, report(notification.nameOf(owner), endedAt(notification)));
    }

    /// A server that ran and is gone was in some other state before, which this does not tell; that it is
    /// "deleted" is all that there is to say of one that never ran.
    Report report(Optional<String> projectName, Optional<Instant> ended) {
        Report report = Report.NOTHING.owner(owner).level("server", 1);
        if (ended.isEmpty() || !everRan) {
            report = report.state(state);
        }
        report = with(report, "name", name);
        report = with(report, "image", image);
        report = with(report, "availability_zone", availabilityZone);
        report = with(report, "project_name", projectName);
        if (flavor.isPresent()) {
            report = flavor.get().in(report);
        }
        if (metadata.isPresent()) {
            report = all(report, "metadata.", metadata.get(), Set.of());
        }
        if (imageProperties.isPresent()) {
            report = all(report, "image.", imageProperties.get(), NO_PROPERTIES);
        }
        if (createdAt.isPresent()) {
            report = report.began(createdAt.get());
        }
        return ended.isPresent() ? report.ended(ended.get()) : report;
    }

    /// Told in the image's metadata without being of it.
    private static final Set<String> NO_PROPERTIES = Set.of("min_ram", "min_disk", "disk_format", "container_format");

    /// When it went, as Nova wrote it down; or else now, if the message says that it is gone.
    private Optional<Instant> endedAt(Notification notification) {
        boolean gone = state.equals("deleted")
                || notification.eventType().equals("compute.instance.delete.end")
                || notification.eventType().equals("instance.delete.end");
        return deletedAt.or(() -> gone ? Optional.of(notification.timestamp()) : Optional.empty());
    }

    private static Report with(Report report, String dimension, Optional<String> value) {
        return value.map(v -> report.attribute(dimension, v)).orElse(report);
    }

    private static Report all(Report report, String prefix, SortedMap<String, String> values, Set<String> but) {
        Report told = report.complete(prefix);
        for (var entry : values.entrySet()) {
            if (!but.contains(entry.getKey())) {
                told = told.attribute(prefix + entry.getKey(), entry.getValue());
            }
        }
        return told;
    }
}
