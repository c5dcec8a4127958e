package org.reckoner.collect.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.Timeline;

/// A cloud lives for some days, a part of its messages is lost, and its services are asked: what then is
/// billed of every hour is what was, but for the time that the answers say is uncertain.
class LostMessagesLaws {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final int HOURS = 240;

    /// What happened to one resource, and what its service keeps of it.
    private record Life(ResourceId resource, List<Event> events) {

        /// A server, whose service tells when what was done with it.
        static Life server(Random random, int number) {
            ResourceId server = new ResourceId("RegionOne", "server", "s" + number);
            List<Event> events = new ArrayList<>();
            int hour = random.nextInt(HOURS / 2);
            Instant created = at(hour);
            Report now = Report.NOTHING
                    .owner(random.nextBoolean() ? "acme" : "globex")
                    .state("active")
                    .level("vcpus", 1)
                    .attribute("flavor", "c1")
                    .began(created);
            events.add(new Event("create", created, now));
            for (int i = random.nextInt(8); i > 0 && hour < HOURS - 20; i--) {
                hour += 1 + random.nextInt(12);
                boolean runs = now.state().equals(Optional.of("active"));
                int size = 1 + random.nextInt(8);
                boolean resizes = runs
                        && random.nextInt(3) == 0
                        && !now.level("vcpus", size).equals(now);
                now = resizes
                        ? now.level("vcpus", size).attribute("flavor", "c" + size)
                        : now.state(runs ? "stopped" : "active");
                events.add(new Event(resizes ? "resize" : runs ? "stop" : "start", at(hour), now));
            }
            return ended(server, events, hour, now, random);
        }

        /// A volume, of which the service tells only how it is.
        static Life volume(Random random, int number) {
            ResourceId volume = new ResourceId("RegionOne", "volume", "v" + number);
            List<Event> events = new ArrayList<>();
            int hour = random.nextInt(HOURS / 2);
            int size = 1 + random.nextInt(10);
            Report now = Report.NOTHING
                    .owner("acme")
                    .state("available")
                    .level("volume.size", size)
                    .began(at(hour));
            events.add(new Event("create", at(hour), now));
            for (int i = random.nextInt(4); i > 0 && hour < HOURS - 20; i--) {
                hour += 1 + random.nextInt(20);
                size += 1 + random.nextInt(10);
                boolean moves = random.nextInt(4) == 0;
                now = moves ? now.owner("project-" + size) : now.level("volume.size", size);
                events.add(new Event(moves ? "transfer" : "extend", at(hour), now));
            }
            return ended(volume, events, hour, now, random);
        }

        /// An image, which has no size before it was uploaded.
        static Life image(Random random, int number) {
            List<Event> events = new ArrayList<>();
            int hour = random.nextInt(HOURS / 2);
            Report now = Report.NOTHING
                    .owner("acme")
                    .state("queued")
                    .attribute("metadata.tier", "gold")
                    .complete("metadata.")
                    .began(at(hour));
            events.add(new Event("create", at(hour), now));
            hour += 1 + random.nextInt(3);
            now = now.state("active").level("image.size", 1_000L * (1 + random.nextInt(9)));
            events.add(new Event("activate", at(hour), now));
            for (int i = random.nextInt(3); i > 0 && hour < HOURS - 20; i--) {
                hour += 1 + random.nextInt(20);
                now = now.attribute("metadata.tier", "tier-" + hour);
                now = random.nextBoolean() ? now.state("deactivated") : now;
                events.add(new Event("update", at(hour), now));
            }
            return ended(new ResourceId("RegionOne", "image", "i" + number), events, hour, now, random);
        }

        /// A floating IP or a router, which is there and has no size.
        static Life ofTheNetwork(Random random, int number) {
            List<Event> events = new ArrayList<>();
            int hour = random.nextInt(HOURS / 2);
            boolean address = random.nextBoolean();
            String type = address ? "floating_ip" : "router";
            Report now = Report.NOTHING
                    .owner("globex")
                    .state(address ? "DOWN" : "ACTIVE")
                    .level(type, 1)
                    .attribute("port", "none")
                    .began(at(hour));
            events.add(new Event("create", at(hour), now));
            for (int i = random.nextInt(3); i > 0 && hour < HOURS - 20; i--) {
                hour += 1 + random.nextInt(20);
                now = now.state("ACTIVE").attribute("port", "port-" + hour);
                events.add(new Event("update", at(hour), now));
            }
            return ended(new ResourceId("RegionOne", type, "n" + number), events, hour, now, random);
        }

