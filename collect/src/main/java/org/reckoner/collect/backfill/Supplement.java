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
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reckoner.collect.backfill.Missed.Kind;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.time.Window;

/// What the ledger lacks of a resource that an API lists, as observations.
///
/// What notifications told is never contradicted, not even by one that arrives later: what is added says how
/// it was at a moment when it was seen to be so. The rules:
///
/// 1. Of what the ledger does not know: that it exists since its creation, and is as the API says since it
///    was last changed; before that as the API tells of its past, and where it tells nothing, the same.
/// 2. Of what the ledger knows: only what differs now, and what was never told. It holds from the last change
///    if that is later than the last word of it, else from the moment of asking.
/// 3. A past state is added where the ledger has another and nothing was told from five seconds before it
///    until half a minute after it: a notification of the same action that came through knows better.
/// 4. What an action changed without saying to what (a resize) is as the next that told of it says, from the
///    action.
/// 5. An end is added if the ledger has none, and not before anything that was told. An end that was told is
///    final, whatever the API lists.
/// 6. If the ledger knows of something later than the moment of asking, the API's answer is old news.
///
/// Where it is not known exactly when something changed, the observation tells within which time: since the
/// last word of it, or since the whole service was last read and nothing differed, until it was seen to be
/// otherwise.
///
/// The same answer about the same knowledge gives the same observations under the same ids.
///
/// @param verdict what it comes to, in a word
/// @param missed what to record; nothing if nothing is missing
public record Supplement(Verdict verdict, List<Missed> missed) {

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

    /// What the clocks of a service's parts may differ by.
    private static final Duration SKEW = Duration.ofSeconds(5);

    /// What an action takes until the last word of it.
    private static final Duration LASTS = Duration.ofSeconds(30);

    /// Says who pays, and nothing of the resource.
    private static final String PROJECT_NAME = "project_name";

    /// What an API tells by the name only, so that who lists it looked the id up: by it, of whatever has that name now.
    private static final Map<String, String> LOOKED_UP = Map.of("flavor_id", "flavor");

    /// How the events of what was found by asking begin.
    public static final String EVENT = "reconcile.";

    /// As they began once.
    private static final List<String> EVENTS = List.of(EVENT, "backfill.");

    public Supplement {
        missed = List.copyOf(missed);
    }

    public List<Observation> facts() {
        return missed.stream().map(Missed::fact).toList();
    }

    /// @param source the service, such as `nova`
    /// @param known all that was observed of the resource
    /// @param past what the API tells of its past
    /// @param readAt when the whole service was last read and compared; since then nothing differed
    public static Supplement of(
            ResourceId resource,
            String source,
            Collection<Observation> known,
            Found found,
            List<Past> past,
            Optional<Instant> readAt) {
        Facts facts = new Facts(resource, source);
        return known.stream().noneMatch(fact -> fact.report().tellsState())
                ? new Supplement(Verdict.NEW, unknown(facts, found, past))
                : new Comparison(facts, known, found, readAt).with(past);
    }

    /// The end of a resource that the service does not have any more, without saying since when.
    ///
    /// @param end when a person lets it end; not before anything that was told of it
    public static Supplement missing(ResourceId resource, String source, Collection<Observation> known, Instant end) {
        Instant at = later(end, last(known));
        return new Supplement(Verdict.COMPLETED, List.of(gone(resource, source, at, Report.NOTHING.ended(at))));
    }

    /// The end of a resource that the service does not have any more, some time between the last word of it
    /// and now.
    ///
    /// @param askedAt when the service said that it is not there
    /// @param readAt when the whole service was last read and compared; it was there then
    public static Supplement missing(
            ResourceId resource,
            String source,
            Collection<Observation> known,
            Instant askedAt,
            Optional<Instant> readAt) {
        Instant last = last(known);
        Instant at = later(askedAt, last);
        Instant from = readAt.map(read -> later(read, last)).orElse(last);
        return new Supplement(
                Verdict.COMPLETED, List.of(gone(resource, source, at, uncertain(Report.NOTHING.ended(at), from, at))));
    }

    private static Missed gone(ResourceId resource, String source, Instant at, Report report) {
        return new Facts(resource, source).missed(Kind.DELETION, Kind.DELETION.word(), at, report);
    }

