package org.reckoner.ledger;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;

/// What a small cloud tells of its volumes and images. Times are `2026-11-03`, at midnight, or whole instants.
public final class Told {

    private static final AtomicLong NEXT = new AtomicLong();

    private Told() {}

    /// A volume of some GiB that is there from a time on.
    public static Observation volume(String id, String project, String at, long size) {
        return of(id, at, full(project, at, size));
    }

    public static Report full(String project, String at, long size) {
        return Report.NOTHING.owner(project).state("available").began(time(at)).level("volume.size", size);
    }

    public static Observation resized(String id, String at, long size) {
        return of(id, at, Report.NOTHING.level("volume.size", size));
    }

    public static Observation moved(String id, String project, String at) {
        return of(id, at, Report.NOTHING.owner(project));
    }

    public static Observation gone(String id, String at) {
        return of(id, at, Report.NOTHING.ended(time(at)));
    }

    /// A volume of 1 GiB and of a type, by the type's id.
    public static Observation volumeOfType(String id, String project, String at, String type) {
        return of(id, at, full(project, at, 1).attribute("volume_type", type));
    }

    public static Observation typeNamed(String type, String name, String at) {
        return about(new ResourceId("RegionOne", "volume_type", type), at, Report.NOTHING.attribute("name", name));
    }

    /// So many bytes of an image were downloaded.
    public static Observation download(String id, String at, long bytes) {
        return about(image(id), at, Report.NOTHING.flow("image.download", BigDecimal.valueOf(bytes)));
    }

    /// An image that takes no room.
    public static Observation image(String id, String project, String at) {
        return about(
                image(id),
                at,
                Report.NOTHING.owner(project).state("active").began(time(at)).level("image", 1));
    }

    public static ResourceId image(String id) {
        return new ResourceId("RegionOne", "image", id);
    }

    public static ResourceId volume(String id) {
        return new ResourceId("RegionOne", "volume", id);
    }

    /// What a message says of a volume.
    public static Observation of(String id, String at, Report report) {
        return about(volume(id), at, report);
    }

    public static Observation about(ResourceId resource, String at, Report report) {
        return new Observation(
                new ObservationId("cinder", "m-" + NEXT.incrementAndGet()), "told", resource, time(at), report);
    }

    public static Observation withId(String messageId, Observation observation) {
        return new Observation(
                new ObservationId("cinder", messageId),
                observation.event(),
                observation.resource(),
                observation.occurredAt(),
                observation.report());
    }

    public static Instant time(String at) {
        return Instant.parse(at.length() == 10 ? at + "T00:00:00Z" : at);
    }
}