        private static Life ended(ResourceId resource, List<Event> events, int hour, Report now, Random random) {
            if (random.nextBoolean() && hour < HOURS - 20) {
                Instant end = at(hour + 1 + random.nextInt(12));
                events.add(new Event("delete", end, now.ended(end)));
            }
            return new Life(resource, events);
        }

        List<Observation> messages() {
            List<Observation> all = new ArrayList<>();
            for (Event event : events) {
                all.add(new Observation(
                        new ObservationId(source(), resource.id() + "-" + all.size()),
                        "told." + event.what(),
                        resource,
                        event.at(),
                        event.after()));
            }
            return all;
        }

        String source() {
            return switch (resource.type()) {
                case "server" -> "nova";
                case "volume" -> "cinder";
                case "image" -> "glance";
                default -> "neutron";
            };
        }

        private boolean isServer() {
            return resource.type().equals("server");
        }

        /// What its service lists at a moment; servers that are gone, too.
        Optional<Found> found(Instant askedAt) {
            List<Event> past = events.stream()
                    .filter(event -> event.at().isBefore(askedAt))
                    .toList();
            if (past.isEmpty() || !isServer() && past.getLast().what().equals("delete")) {
                return Optional.empty();
            }
            Event last = past.getLast();
            return Optional.of(
                    new Found(resource.type(), resource.id(), last.after(), Optional.of(last.at()), askedAt));
        }

        /// As Nova's actions tell it: what was done, but not to which flavor.
        List<Past> past(Instant askedAt) {
            List<Past> past = new ArrayList<>();
            for (Event event : events) {
                if (isServer() && event.at().isBefore(askedAt) && !event.what().equals("delete")) {
                    Report state = Report.NOTHING.state(event.after().state().orElseThrow());
                    past.add(
                            event.what().equals("resize")
                                    ? new Past("resize", event.at(), state, new TreeSet<>(List.of("flavor", "vcpus")))
                                    : new Past(event.what(), event.at(), state));
                }
            }
            return past;
        }
    }

    private record Event(String what, Instant at, Report after) {}

    private static Instant at(int hour) {
        return START.plusSeconds(3600L * hour + 60);
    }

    /// A ledger that hears of a part of what happens, and asks now and then.
    private static final class Ledger {

        final Map<ResourceId, List<Observation>> told = new HashMap<>();
        Optional<Instant> readAt = Optional.empty();

        void hear(Collection<Observation> messages) {
            messages.forEach(message -> told.computeIfAbsent(message.resource(), any -> new ArrayList<>())
                    .add(message));
        }

        void ask(List<Life> cloud, Instant askedAt) {
            for (Life life : cloud) {
                List<Observation> known = told.computeIfAbsent(life.resource(), any -> new ArrayList<>());
                Optional<Found> found = life.found(askedAt);
                if (found.isPresent()) {
                    known.addAll(Supplement.of(
                                    life.resource(), life.source(), known, found.get(), life.past(askedAt), readAt)
                            .facts());
                } else if (isThere(life.resource(), known)) {
                    known.addAll(Supplement.missing(life.resource(), life.source(), known, askedAt, readAt)
                            .facts());
                }
            }
            readAt = Optional.of(askedAt);
        }

        private static boolean isThere(ResourceId resource, List<Observation> known) {
            List<Segment> segments = Timeline.fold(resource, known).segments();
            return !segments.isEmpty() && segments.getLast().window().isOpen();
        }

        Timeline timeline(Life life) {
            return Timeline.fold(life.resource(), told.getOrDefault(life.resource(), List.of()));
        }

        boolean isUncertain(Life life, Instant at) {
            return told.getOrDefault(life.resource(), List.of()).stream()
                    .flatMap(fact -> fact.report().within().stream())
                    .anyMatch(window -> window.contains(at));
        }
    }

