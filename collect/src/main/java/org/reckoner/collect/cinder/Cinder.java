package org.reckoner.collect.cinder;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.reckoner.collect.oslo.Meaning;
import org.reckoner.collect.oslo.Notification;
import org.reckoner.collect.oslo.Payload;
import org.reckoner.collect.oslo.Redaction;
import org.reckoner.collect.oslo.Refusal;
import org.reckoner.collect.oslo.Rule;
import org.reckoner.collect.oslo.Service;
import org.reckoner.core.meter.Report;
import tools.jackson.core.JsonPointer;

/// What Cinder sends.
///
/// `cinder-volume-usage-audit --send_actions` sends old creations and deletions again, under new ids and with
/// the state of today. Such a replay is known by its audit period, which is the time of the old event. What it
/// says of owner, size and type holds when it is sent and not back then; only that a deletion happened, and
/// when, is news of the past.
public final class Cinder {

    public static final Service SERVICE = new Service(
            "cinder",
            List.of(
                    Rule.understood("volume.*", "the whole state of a volume", Cinder::volume),
                    Rule.understood("snapshot.*", "the whole state of a snapshot", Cinder::snapshot),
                    Rule.ignoredIf(
                            "volume_type.*",
                            "if an error",
                            notification -> notification.priority().equals("ERROR"),
                            "an attempt at a volume type that failed"),
                    Rule.understood("volume_type.create", "the name of a volume type", Cinder::volumeType),
                    Rule.understood("volume_type.update", "the name of a volume type", Cinder::volumeType),
                    Rule.ignored("volume_type.delete", "the name is kept for volumes that were of the type"),
                    Rule.ignored("volume_type.*", "a property of a volume type that is not metered"),
                    Rule.ignored("volume_type_*", "a property of a volume type that is not metered"),
                    Rule.ignored("qos_specs.*", "a quality of service as such; volume types carry it"),
                    Rule.ignored("capacity.*", "how full a back end is, not a project's use"),
                    Rule.ignored("group.*", "a group; its volumes have messages of their own"),
                    Rule.ignored("group_snapshot.*", "a group; its snapshots have messages of their own"),
                    Rule.ignored("group_type.*", "a kind of groups"),
                    Rule.ignored("consistencygroup.*", "a group; its volumes have messages of their own"),
                    Rule.ignored("cgsnapshot.*", "a group; its snapshots have messages of their own")));

    private static final long MOST_GIB = 1_000_000_000L;
    private static final JsonPointer BOOTABLE = JsonPointer.compile("/volume_attachment/0/volume/bootable");

    private Cinder() {}

    private static Meaning volume(Notification notification, Payload fields) throws Refusal {
        String id = fields.id("volume_id", "the id of the volume");
        Report report = volume(fields, notification::nameOf, fields.at(BOOTABLE).map(Payload::word));
        return told(notification, fields, "volume", id, report);
    }

    private static Meaning snapshot(Notification notification, Payload fields) throws Refusal {
        String id = fields.id("snapshot_id", "the id of the snapshot");
        Report report = snapshot(fields, notification::nameOf, snapshotMetadata(fields));
        return told(notification, fields, "snapshot", id, report);
    }

    private static Meaning told(Notification notification, Payload fields, String type, String id, Report report)
            throws Refusal {
        Optional<Instant> ended = endedAt(notification, fields, type);
        return new Meaning.Told(type, id, ended.isPresent() ? report.ended(ended.get()) : report);
    }

    /// All of a volume but its end.
    static Report volume(Payload fields, Function<String, Optional<String>> projectNames, Optional<String> bootable)
            throws Refusal {
        Report report =
                common(fields, "volume", projectNames).level("volume.size", fields.quantity("size", "GiB", MOST_GIB));
        Optional<String> type = fields.optionalText("volume_type");
        if (type.isPresent()) {
            report = report.attribute("volume_type", type.get());
        }
        if (bootable.isPresent()) {
            report = report.attribute("bootable", bootable.get());
        }
        Optional<SortedMap<String, String>> metadata = fields.pairs("metadata");
        return metadata.isPresent() ? withMetadata(report, metadata.get()) : report;
    }

