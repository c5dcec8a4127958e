package org.reckoner.collect.backfill;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.time.Window;

/// What the ledger lacks of a resource that an API lists, as observations.
///
/// What notifications told is never contradicted. The rules:
///
/// 1. Of what the ledger does not know: that it exists since its creation, and is as the API says since it was
///    last changed; before that as the API tells of its past, and where it tells nothing, the same.
/// 2. Of what the ledger knows: only what differs now, and what was never told. It holds from the last change if
///    that is later than all the ledger knows, else from the moment of asking.
/// 3. A past state is added where the ledger has another and nothing was told within half a minute: a
///    notification that came through knows better.
/// 4. An end is added if the ledger has none, and not before anything that was told. An end that was told is
///    final, whatever the API lists.
/// 5. If the ledger knows of something later than the moment of asking, the API's answer is old news.
///
/// The same answer about the same knowledge gives the same observations under the same ids.
///
/// @param verdict what it comes to, in a word
/// @param facts what to record; nothing if nothing is missing
public record Supplement(Verdict verdict, List<Observation> facts) {

    /// How what the API lists compares with the ledger.
    public enum Verdict {
        /// The ledger did not know it.
        NEW,
        /// The ledger knew it, and lacked something.
        COMPLETED,
        /// The ledger knew all of it.
        KNOWN,
        /// The ledger knows of something later.
        OUTDATED,
        /// The ledger knows its end, and the API still lists it as existing.
        ENDED
    }

    /// What the clocks of a service's parts may differ by, and what one action takes.
    private static final Duration NEAR = Duration.ofSeconds(30);

    /// Says who pays, and nothing of the resource.
    private static final String PROJECT_NAME = "project_name";

    private static final String EVENT = "backfill.";

    public Supplement {
        facts = List.copyOf(facts);
    }

    /// @param source the service, such as `nova`
    /// @param known all that was observed of the resource
    /// @param past what the API tells of its past
    public static Supplement of(
            ResourceId resource, String source, Collection<Observation> known, Found found, List<Past> past) {
        return known.isEmpty()
                ? new Supplement(Verdict.NEW, unknown(resource, source, found, past))
                : new Comparison(resource, source, known, found).with(past);
    }

    /// The end of a resource that the service does not have any more, without saying since when.
    ///
    /// @param end when a person lets it end; not before anything that was told of it
    public static Supplement missing(ResourceId resource, String source, Collection<Observation> known, Instant end) {
        Instant at = later(end, last(known));
        return new Supplement(
                Verdict.COMPLETED,
                List.of(observation(
                        resource, source, EVENT + resource.type() + ".missing", at, Report.NOTHING.ended(at))));
    }

    private static List<Observation> unknown(ResourceId resource, String source, Found found, List<Past> past) {
        Instant since = found.report().beganAt().filter(found.since()::isBefore).orElse(found.since());
        List<Observation> facts = new ArrayList<>();
        for (Past before : past) {
            if (before.at().isBefore(since)) {
                facts.add(observation(resource, source, before));
            }
        }
        facts.add(observation(resource, source, EVENT + found.type(), since, found.report()));
        return facts;
    }

    /// One resource of which the ledger knows something.
    private static final class Comparison {

        private final ResourceId resource;
        private final String source;
        private final Collection<Observation> known;
        private final Found found;
        private final List<Observation> all;
        private final List<Observation> added = new ArrayList<>();
        private Timeline timeline;

        Comparison(ResourceId resource, String source, Collection<Observation> known, Found found) {
            this.resource = resource;
            this.source = source;
            this.known = known;
            this.found = found;
            this.all = new ArrayList<>(known);
            this.timeline = Timeline.fold(resource, all);
        }

        Supplement with(List<Past> past) {
            boolean ended =
                    known.stream().anyMatch(fact -> fact.report().endedAt().isPresent());
            boolean gone = found.report().endedAt().isPresent();
            if (ended) {
                return new Supplement(gone ? Verdict.KNOWN : Verdict.ENDED, List.of());
            }
            Instant last = last(known);
            if (last.isAfter(found.askedAt())) {
                return new Supplement(Verdict.OUTDATED, List.of());
            }
            addPast(past);
            if (gone) {
                addEnd(last);
            } else {
                addDifference(last);
            }
            return new Supplement(added.isEmpty() ? Verdict.KNOWN : Verdict.COMPLETED, added);
        }

        /// Again and again, because what is added early may show that something before it is missing too.
        private void addPast(List<Past> past) {
            List<Past> left = new ArrayList<>(past);
            left.removeIf(before -> !before.at().isBefore(found.since()) || isNearNews(before));
            boolean more = true;
            while (more) {
                List<Past> missing =
                        left.stream().filter(before -> !isKnown(before)).toList();
                more = !missing.isEmpty();
                for (Past before : missing) {
                    add(observation(resource, source, before));
                }
                left.removeAll(missing);
            }
        }

        private boolean isNearNews(Past before) {
            return known.stream()
                    .filter(fact -> !fact.event().startsWith(EVENT))
                    .anyMatch(fact -> Duration.between(fact.occurredAt(), before.at())
                                    .abs()
                                    .compareTo(NEAR)
                            <= 0);
        }

