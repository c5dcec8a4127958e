package org.reckoner.app;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.reckoner.collect.distil.Mapping;
import org.reckoner.collect.distil.Unmeasurable;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.meter.ByName;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.meter.Telling;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.ledger.observation.Watermark;
import org.reckoner.ledger.sample.Samples;

/// From samples in the ledger to use in it: of each hour that is over, the samples of each resource are made
/// into what the meter mapping says, and told as measured over that hour. An hour to which samples came late is
/// made anew: what is told again replaces what was told before, and what says the same is not told again.
///
/// A run that is cut off is repeated; what it told is then known.
public final class Sampling {

    private static final int LONGEST_NAME = 160;

    /// As legacy all samples of these minutes are taken for those of the hour, which is what Distil asked for.
    private static final Duration DISTIL_LEAD_IN = Duration.ofMinutes(10);

    private final Ledger ledger;
    private final String region;
    private final Telemetry telemetry;

    public Sampling(Ledger ledger, String region, Telemetry telemetry) {
        this.ledger = ledger;
        this.region = region;
        this.telemetry = telemetry;
    }

    /// How to go about it.
    ///
    /// @param dry whether to keep nothing
    /// @param all whether to look at hours too that nothing was added to
    public record Plan(boolean dry, boolean all) {}

    /// What one hour of one meter came to.
    ///
    /// @param resources how many had samples in it
    /// @param told observations that were kept, or would be
    /// @param unpaid how many resources nobody owns or whose project is ignored
    /// @param refused what could not be made use of, in words
    public record Outcome(
            String meter, Window window, int resources, List<Observation> told, int unpaid, List<String> refused) {}

    /// Makes use of everything that is over, and moves the watermarks.
    ///
    /// @param progress is told what each hour and meter came to in which there is anything
    /// @return until when use was made of all that came; nothing if no samples ever came
    public Optional<Instant> run(Plan plan, Instant now, Consumer<Outcome> progress) {
        Instant over = now.minus(telemetry.settings().delay());
        Collection<String> meters = telemetry.mappings().meters();
        Map<String, String> names = new HashMap<>();
        ledger.accounts().all().forEach((Account account) -> names.put(account.project(), account.name()));
        boolean told = false;
        for (Samples.Due due : ledger.samples().due(region, meters, over, plan.all())) {
            Outcome outcome = make(due, names, plan.dry());
            if (!plan.dry()) {
                ledger.samples().done(due);
            }
            told |= !outcome.told().isEmpty();
            if (outcome.resources() > 0 || !outcome.told().isEmpty()) {
                progress.accept(outcome);
            }
        }
        Optional<Instant> complete = complete(over);
        if (!plan.dry() && complete.isPresent()) {
            advance(meters, told, complete.get(), now);
        }
        return complete;
    }

    /// A watermark that somebody removed, since that telemetry is gone, is there again only if something was told.
    private void advance(Collection<String> meters, boolean told, Instant until, Instant now) {
        for (String meter : meters) {
            Watermark.Scope scope = new Watermark.Scope(Samples.SOURCE + meter, region);
            if (told || ledger.watermarks().find(scope).isPresent()) {
                ledger.watermarks().advance(scope, until, now, "samples");
            }
        }
    }

    /// Drops samples that were kept long enough.
    ///
    /// @return how many went
    public int prune(Instant now) {
        return ledger.samples().prune(now.minus(telemetry.settings().keep()));
    }

    /// Telemetry that fell silent is not complete: no further than the hour before its newest sample, of
    /// whichever meter. A meter of which there is nothing is complete with the others.
    private Optional<Instant> complete(Instant over) {
        long hour = Samples.WINDOW.toSeconds();
        return ledger.samples()
                .newest(region)
                .map(newest -> newest.isBefore(over) ? newest : over)
                .map(until -> Instant.ofEpochSecond(Math.floorDiv(until.getEpochSecond(), hour) * hour));
    }

    private Outcome make(Samples.Due due, Map<String, String> names, boolean dry) {
        Window window = due.window();
        TreeMap<ResourceId, Report> made = new TreeMap<>();
        List<String> refused = new ArrayList<>();
        List<DeadLetter.Fresh> letters = new ArrayList<>();
        int resources = 0;
        int unpaid = 0;
        for (List<Sample> samples : samples(due)) {
            Sample last = samples.getLast();
            resources++;
            Optional<String> owner = owner(samples).filter(project -> isWanted(project, names));
            if (owner.isEmpty()) {
                unpaid++;
                continue;
            }
            for (Mapping mapping : telemetry.mappings().of(due.meter())) {
                try {
                    mapping.measure(samples, window).ifPresent(measured -> add(made, measured, owner.get(), window));
                } catch (Unmeasurable unmeasurable) {
                    String reason =
                            "%s of %s, %s: %s".formatted(due.meter(), last.resource(), window, unmeasurable.reason());
                    refused.add(reason);
                    letters.add(letter(due, last, reason));
                }
            }
        }
        List<Observation> told = told(due, made);
        if (!dry && (!told.isEmpty() || !letters.isEmpty())) {
            ledger.intake().take(told, letters);
        }
        return new Outcome(due.meter(), window, resources, told, unpaid, refused);
    }