    private static List<Missed> unknown(Facts facts, Found found, List<Past> past) {
        Instant since = found.report().beganAt().filter(found.since()::isBefore).orElse(found.since());
        List<Missed> all = new ArrayList<>();
        for (Past before : past) {
            if (before.at().isBefore(since) && before.report().tellsState()) {
                all.add(facts.missed(Kind.STATE, before.what(), before.at(), before.report()));
            }
        }
        Instant began = found.report().beganAt().orElse(since);
        Report report = past.isEmpty()
                ? uncertain(found.report(), began, since)
                : past.stream()
                        .filter(before -> !before.changed().isEmpty())
                        .map(Past::at)
                        .max(Comparator.naturalOrder())
                        .map(changed -> uncertain(found.report(), began, changed))
                        .orElse(found.report());
        all.add(facts.missed(Kind.CREATION, Kind.CREATION.word(), since, report));
        return all;
    }

    private static Report uncertain(Report report, Instant from, Instant to) {
        Instant since = from.truncatedTo(ChronoUnit.MICROS);
        Instant until = to.truncatedTo(ChronoUnit.MICROS);
        return since.isBefore(until) ? report.within(new Window(since, until)) : report;
    }

    /// One resource of which the ledger knows something.
    private static final class Comparison {

        private final Facts facts;
        private final Collection<Observation> known;
        private final Found found;
        private final Optional<Instant> readAt;
        private final List<Observation> all;
        private final List<Missed> added = new ArrayList<>();
        private Timeline timeline;

        Comparison(Facts facts, Collection<Observation> known, Found found, Optional<Instant> readAt) {
            this.facts = facts;
            this.known = known;
            this.found = found;
            this.readAt = readAt;
            this.all = new ArrayList<>(known);
            this.timeline = Timeline.fold(facts.resource(), all);
        }

        Supplement with(List<Past> past) {
            boolean ended =
                    known.stream().anyMatch(fact -> fact.report().endedAt().isPresent());
            boolean gone = found.report().endedAt().isPresent();
            if (ended && !gone) {
                return new Supplement(Verdict.ENDED, List.of());
            }
            Instant last = last(known);
            if (last.isAfter(found.askedAt())) {
                return new Supplement(Verdict.OUTDATED, List.of());
            }
            addPast(past);
            addChanges(past);
            if (!ended && gone) {
                addEnd(last);
            } else if (!ended) {
                addDifference(past);
            }
            return new Supplement(added.isEmpty() ? Verdict.KNOWN : Verdict.COMPLETED, added);
        }

        /// Again and again, because what is added early may show that something before it is missing too.
        private void addPast(List<Past> past) {
            List<Past> left = new ArrayList<>(past);
            left.removeIf(before -> !before.report().tellsState()
                    || !before.at().isBefore(found.since())
                    || isNearNews(before.at(), fact -> true));
            boolean more = true;
            while (more) {
                List<Past> missing =
                        left.stream().filter(before -> !isKnown(before)).toList();
                more = !missing.isEmpty();
                for (Past before : missing) {
                    add(Kind.STATE, before.what(), before.at(), before.report());
                }
                left.removeAll(missing);
            }
        }

        private boolean isNearNews(Instant at, Predicate<Observation> ofInterest) {
            return known.stream()
                    .filter(fact -> EVENTS.stream().noneMatch(fact.event()::startsWith))
                    .filter(ofInterest)
                    .map(Observation::occurredAt)
                    .anyMatch(told -> !told.isBefore(at.minus(SKEW)) && !told.isAfter(at.plus(LASTS)));
        }

        private boolean isKnown(Past before) {
            Optional<String> state = before.report().state();
            return timeline.at(before.at().truncatedTo(ChronoUnit.SECONDS))
                    .map(segment -> state.isEmpty() || segment.state().equals(state.get()))
                    .orElse(isOver(before.at()));
        }

        private boolean isOver(Instant at) {
            return timeline.life().filter(life -> !at.isBefore(life.to())).isPresent();
        }