        private boolean isKnown(Past before) {
            Optional<String> state = before.report().state();
            return timeline.at(before.at().truncatedTo(ChronoUnit.SECONDS))
                    .map(segment -> state.isEmpty() || segment.state().equals(state.get()))
                    .orElse(false);
        }

        private void addEnd(Instant last) {
            Instant end = later(found.since(), last);
            add(observation(
                    resource, source, EVENT + found.type(), end, beginning().ended(end)));
        }

        private void addDifference(Instant last) {
            Optional<Segment> now = timeline.segments().isEmpty()
                    ? Optional.empty()
                    : Optional.of(timeline.segments().getLast());
            Report difference = now.map(this::difference).orElse(found.report());
            if (!difference.tellsState()) {
                return;
            }
            Instant at = now.isEmpty() || found.since().isAfter(last) ? found.since() : found.askedAt();
            add(observation(resource, source, EVENT + found.type(), at, difference));
        }

        /// Since when it exists, if that is earlier than the ledger has it.
        private Report beginning() {
            Optional<Instant> begin = timeline.life().map(Window::from);
            return found.report()
                    .beganAt()
                    .filter(told -> begin.isEmpty()
                            || told.truncatedTo(ChronoUnit.SECONDS).isBefore(begin.get()))
                    .map(Report.NOTHING::began)
                    .orElse(Report.NOTHING);
        }

        /// What the API tells and the ledger does not have, or has otherwise.
        private Report difference(Segment now) {
            Report told = found.report();
            Report difference = beginning();
            if (told.owner().isPresent() && !told.owner().equals(now.owner())) {
                difference = difference.owner(told.owner().get());
            }
            if (told.state().isPresent() && !told.state().get().equals(now.state())) {
                difference = difference.state(told.state().get());
            }
            for (Map.Entry<String, BigDecimal> level : told.levels().entrySet()) {
                BigDecimal had = now.levels().get(level.getKey());
                if (had == null || had.compareTo(level.getValue()) != 0) {
                    difference = difference.level(level.getKey(), level.getValue());
                }
            }
            for (Map.Entry<String, String> attribute : told.attributes().entrySet()) {
                boolean same = attribute.getValue().equals(now.attributes().get(attribute.getKey()));
                if (!same && !attribute.getKey().equals(PROJECT_NAME)) {
                    difference = difference.attribute(attribute.getKey(), attribute.getValue());
                }
            }
            for (String prefix : told.complete()) {
                difference = withoutWhatIsGone(difference, prefix, now);
            }
            return difference;
        }

        /// An attribute that the ledger has and the API does not list any more.
        private Report withoutWhatIsGone(Report difference, String prefix, Segment now) {
            SortedMap<String, String> told = found.report().attributes();
            boolean lost = now.attributes().keySet().stream()
                    .anyMatch(dimension -> dimension.startsWith(prefix) && !told.containsKey(dimension));
            if (!lost) {
                return difference;
            }
            Report whole = difference.complete(prefix);
            for (Map.Entry<String, String> attribute : told.entrySet()) {
                whole = attribute.getKey().startsWith(prefix)
                        ? whole.attribute(attribute.getKey(), attribute.getValue())
                        : whole;
            }
            return whole;
        }

        private void add(Observation fact) {
            if (known.stream().anyMatch(same -> same.id().equals(fact.id()))) {
                return;
            }
            added.add(fact);
            all.add(fact);
            timeline = Timeline.fold(resource, all);
        }
    }

    /// When the ledger's last news happened.
    private static Instant last(Collection<Observation> known) {
        return known.stream()
                .map(Observation::occurredAt)
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }

    private static Observation observation(ResourceId resource, String source, Past past) {
        return observation(
                resource, source, "%s%s.%s".formatted(EVENT, resource.type(), past.what()), past.at(), past.report());
    }

    /// Under an id that is made of what it says, to the microsecond that the ledger keeps.
    private static Observation observation(
            ResourceId resource, String source, String event, Instant at, Report report) {
        Instant kept = at.truncatedTo(ChronoUnit.MICROS);
        Digest digest = new Digest().add(resource.toString()).add(event).add(kept.toString());
        digest.add(report.owner().orElse("")).add(report.state().orElse(""));
        digest.add(report.beganAt().map(Instant::toString).orElse(""));
        digest.add(report.endedAt().map(Instant::toString).orElse(""));
        report.levels()
                .forEach((meter, quantity) ->
                        digest.add(meter).add(quantity.stripTrailingZeros().toPlainString()));
        report.attributes().forEach((dimension, value) -> digest.add(dimension).add(value));
        report.complete().forEach(digest::add);
        return new Observation(
                new ObservationId(source, EVENT.replace('.', '-') + digest.hex()), event, resource, kept, report);
    }

    /// SHA-256 over texts, each with its length in front.
    private static final class Digest {

        private static final int BYTES = 16;

        private final MessageDigest sha;

        Digest() {
            try {
                sha = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        Digest add(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            sha.update(bytes);
            return this;
        }

        String hex() {
            return HexFormat.of().formatHex(sha.digest(), 0, BYTES);
        }
    }
}
