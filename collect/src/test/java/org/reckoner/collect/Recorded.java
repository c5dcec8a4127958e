package org.reckoner.collect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.reckoner.collect.recording.RawMessage;
import org.reckoner.collect.recording.Recording;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Timeline;

/// The recorded messages, and a reader that stands on the day after they were recorded.
final class Recorded {

    static final Clock NEXT_DAY = Clock.fixed(Instant.parse("2026-11-22T00:00:00Z"), ZoneOffset.UTC);

    private static final List<byte[]> SESSION = bundled();
    private static final List<Observation> OBSERVATIONS = observations(SESSION);

    private Recorded() {}

    static Notifications reader() {
        return new Notifications("RegionOne", List.of(), List.of(), Duration.ofMinutes(5), NEXT_DAY);
    }

    /// The session that comes with Reckoner.
    static List<byte[]> session() {
        return SESSION;
    }

    private static List<byte[]> bundled() {
        try (Stream<RawMessage> messages = Recording.bundled().messages()) {
            return messages.map(RawMessage::body).toList();
        }
    }

    /// What went wrong in Nova in an earlier session.
    static List<byte[]> novaErrors() {
        return lines("nova-errors.ndjson");
    }

    /// Keystone's messages in its other format.
    static List<byte[]> keystoneCadf() {
        return lines("keystone-cadf.ndjson");
    }

    static List<byte[]> all() {
        List<byte[]> all = new ArrayList<>(session());
        all.addAll(novaErrors());
        all.addAll(keystoneCadf());
        return all;
    }

    static List<Observation> observations() {
        return OBSERVATIONS;
    }

    static List<Observation> observations(List<byte[]> bodies) {
        Notifications reader = reader();
        return bodies.stream()
                .map(reader::read)
                .filter(Reading.Observed.class::isInstance)
                .map(reading -> ((Reading.Observed) reading).observation())
                .toList();
    }

    /// @param id the resource's id, or how it begins
    static Timeline timeline(String type, String id) {
        return timeline(type, id, observations());
    }

    static Timeline timeline(String type, String id, List<Observation> observations) {
        List<Observation> ofIt = observations.stream()
                .filter(o ->
                        o.resource().type().equals(type) && o.resource().id().startsWith(id))
                .toList();
        ResourceId resource = ofIt.getFirst().resource();
        return Timeline.fold(resource, ofIt);
    }

    private static List<byte[]> lines(String resource) {
        try (InputStream in = Objects.requireNonNull(Recorded.class.getResourceAsStream(resource))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.getBytes(StandardCharsets.UTF_8))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