        /// Rule 4, for one change after another. Of a change that was followed by another before anything was
        /// told, nobody knows to what it changed; it is taken to have changed nothing, and that is told with
        /// the next.
        private void addChanges(List<Past> past) {
            List<Past> changes = past.stream()
                    .filter(change ->
                            !change.changed().isEmpty() && !change.at().isAfter(found.askedAt()))
                    .sorted(Comparator.comparing(Past::at))
                    .toList();
            Optional<Instant> unsure = Optional.empty();
            for (int i = 0; i < changes.size(); i++) {
                Past change = changes.get(i);
                Instant next = i + 1 < changes.size() ? changes.get(i + 1).at() : Instant.MAX;
                if (unsure.isEmpty() && isFirstWord(change)) {
                    unsure = timeline.life().map(Window::from);
                }
                Optional<Report> after = firstWord(change, next);
                if (after.isEmpty()) {
                    unsure = unsure.or(() -> Optional.of(change.at()));
                    continue;
                }
                boolean isNews = isOtherwise(change, after.get())
                        && !isNearNews(change.at(), fact -> tells(fact.report(), change));
                boolean isUnsureNews =
                        unsure.filter(since -> !isTold(change, since)).isPresent();
                if (!isOver(change.at()) && (isNews || isUnsureNews)) {
                    Report report = unsure.map(since -> uncertain(after.get(), since, change.at()))
                            .orElse(after.get());
                    add(Kind.ATTRIBUTES, change.what(), change.at(), report);
                }
                unsure = Optional.empty();
            }
        }

        /// Whether an earlier reading told already that what this change changed is not sure since then.
        private boolean isTold(Past change, Instant since) {
            return all.stream()
                    .filter(fact -> tells(fact.report(), change))
                    .map(fact -> fact.report().within())
                    .anyMatch(within -> within.filter(window ->
                                    window.from().equals(since) && window.to().equals(change.at()))
                            .isPresent());
        }

        private boolean isFirstWord(Past change) {
            return known.stream()
                    .noneMatch(fact -> fact.occurredAt().isBefore(change.at()) && tells(fact.report(), change));
        }

        private static boolean tells(Report report, Past change) {
            return Stream.concat(report.levels().keySet().stream(), report.attributes().keySet().stream())
                    .anyMatch(change::changed);
        }

        /// What was told first of what a change changed, before the next change.
        private Optional<Report> firstWord(Past change, Instant next) {
            Optional<Report> told = all.stream()
                    .filter(fact -> !fact.occurredAt().isBefore(change.at())
                            && fact.occurredAt().isBefore(next)
                            && tells(fact.report(), change))
                    .min(Observation.ORDER)
                    .map(Observation::report);
            return told.or(() -> Optional.of(found.report())
                            .filter(report -> next.equals(Instant.MAX) && tells(report, change)))
                    .map(report -> only(report, change));
        }

        private static Report only(Report report, Past change) {
            Report only = Report.NOTHING;
            for (Map.Entry<String, BigDecimal> level : report.levels().entrySet()) {
                only = change.changed(level.getKey()) ? only.level(level.getKey(), level.getValue()) : only;
            }
            for (Map.Entry<String, String> attribute : report.attributes().entrySet()) {
                only = change.changed(attribute.getKey())
                        ? only.attribute(attribute.getKey(), attribute.getValue())
                        : only;
            }
            for (String prefix : report.complete()) {
                only = change.changed(prefix) ? only.complete(prefix) : only;
            }
            return only;
        }

        private boolean isOtherwise(Past change, Report after) {
            return timeline.at(change.at().truncatedTo(ChronoUnit.SECONDS))
                    .map(had -> after.levels().entrySet().stream()
                                    .anyMatch(level -> differs(had.levels().get(level.getKey()), level.getValue()))
                            || after.attributes().entrySet().stream()
                                    .anyMatch(attribute -> !attribute
                                            .getValue()
                                            .equals(had.attributes().get(attribute.getKey()))))
                    .orElse(false);
        }

        private void addEnd(Instant last) {
            Instant told = found.since();
            Instant end = later(told, last);
            Report report = beginning().ended(end);
            add(Kind.DELETION, Kind.DELETION.word(), end, uncertain(report, told, end));
        }

