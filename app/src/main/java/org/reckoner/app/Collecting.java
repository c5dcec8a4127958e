package org.reckoner.app;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.reckoner.collect.measured.Definition;
import org.reckoner.collect.measured.Finding;
import org.reckoner.collect.measured.Measure;
import org.reckoner.collect.measured.Store;
import org.reckoner.collect.measured.Windows;
import org.reckoner.collect.openstack.BadCloud;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.ledger.observation.Watermark;

/// From a store of measures into the ledger, meter by meter: what is new or otherwise than it was told
/// before is kept, and the meter's watermark moves over the windows of which the store gave a whole answer.
/// A run that is cut off is repeated; what it kept is then known.
public final class Collecting {

    /// So many measures are compared and kept in one transaction.
    private static final int BATCH = 1000;

    /// A dry run shows so many of what it would keep.
    private static final int MOST_SHOWN = 1000;

    private final Ledger ledger;
    private final String region;
    private final Clock clock;
    private final Plan plan;

    /// How to go about it.
    ///
    /// @param windows which are collected when
    /// @param start before it nothing is collected, if there is no watermark
    /// @param since these windows instead of those that are due, if given
    /// @param until up to here instead of all that is over for long enough
    /// @param dry whether to keep nothing
    /// @param pauses how long after so many tries a meter that is stuck is asked again
    public record Plan(
            Windows windows,
            Instant start,
            Optional<Instant> since,
            Optional<Instant> until,
            boolean dry,
            IntFunction<Duration> pauses) {}

    public Collecting(Ledger ledger, String region, Clock clock, Plan plan) {
        this.ledger = ledger;
        this.region = region;
        this.clock = clock;
        this.plan = plan;
    }

    /// What a meter came to.
    ///
    /// @param asked the windows that were asked for; none if nothing was due
    /// @param measures how many there were
    /// @param added of windows and resources that were not told of before
    /// @param changed told once more, as the store says otherwise now
    /// @param refused what cannot be believed; kept as dead letters
    /// @param leftOut resources of which the store has no such values, and never will; a dead letter each
    /// @param empty values that say nothing
    /// @param unowned measures of which the store does not say who pays
    /// @param watermark how far the meter is complete now
    /// @param trouble why the watermark is not further, in words
    /// @param behind why not all that is due could be asked for, in words: the store has not got so far yet
    /// @param shown the first of what was kept, of a dry run only
    public record Outcome(
            String meter,
            Optional<Window> asked,
            long measures,
            long added,
            long changed,
            long refused,
            long leftOut,
            long empty,
            long unowned,
            Optional<Instant> watermark,
            Optional<String> trouble,
            Optional<String> behind,
            List<Observation> shown) {}

    private record Job(Definition definition, Window span) {

        /// Meters of one type of resources follow each other, as a store can read of them together.
        static final Comparator<Job> ORDER = Comparator.comparing(
                        (Job job) -> job.span().from())
                .thenComparing(job -> job.definition().store().getOrDefault("resource-type", ""))
                .thenComparing(job -> job.definition().meter());
    }

    /// Those of which something is due that was never collected.
    ///
    /// @param atOnce also those that are stuck and would have to wait
    public List<Definition> due(Store store, List<Definition> definitions, boolean atOnce) {
        Instant now = clock.instant();
        Instant over = plan.windows().over(now);
        return definitions.stream()
                .filter(definition -> {
                    Optional<Watermark> known = ledger.watermarks().find(scope(store, definition));
                    boolean waits = known.flatMap(Watermark::stuck)
                            .filter(stuck -> now.isBefore(stuck.againAt()))
                            .isPresent();
                    return (atOnce || !waits)
                            && known.flatMap(Watermark::completeUntil)
                                    .orElse(plan.start())
                                    .isBefore(over);
                })
                .toList();
    }