    /// All of a snapshot but its end.
    static Report snapshot(
            Payload fields, Function<String, Optional<String>> projectNames, SortedMap<String, String> metadata)
            throws Refusal {
        Report report = common(fields, "snapshot", projectNames)
                .level("snapshot.size", fields.quantity("volume_size", "GiB", MOST_GIB));
        Optional<String> volume = fields.optionalText("volume_id");
        if (volume.isPresent()) {
            report = report.attribute("volume", volume.get());
        }
        return withMetadata(report, metadata);
    }

    private static Report common(Payload fields, String type, Function<String, Optional<String>> projectNames)
            throws Refusal {
        String owner = fields.id("tenant_id", "the id of the project that owns it");
        String status = fields.id("status", "its status, such as available");
        boolean wasThere = type.equals("snapshot") || fields.time("launched_at").isPresent();
        Report report = Report.NOTHING.owner(owner).level(type, 1);
        if (!(status.equals("deleted") && wasThere)) { // what it was before is not told
            report = report.state(status);
        }
        for (Optional<Attribute> told : List.of(
                attribute("name", fields.optionalText("display_name")),
                attribute("availability_zone", fields.optionalText("availability_zone")),
                attribute("project_name", projectNames.apply(owner)))) {
            if (told.isPresent()) {
                report = report.attribute(told.get().dimension(), told.get().value());
            }
        }
        Optional<Instant> created = fields.time("created_at");
        return created.isPresent() ? report.began(created.get()) : report;
    }

    /// When it went. What is gone as the message is sent went at that moment at the latest; the earliest such
    /// moment counts, so a replay long after never lengthens a life.
    private static Optional<Instant> endedAt(Notification notification, Payload fields, String type) throws Refusal {
        Optional<Instant> replayed = fields.time("audit_period_beginning");
        if (replayed.isPresent() && notification.eventType().startsWith(type + ".delete.")) {
            return replayed;
        }
        boolean gone = notification.eventType().equals(type + ".delete.end")
                || fields.optionalText("status").equals(Optional.of("deleted"))
                || fields.isTrue("deleted");
        return gone ? Optional.of(notification.timestamp()) : Optional.empty();
    }

    /// Snapshots carry their metadata as Python would print it: `{'keep': 'yes'}`.
    private static SortedMap<String, String> snapshotMetadata(Payload fields) throws Refusal {
        Optional<String> printed = fields.textOf("metadata");
        if (printed.isEmpty()) {
            return fields.pairs("metadata").orElseGet(TreeMap::new);
        }
        return PythonDict.parse(printed.get())
                .map(Redaction::texts)
                .orElseThrow(
                        () -> new Refusal(
                                "payload.metadata is a text that cannot be read; expected a Python dict such as {'keep': 'yes'}"));
    }

    private static Report withMetadata(Report report, SortedMap<String, String> metadata) {
        Report told = report.complete("metadata.");
        for (var entry : metadata.entrySet()) {
            told = told.attribute("metadata." + entry.getKey(), entry.getValue());
        }
        return told;
    }

    /// The type itself is nothing that anybody owns; volumes mention it by id, prices by name.
    private static Meaning volumeType(Notification notification, Payload payload) throws Refusal {
        Payload fields = payload.object("volume_types");
        return new Meaning.Told("volume_type", fields.id("id", "the id of the volume type"), volumeType(fields));
    }

    static Report volumeType(Payload fields) throws Refusal {
        return Report.NOTHING.attribute("name", fields.id("name", "the name of the volume type"));
    }

    private record Attribute(String dimension, String value) {}

    private static Optional<Attribute> attribute(String dimension, Optional<String> value) {
        return value.map(v -> new Attribute(dimension, v));
    }
}