    private static List<Life> cloud(Random random) {
        List<Life> cloud = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            cloud.add(Life.server(random, i));
            cloud.add(Life.volume(random, i));
            cloud.add(Life.image(random, i));
            cloud.add(Life.ofTheNetwork(random, i));
        }
        return cloud;
    }

    private static List<Object> billed(Timeline timeline, Instant at) {
        return timeline.at(at)
                .<List<Object>>map(
                        segment -> List.of(segment.owner(), segment.state(), segment.levels(), segment.attributes()))
                .orElse(List.of());
    }

    /// What no service keeps is not to be found by asking: a change that the next message hides, and all of
    /// what came and went between two questions; a size that only that told is not known of the time before it
    /// either. (What changed and changed back is not in these lives.)
    private static boolean isHidden(Life life, Ledger ledger, Collection<Observation> heard, Instant at) {
        Timeline truth = Timeline.fold(life.resource(), life.messages());
        if (!life.isServer() && !meters(ledger.timeline(life)).equals(meters(truth))) {
            return true;
        }
        Optional<Observation> next = heard.stream()
                .filter(message -> message.resource().equals(life.resource())
                        && message.occurredAt().isAfter(at))
                .min(Observation.ORDER);
        return !life.isServer() && next.isPresent();
    }

    private static Set<String> meters(Timeline timeline) {
        return timeline.segments().stream()
                .flatMap(segment -> segment.levels().keySet().stream())
                .collect(Collectors.toSet());
    }

    @Property(tries = 400)
    void every_hour_is_billed_as_it_was_but_for_what_is_said_to_be_uncertain(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 50) int lostPercent,
            @ForAll @IntRange(min = 1, max = 6) int readings) {
        Random random = new Random(seed);
        List<Life> cloud = cloud(random);
        List<Observation> lost = new ArrayList<>();
        List<Observation> heard = new ArrayList<>();
        cloud.forEach(life ->
                life.messages().forEach(message -> (random.nextInt(100) < lostPercent ? lost : heard).add(message)));
        Ledger ledger = new Ledger();
        Instant read = START;
        for (int i = 1; i <= readings; i++) {
            Instant last = read;
            Instant now = START.plusSeconds(3600L * HOURS * i / readings);
            ledger.hear(heard.stream()
                    .filter(message -> !message.occurredAt().isBefore(last)
                            && message.occurredAt().isBefore(now))
                    .toList());
            ledger.ask(cloud, now);
            read = now;
        }

        for (Life life : cloud) {
            Timeline truth = Timeline.fold(life.resource(), life.messages());
            Timeline known = ledger.timeline(life);
            for (int hour = 0; hour < HOURS; hour++) {
                Instant at = at(hour).plusSeconds(1800);
                if (!ledger.isUncertain(life, at) && !isHidden(life, ledger, heard, at)) {
                    assertThat(billed(known, at)).as("%s at %s", life, at).isEqualTo(billed(truth, at));
                }
            }
        }

        ledger.hear(lost);
        for (Life life : cloud) {
            assertThat(ledger.timeline(life).segments().stream().map(LostMessagesLaws::withoutEvidence))
                    .as("once all messages have arrived, late, the history of %s", life)
                    .isEqualTo(Timeline.fold(life.resource(), life.messages()).segments().stream()
                            .map(LostMessagesLaws::withoutEvidence)
                            .toList());
        }
    }

    @Property(tries = 400)
    void servers_of_one_flavor_are_billed_exactly_by_the_times_of_their_actions(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 50) int lostPercent) {
        Random random = new Random(seed);
        Ledger ledger = new Ledger();
        List<Life> cloud = cloud(random).stream()
                .filter(life -> life.isServer()
                        && life.events().stream()
                                .noneMatch(event -> event.what().equals("resize")))
                .toList();
        cloud.forEach(life -> ledger.hear(life.messages().stream()
                .filter(message -> random.nextInt(100) >= lostPercent)
                .toList()));

        ledger.ask(cloud, START.plusSeconds(3600L * HOURS));

        for (Life life : cloud) {
            assertThat(ledger.timeline(life).segments().stream().map(LostMessagesLaws::withoutEvidence))
                    .isEqualTo(Timeline.fold(life.resource(), life.messages()).segments().stream()
                            .map(LostMessagesLaws::withoutEvidence)
                            .toList());
            assertThat(ledger.told.getOrDefault(life.resource(), List.of()))
                    .allMatch(fact -> fact.report().within().isEmpty());
        }
    }

    private static Segment withoutEvidence(Segment segment) {
        return new Segment(
                segment.window(), segment.owner(), segment.state(), segment.levels(), segment.attributes(), List.of());
    }
}