    /// Collects all meters. What is wrong with one does not hold up the others.
    ///
    /// @param progress is told how many windows of a meter were collected
    public List<Outcome> run(Store store, List<Definition> definitions, LongConsumer progress) {
        if (!plan.dry()) {
            ledger.watermarks()
                    .expect(
                            definitions.stream()
                                    .map(definition -> scope(store, definition))
                                    .toList(),
                            clock.instant());
        }
        Map<String, Tally> tallies = new LinkedHashMap<>();
        List<Job> jobs = new ArrayList<>();
        for (Definition definition : definitions) {
            Tally tally = new Tally(store, definition);
            tallies.put(definition.meter(), tally);
            spans(tally).forEach(span -> jobs.add(new Job(definition, span)));
        }
        jobs.sort(Job.ORDER);
        for (Job job : jobs) {
            Tally tally = Objects.requireNonNull(tallies.get(job.definition().meter()));
            if (!tally.failed && tally.behind == null) {
                collect(store, job, tally);
                progress.accept(plan.windows().of(job.span()).size());
            }
            if (tally.barred) {
                String why = String.valueOf(tally.trouble);
                tallies.values().stream().filter(other -> !other.failed).forEach(other -> other.bar(why));
                break;
            }
        }
        if (!plan.dry() && plan.since().isEmpty()) {
            tallies.values().forEach(Tally::noteHowItWent);
        }
        return tallies.values().stream().map(Tally::outcome).toList();
    }

    private List<Window> spans(Tally tally) {
        Instant over = plan.windows().over(clock.instant());
        Instant until = plan.until().filter(over::isAfter).orElse(over);
        if (plan.since().isPresent()) {
            return plan.windows().between(plan.since().get(), until);
        }
        return plan.windows().due(tally.complete, plan.start(), clock.instant()).stream()
                .filter(span -> span.from().isBefore(until))
                .map(span -> span.to().isAfter(until) ? new Window(span.from(), until) : span)
                .toList();
    }

    private void collect(Store store, Job job, Tally tally) {
        try {
            tally.begin(job.span());
            Store.Answered answered = store.ask(job.definition(), plan.windows().length(), job.span(), tally::take);
            tally.flush();
            tally.finish(job.span(), answered);
        } catch (CloudFailure e) {
            tally.flush();
            tally.fail(e.getMessage() + ". The watermark stays; the next run asks again");
        } catch (BadCloud e) {
            tally.bar(e.getMessage() + ". Nothing more was asked; the next run tries again");
        }
    }

    private Watermark.Scope scope(Store store, Definition definition) {
        return new Watermark.Scope(source(store, definition), region);
    }

    private static String source(Store store, Definition definition) {
        return store.name() + "/" + definition.meter();
    }

    private Optional<Instant> complete(Watermark.Scope scope) {
        return ledger.watermarks().find(scope).flatMap(Watermark::completeUntil);
    }

    /// What is noted of a meter on the way.
    private final class Tally {

        private final Store store;
        private final Definition definition;
        private final List<Finding> waiting = new ArrayList<>();
        private final Set<Instant> told = new HashSet<>();
        private final List<Observation> shown = new ArrayList<>();
        private Optional<Instant> complete;
        private @Nullable Window asked;
        private long measures;
        private long added;
        private long changed;
        private long refused;
        private final Set<String> leftOut = new HashSet<>();
        private long empty;
        private long unowned;
        private boolean failed;
        private boolean barred;
        private @Nullable String trouble;
        private @Nullable String behind;

        Tally(Store store, Definition definition) {
            this.store = store;
            this.definition = definition;
            this.complete = Collecting.this.complete(scope(store, definition));
        }

        void begin(Window span) {
            asked = asked == null ? span : new Window(asked.from(), span.to());
            told.clear();
            if (complete.isEmpty()) {
                complete = Optional.of(
                        Windows.around(plan.start(), plan.windows().length()).from());
            }
        }

        void take(Finding finding) {
            waiting.add(finding);
            if (waiting.size() >= BATCH) {
                flush();
            }
        }

        /// Compares with what was told before, and keeps what is new.
        void flush() {
            List<Measure> found = new ArrayList<>();
            List<DeadLetter.Fresh> letters = new ArrayList<>();
            for (Finding finding : waiting) {
                switch (finding) {
                    case Finding.Found(Measure measure) -> {
                        told.add(measure.window().from());
                        found.add(measure);
                    }
                    case Finding.Refused wrong -> {
                        told.add(wrong.window().from());
                        refused++;
                        letters.add(letter(wrong));
                    }
                    case Finding.LeftOut one -> {
                        if (leftOut.add(one.resource())) {
                            letters.add(letter(one));
                        }
                    }
                }
            }
            waiting.clear();
            keep(found, letters);
        }