    /// The samples of each resource that has some in the window, and what tells how the window began for it.
    private Collection<List<Sample>> samples(Samples.Due due) {
        Window window = due.window();
        if (telemetry.settings().legacy()) {
            Window read = new Window(window.from().minus(DISTIL_LEAD_IN), window.to());
            return ledger.samples().within(region, due.meter(), read).values().stream()
                    .filter(samples -> !samples.getLast().time().isBefore(window.from()))
                    .toList();
        }
        TreeMap<String, List<Sample>> samples = ledger.samples().within(region, due.meter(), window);
        ledger.samples()
                .last(region, due.meter(), new Window(window.from().minus(Samples.LEAD_IN), window.from()))
                .forEach((resource, before) -> samples.computeIfPresent(
                        resource,
                        (same, within) ->
                                Stream.concat(before.stream(), within.stream()).toList()));
        return samples.values();
    }

    /// Whose the resource was last pays for the hour.
    private static Optional<String> owner(List<Sample> samples) {
        return samples.reversed().stream()
                .flatMap(sample -> sample.project().stream())
                .findFirst();
    }

    private boolean isWanted(String project, Map<String, String> names) {
        List<String> included = telemetry.settings().included();
        List<String> ignored = telemetry.settings().ignored();
        String name = names.getOrDefault(project, project);
        return included.isEmpty()
                ? !ignored.contains(project) && !ignored.contains(name)
                : included.contains(project) || included.contains(name);
    }

    /// Several entries of a mapping may speak of one resource; of one service they then speak together.
    private void add(SortedMap<ResourceId, Report> made, Mapping.Measured measured, String owner, Window window) {
        ResourceId resource = new ResourceId(region, measured.type(), measured.resource());
        Report before = made.get(resource);
        if (before == null) {
            made.put(resource, Report.over(window, owner, measured.flows(), measured.attributes()));
            return;
        }
        TreeMap<String, BigDecimal> flows = new TreeMap<>(before.flows());
        measured.flows().forEach((service, quantity) -> flows.merge(service, quantity, BigDecimal::add));
        TreeMap<String, String> attributes = new TreeMap<>(before.attributes());
        attributes.putAll(measured.attributes());
        made.put(resource, Report.over(window, owner, flows, attributes));
    }

    /// What is to be told now: what is new or other than last time. What was told of a service before and is
    /// not there any more is told as nothing.
    private List<Observation> told(Samples.Due due, SortedMap<ResourceId, Report> made) {
        String source = Samples.SOURCE + due.meter();
        SortedMap<ResourceId, Observation> before =
                ledger.observations().measured(region, source, due.window().from());
        before.forEach((resource, observation) -> {
            Report last = observation.report();
            Report now = made.getOrDefault(
                    resource, Report.over(due.window(), last.owner().orElse(""), ByName.of(), last.attributes()));
            TreeMap<String, BigDecimal> flows = new TreeMap<>(now.flows());
            last.flows().keySet().forEach(service -> flows.putIfAbsent(service, BigDecimal.ZERO));
            made.put(resource, Report.over(due.window(), now.owner().orElse(""), flows, now.attributes()));
        });
        List<Observation> told = new ArrayList<>();
        String hour = "%s/%s".formatted(due.window().from(), due.window().to());
        made.forEach((resource, report) -> {
            Observation last = before.get(resource);
            if (last == null || !says(last.report(), report)) {
                Telling telling = last == null
                        ? Telling.first(stem(resource, hour))
                        : Telling.of(last.id()).next();
                told.add(new Observation(
                        telling.id(source),
                        "sample.measured",
                        resource,
                        due.window().from(),
                        report));
            }
        });
        return told;
    }

    /// Whether both say the same; how many places a number is written with says nothing.
    private static boolean says(Report one, Report other) {
        return one.owner().equals(other.owner())
                && one.attributes().equals(other.attributes())
                && one.measured().equals(other.measured())
                && one.flows().keySet().equals(other.flows().keySet())
                && one.flows().entrySet().stream()
                        .allMatch(
                                flow -> flow.getValue().compareTo(other.flows().get(flow.getKey())) == 0);
    }

    /// What all tellings of a window share: `TYPE/RESOURCE/FROM/TO`.
    private static String stem(ResourceId resource, String hour) {
        String name = resource.type() + "/" + resource.id();
        String kept = name.length() <= LONGEST_NAME
                ? name
                : UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
        return kept + "/" + hour;
    }

    private DeadLetter.Fresh letter(Samples.Due due, Sample last, String reason) {
        return new DeadLetter.Fresh(
                Samples.SOURCE + due.meter(),
                Optional.of("sample of " + due.meter()),
                Optional.of("%s/%s".formatted(last.resource(), due.window().from())),
                reason + ". The other resources are not held up; mend the mapping, then: reckoner samples run --all",
                "samples of %s, %s, %s".formatted(due.meter(), last.resource(), due.window()));
    }
}