        private void addDifference(List<Past> past) {
            if (timeline.segments().isEmpty()) {
                add(Kind.CREATION, Kind.CREATION.word(), found.since(), found.report());
                return;
            }
            Differences differences = new Differences(timeline.segments().getLast(), found.report(), known);
            Report beginning = beginning();
            if (beginning.tellsState()) {
                Instant since = beginning.beganAt().orElseThrow();
                Instant first = timeline.life().orElseThrow().from();
                add(
                        Kind.CREATION,
                        Kind.CREATION.word(),
                        found.askedAt(),
                        past.isEmpty() ? uncertain(beginning, since, first) : beginning);
            }
            Report state = differences.state();
            Optional<Past> doneLast = doneLast(past, state);
            if (doneLast.isPresent()) {
                add(Kind.STATE, doneLast.get().what(), doneLast.get().at(), state);
            } else {
                addDrift(Kind.STATE, state);
            }
            addDrift(Kind.ATTRIBUTES, differences.attributes());
            Report details = differences.details();
            if (details.tellsState()) {
                Instant at = found.since().isAfter(last(known)) ? found.since() : found.askedAt();
                add(Kind.DETAILS, Kind.DETAILS.word(), at, details);
            }
        }

        /// What was done with it last, if that led to its state and nothing was told of the state since.
        private Optional<Past> doneLast(List<Past> past, Report state) {
            return past.stream()
                    .filter(before -> before.report().tellsState())
                    .max(Comparator.comparing(Past::at))
                    .filter(last -> state.state().isPresent()
                            && last.report().state().equals(state.state())
                            && last.at().isAfter(Words.of(state, all).latest())
                            && !last.at().isAfter(found.askedAt()));
        }

        private void addDrift(Kind kind, Report drift) {
            if (!drift.tellsState()) {
                return;
            }
            Words words = Words.of(drift, all);
            Instant from = readAt.map(read -> later(read, words.earliest())).orElse(words.earliest());
            Instant notBefore = readAt.map(read -> later(read, words.latest())).orElse(words.latest());
            Instant at = found.since().isAfter(notBefore) ? found.since() : found.askedAt();
            add(kind, kind.word(), at, uncertain(drift, from, at));
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

        private void add(Kind kind, String what, Instant at, Report report) {
            Missed missed = facts.missed(kind, what, at, report);
            if (all.stream().anyMatch(same -> same.id().equals(missed.fact().id()))) {
                return;
            }
            added.add(missed);
            all.add(missed.fact());
            timeline = Timeline.fold(facts.resource(), all);
        }
    }

    /// When the last words were said of what a report tells.
    ///
    /// @param earliest of that of which nothing was said for longest
    /// @param latest of that of which something was said last
    private record Words(Instant earliest, Instant latest) {

        static Words of(Report report, Collection<Observation> known) {
            List<Predicate<Report>> told = new ArrayList<>();
            report.owner().ifPresent(owner -> told.add(before -> before.owner().isPresent()));
            report.state().ifPresent(state -> told.add(before -> before.state().isPresent()));
            report.levels()
                    .keySet()
                    .forEach(meter -> told.add(before -> before.levels().containsKey(meter)));
            report.attributes()
                    .keySet()
                    .forEach(dimension -> told.add(before -> before.attributes().containsKey(dimension)
                            || before.complete().stream().anyMatch(dimension::startsWith)));
            report.complete()
                    .forEach(prefix -> told.add(before -> before.complete().contains(prefix)));
            List<Instant> last = told.stream().map(word -> last(known, word)).toList();
            return new Words(
                    last.stream().min(Comparator.naturalOrder()).orElse(Instant.EPOCH),
                    last.stream().max(Comparator.naturalOrder()).orElse(Instant.EPOCH));
        }

        private static Instant last(Collection<Observation> known, Predicate<Report> tells) {
            return known.stream()
                    .filter(fact -> fact.report().measured().isEmpty() && tells.test(fact.report()))
                    .map(Observation::occurredAt)
                    .reduce(BinaryOperator.maxBy(Comparator.naturalOrder()))
                    .orElse(Instant.EPOCH);
        }
    }

    /// What an API tells of a resource as it is now, and the ledger does not have, or has otherwise.
    ///
    /// @param now as the ledger has it
    private record Differences(Segment now, Report told, Collection<Observation> known) {

        Report state() {
            return told.state()
                    .filter(state -> !state.equals(now.state()))
                    .map(Report.NOTHING::state)
                    .orElse(Report.NOTHING);
        }