        private void keep(List<Measure> found, List<DeadLetter.Fresh> letters) {
            if (found.isEmpty() && letters.isEmpty()) {
                return;
            }
            Map<String, Observation> last = found.isEmpty()
                    ? new HashMap<>()
                    : ledger.observations()
                            .lastTold(
                                    source(store, definition),
                                    found.stream().map(Measure::stem).toList());
            List<Observation> news = new ArrayList<>();
            for (Measure measure : found) {
                Optional<Observation> before = Optional.ofNullable(last.get(measure.stem()));
                Optional<Observation> now = measure.news(region, source(store, definition), definition, before);
                measures++;
                unowned += measure.project().isEmpty() ? 1 : 0;
                if (now.isPresent()) {
                    news.add(now.get());
                    added += before.isEmpty() ? 1 : 0;
                    changed += before.isEmpty() ? 0 : 1;
                }
            }
            if (plan.dry()) {
                news.stream().limit(MOST_SHOWN - shown.size()).forEach(shown::add);
            } else if (!news.isEmpty() || !letters.isEmpty()) {
                ledger.intake().take(news, letters);
            }
        }

        private DeadLetter.Fresh letter(Finding.Refused wrong) {
            return new DeadLetter.Fresh(
                    source(store, definition),
                    Optional.of("measured"),
                    Optional.of("%s/%s/%s"
                            .formatted(
                                    wrong.resource(),
                                    wrong.window().from(),
                                    wrong.window().to())),
                    wrong.reason(),
                    "%s of %s in %s: %s"
                            .formatted(definition.meter(), wrong.resource(), wrong.window(), wrong.values()));
        }

        /// The same letter each time, so that it is kept once.
        private DeadLetter.Fresh letter(Finding.LeftOut one) {
            return new DeadLetter.Fresh(
                    source(store, definition),
                    Optional.of("left out"),
                    Optional.of(one.resource()),
                    "resource %s is left out, and nothing of it is billed by this meter; the others are: %s"
                            .formatted(one.resource(), one.reason()),
                    "%s of %s".formatted(definition.meter(), one.resource()));
        }

        /// The answer was whole: the watermark moves over each window of which something was told, up to
        /// the first of which nothing was.
        void finish(Window span, Store.Answered answered) {
            empty += answered.empty();
            behind = answered.behind().map(Store.Behind::why).orElse(null);
            Instant until = answered.behind().map(Store.Behind::until).orElse(span.to());
            Instant reached = complete.orElse(span.from());
            if (span.from().isAfter(reached)) {
                if (trouble == null) {
                    trouble = "complete until %s only; nobody asked for what is between that and %s"
                            .formatted(reached, span.from());
                }
                return;
            }
            for (Window window : plan.windows().of(span)) {
                if (!window.from().isBefore(until)) {
                    break;
                }
                boolean known = !window.to().isAfter(reached);
                if (known) {
                    continue;
                }
                if (!told.contains(window.from()) && !definition.mayBeEmpty()) {
                    trouble = answered.metricExists()
                            ? "%s has no measure at all for %s; if that can be, say 'may-be-empty', or set the watermark"
                                    .formatted(store.name(), window)
                            : "%s has no metric '%s'; if it is still to come, say 'may-be-empty'"
                                    .formatted(store.name(), definition.metric());
                    break;
                }
                trouble = null;
                reached = window.to();
            }
            advance(reached);
        }

        private void advance(Instant reached) {
            boolean further =
                    complete.filter(before -> before.isBefore(reached)).isPresent();
            complete = Optional.of(reached);
            if (further && !plan.dry()) {
                ledger.watermarks().advance(scope(store, definition), reached, clock.instant(), "collected");
            }
        }

        void fail(String why) {
            failed = true;
            trouble = why;
        }

        /// Fails, and whatever else the store would be asked would, too.
        void bar(String why) {
            fail(why);
            barred = true;
        }

        /// What got no further is asked again later and later, and the ledger knows why.
        void noteHowItWent() {
            Watermark.Scope scope = scope(store, definition);
            Optional.ofNullable(trouble)
                    .or(() -> Optional.ofNullable(behind))
                    .ifPresentOrElse(
                            why -> ledger.watermarks().stuck(scope, clock.instant(), why, plan.pauses()),
                            () -> ledger.watermarks().free(scope));
        }

        Outcome outcome() {
            return new Outcome(
                    definition.meter(),
                    Optional.ofNullable(asked),
                    measures,
                    added,
                    changed,
                    refused,
                    leftOut.size(),
                    empty,
                    unowned,
                    Collecting.this.complete(scope(store, definition)),
                    Optional.ofNullable(trouble),
                    Optional.ofNullable(behind),
                    shown);
        }
    }
}