        /// What was told before, and is otherwise.
        Report attributes() {
            Report difference = told.owner()
                    .filter(owner -> !Optional.of(owner).equals(now.owner()))
                    .map(Report.NOTHING::owner)
                    .orElse(Report.NOTHING);
            for (Map.Entry<String, BigDecimal> level : told.levels().entrySet()) {
                BigDecimal had = now.levels().get(level.getKey());
                if (had != null && differs(had, level.getValue())) {
                    difference = difference.level(level.getKey(), level.getValue());
                }
            }
            for (Map.Entry<String, String> attribute : told.attributes().entrySet()) {
                if (isOtherwise(attribute) && wasTold(attribute.getKey())) {
                    difference = difference.attribute(attribute.getKey(), attribute.getValue());
                }
            }
            for (String prefix : told.complete()) {
                difference = withoutWhatIsGone(difference, prefix);
            }
            return difference;
        }

        /// What was never told.
        Report details() {
            Report details = Report.NOTHING;
            for (Map.Entry<String, BigDecimal> level : told.levels().entrySet()) {
                if (!now.levels().containsKey(level.getKey())) {
                    details = details.level(level.getKey(), level.getValue());
                }
            }
            for (Map.Entry<String, String> attribute : told.attributes().entrySet()) {
                if (isOtherwise(attribute) && !wasTold(attribute.getKey())) {
                    details = details.attribute(attribute.getKey(), attribute.getValue());
                }
            }
            return details;
        }

        private boolean isOtherwise(Map.Entry<String, String> attribute) {
            return !attribute.getKey().equals(PROJECT_NAME)
                    && !isLookedUpAnew(attribute.getKey())
                    && !attribute.getValue().equals(now.attributes().get(attribute.getKey()));
        }

        /// A flavor that was deleted and made again under its name has another id, and those who had it before still
        /// have the old one.
        private boolean isLookedUpAnew(String dimension) {
            String name = LOOKED_UP.getOrDefault(dimension, "");
            return now.attributes().containsKey(dimension)
                    && told.attributes().containsKey(name)
                    && Objects.equals(
                            told.attributes().get(name), now.attributes().get(name));
        }

        private boolean wasTold(String dimension) {
            return now.attributes().containsKey(dimension)
                    || known.stream()
                            .flatMap(fact -> fact.report().complete().stream())
                            .anyMatch(dimension::startsWith);
        }

        /// An attribute that the ledger has and the API does not list any more.
        private Report withoutWhatIsGone(Report difference, String prefix) {
            SortedMap<String, String> attributes = told.attributes();
            boolean lost = now.attributes().keySet().stream()
                    .anyMatch(dimension -> dimension.startsWith(prefix) && !attributes.containsKey(dimension));
            if (!lost) {
                return difference;
            }
            Report whole = difference.complete(prefix);
            for (Map.Entry<String, String> attribute : attributes.entrySet()) {
                whole = attribute.getKey().startsWith(prefix)
                        ? whole.attribute(attribute.getKey(), attribute.getValue())
                        : whole;
            }
            return whole;
        }
    }

    private static boolean differs(@Nullable BigDecimal had, BigDecimal told) {
        return had == null || had.compareTo(told) != 0;
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

    /// Makes observations of one resource.
    private record Facts(ResourceId resource, String source) {

        /// Under an id that is made of what it says, to the microsecond that the ledger keeps; but not of how
        /// sure it is of the time, which is for people.
        Missed missed(Kind kind, String what, Instant at, Report report) {
            String event = "%s%s.%s".formatted(EVENT, resource.type(), what);
            Instant kept = at.truncatedTo(ChronoUnit.MICROS);
            Digest digest = new Digest().add(resource.toString()).add(event).add(kept.toString());
            digest.add(report.owner().orElse("")).add(report.state().orElse(""));
            digest.add(report.beganAt().map(Instant::toString).orElse(""));
            digest.add(report.endedAt().map(Instant::toString).orElse(""));
            report.levels()
                    .forEach((meter, quantity) ->
                            digest.add(meter).add(quantity.stripTrailingZeros().toPlainString()));
            report.attributes()
                    .forEach((dimension, value) -> digest.add(dimension).add(value));
            report.complete().forEach(digest::add);
            ObservationId id = new ObservationId(source, EVENT.replace('.', '-') + digest.hex());
            return new Missed(kind, new Observation(id, event, resource, kept, report));
        }
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
