package org.reckoner.app;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.reckoner.collect.backfill.Batch;
import org.reckoner.collect.backfill.Found;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.collect.backfill.Past;
import org.reckoner.collect.backfill.Supplement;
import org.reckoner.collect.backfill.Wanted;
import org.reckoner.collect.openstack.OpenStack;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.Reading;
import org.reckoner.ledger.observation.Watermark;

/// From the services' APIs into the ledger: what each page lists is compared with what the ledger knows, and
/// what is missing is kept, a page in one transaction. A run that is cut off is repeated; what it kept is
/// then known. Back-fill is the first of them, a reconciliation every other.
public final class Backfill {

    /// What a service may still write down of a change some time after it.
    private static final Duration LATE = Duration.ofMinutes(15);

    /// How far before a reading deleted servers are asked for by the next.
    private static final Duration OVERLAP = Duration.ofDays(1);

    private final OpenStack cloud;
    private final Ledger ledger;
    private final String region;
    private final Wanted wanted;
    private final Plan plan;
    private final Clock clock;

    /// What is done with what the ledger has as existing and the service does not have any more.
    public sealed interface Gone {

        /// It is only named.
        record Named() implements Gone {}

        /// A person says when it ended.
        record Ended(Instant at) implements Gone {}

        /// It ends with the reading that did not find it, uncertain since the last word of it.
        ///
        /// @param most the greatest part of what a service should have, in percent, that is taken to be gone
        ///     at once; if it is more than [#FEW] and more than that, it is only named: it may be another
        ///     cloud
        record Found(int most) implements Gone {}

        int FEW = 5;
    }

    /// How to go about it.
    ///
    /// @param dry whether to keep nothing
    /// @param pageSize how many resources to ask for at a time, and to keep in one transaction
    public record Plan(boolean dry, int pageSize, Gone gone) {}

    /// What was found out about one resource.
    ///
    /// @param before its history as the ledger had it
    /// @param after with what was missed
    public record Discovery(ResourceId resource, Supplement supplement, Timeline before, Timeline after) {

        static Discovery of(ResourceId resource, List<Observation> known, Supplement supplement) {
            List<Observation> all = new ArrayList<>(known);
            all.addAll(supplement.facts());
            return new Discovery(resource, supplement, Timeline.fold(resource, known), Timeline.fold(resource, all));
        }
    }

    /// @param clock when it is that something is not there any more
    public Backfill(CloudAccess access, Ledger ledger, Plan plan, Clock clock) {
        this.cloud = access.openStack();
        this.ledger = ledger;
        this.region = access.region();
        this.wanted = access.wanted();
        this.plan = plan;
        this.clock = clock;
    }

    /// Since when what is gone is to be asked for, so that nothing is missed that went between two readings;
    /// nothing if the service was never read.
    public static Optional<Instant> since(Ledger ledger, String service, String region) {
        return ledger.readings()
                .last(new Watermark.Scope(service, region))
                .map(reading -> reading.beganAt().minus(OVERLAP));
    }

    /// What a service's list came to.
    ///
    /// @param counts by type, how many there are of each verdict
    /// @param observations how many were kept; of a dry run, would be
    /// @param written what a dry run would keep; of another run nothing, as there may be much
    /// @param missing what the ledger has as existing and the service does not list
    /// @param refused what was listed and cannot be believed, in words
    /// @param ended what the service lists and the ledger knows the end of
    /// @param untold what is new and was otherwise once in a way that the service does not tell, in words
    /// @param whole whether all that the service has was listed and understood
    public record Outcome(
            SortedMap<String, SortedMap<Supplement.Verdict, Integer>> counts,
            int observations,
            List<Written> written,
            List<ResourceId> missing,
            List<String> refused,
            List<ResourceId> ended,
            List<String> untold,
            boolean whole) {}

    /// What was kept of one resource.
    public record Written(ResourceId resource, Supplement.Verdict verdict, List<Observation> facts) {}

    /// Lists one service.
    ///
    /// @param progress is told how many resources were compared
    public Outcome of(Inventory inventory, LongConsumer progress) {
        return of(inventory, progress, discovery -> {});
    }

    /// Lists one service.
    ///
    /// @param discoveries is told of each resource of which something was missed
    public Outcome of(Inventory inventory, LongConsumer progress, Consumer<Discovery> discoveries) {
        Instant began = clock.instant();
        Watermark.Scope scope = new Watermark.Scope(inventory.service(), region);
        Optional<Instant> readAt = ledger.readings().last(scope).map(Reading::beganAt);
        Tally tally = new Tally(discoveries);
        Set<ResourceId> listed = new HashSet<>();
        Set<ResourceId> existing = existing(inventory);
        inventory.list(cloud, wanted, plan.pageSize(), batch -> {
            keep(inventory, batch, readAt, tally);
            batch.found().forEach(found -> listed.add(resource(found)));
            tally.refused.addAll(batch.refused());
            progress.accept(batch.found().size());
        });
        int there = existing.size();
        existing.removeAll(listed);
        missing(inventory, existing, there, readAt, tally);
        boolean ofAll = wanted.allProjects() && wanted.project().isEmpty();
        if (ofAll && tally.refused.isEmpty()) {
            inventory.undescribed().ifPresent(report -> undescribed(inventory, report, listed, readAt, tally));
        }
        Outcome outcome = tally.outcome(ofAll);
        if (outcome.whole() && !plan.dry()) {
            Instant ended = clock.instant();
            ledger.readings().note(new Reading(scope, began, ended, outcome.observations()));
            if (inventory.tellsAlone()) {
                ledger.watermarks().advance(scope, began, ended, "reconcile");
            }
        }
        return outcome;
    }

    private void keep(Inventory inventory, Batch batch, Optional<Instant> readAt, Tally tally) {
        Map<ResourceId, List<Observation>> told = ledger.observations()
                .told(batch.found().stream().map(this::resource).toList());
        List<Observation> facts = new ArrayList<>();
        for (Found found : batch.found()) {
            ResourceId resource = resource(found);
            List<Observation> known = told.getOrDefault(resource, List.of());
            if (inventory.describesOthers() && isOfNoLife(resource, known)) {
                continue;
            }
            List<Past> past = isUntouched(found, known, readAt) ? List.of() : inventory.past(cloud, found);
            Supplement supplement = Supplement.of(resource, inventory.service(), known, found, past, readAt);
            tally.add(resource, known, supplement, plan.dry());
            if (supplement.verdict() == Supplement.Verdict.NEW) {
                inventory.untold(past).ifPresent(untold -> tally.untold.add(resource + ": " + untold));
            }
            facts.addAll(supplement.facts());
        }
        take(facts);
    }

    /// Whether the ledger does not know that it is there, or knows its end.
    private static boolean isOfNoLife(ResourceId resource, List<Observation> known) {
        return Timeline.fold(resource, known).life().filter(Window::isOpen).isEmpty();
    }

    /// Whether nothing was done with it since its past was last compared: then it need not be asked for
    /// again.
    private static boolean isUntouched(Found found, List<Observation> known, Optional<Instant> readAt) {
        return !known.isEmpty()
                && readAt.isPresent()
                && found.since().isBefore(readAt.get().minus(LATE));
    }

    /// What the service told of once, and not this time.
    private void undescribed(
            Inventory inventory, Report report, Set<ResourceId> listed, Optional<Instant> readAt, Tally tally) {
        Instant now = clock.instant();
        List<Found> found = ledger.resources().existingToldBy(inventory.service(), region).stream()
                .filter(resource -> !listed.contains(resource))
                .map(resource -> new Found(resource.type(), resource.id(), report, Optional.empty(), now))
                .toList();
        for (int i = 0; i < found.size(); i += plan.pageSize()) {
            List<Found> page = found.subList(i, Math.min(found.size(), i + plan.pageSize()));
            keep(inventory, new Batch(page, List.of(), 0), readAt, tally);
        }
    }

    private void take(List<Observation> facts) {
        if (!plan.dry() && !facts.isEmpty()) {
            ledger.intake().take(facts, List.of());
        }
    }

    private ResourceId resource(Found found) {
        return new ResourceId(region, found.type(), found.id());
    }

    /// Asked before the list, so that what comes to be meanwhile is not missed.
    private Set<ResourceId> existing(Inventory inventory) {
        Set<ResourceId> existing = new HashSet<>();
        inventory.types().forEach(type -> existing.addAll(ledger.resources().existing(region, type, wanted.project())));
        return existing;
    }

    /// Each is asked for once more by its id: a list can leave out what moved while it was read.
    ///
    /// @param there how many the service should have
    private void missing(
            Inventory inventory, Set<ResourceId> notListed, int there, Optional<Instant> readAt, Tally tally) {
        List<ResourceId> candidates = notListed.stream().sorted().toList();
        Map<ResourceId, List<Observation>> told = ledger.observations().told(candidates);
        List<ResourceId> gone = candidates.stream()
                .filter(resource -> isThere(resource, told.getOrDefault(resource, List.of()))
                        && !inventory.isThere(cloud, resource.type(), resource.id()))
                .toList();
        Gone what = plan.gone();
        if (what instanceof Gone.Named || what instanceof Gone.Found(int most) && isTooMuch(gone.size(), there, most)) {
            tally.missing.addAll(gone);
            return;
        }
        for (ResourceId resource : gone) {
            List<Observation> known = told.getOrDefault(resource, List.of());
            Supplement end = what instanceof Gone.Ended(Instant at)
                    ? Supplement.missing(resource, inventory.service(), known, at)
                    : Supplement.missing(resource, inventory.service(), known, clock.instant(), readAt);
            tally.add(resource, known, end, plan.dry());
            take(end.facts());
        }
    }

    private static boolean isTooMuch(int gone, int there, int most) {
        return gone > Gone.FEW && gone * 100L > (long) there * most;
    }

    /// Whether the ledger really has it: a mere download tells of no life, a message may have told its end
    /// meanwhile, and what was given to another project is not on the list of this one any more.
    private boolean isThere(ResourceId resource, List<Observation> known) {
        List<Segment> segments = Timeline.fold(resource, known).segments();
        return !segments.isEmpty()
                && segments.getLast().window().isOpen()
                && (wanted.project().isEmpty() || segments.getLast().owner().equals(wanted.project()));
    }

    /// What is noted on the way.
    private static final class Tally {

        private final Consumer<Discovery> discoveries;
        private final SortedMap<String, SortedMap<Supplement.Verdict, Integer>> counts = new TreeMap<>();
        private final List<Written> written = new ArrayList<>();
        private final List<ResourceId> missing = new ArrayList<>();
        private final List<String> refused = new ArrayList<>();
        private final List<ResourceId> ended = new ArrayList<>();
        private final List<String> untold = new ArrayList<>();
        private int observations;

        Tally(Consumer<Discovery> discoveries) {
            this.discoveries = discoveries;
        }

        void add(ResourceId resource, List<Observation> known, Supplement supplement, boolean dry) {
            if (!supplement.missed().isEmpty()) {
                discoveries.accept(Discovery.of(resource, known, supplement));
            }
            counts.computeIfAbsent(resource.type(), type -> new TreeMap<>())
                    .merge(supplement.verdict(), 1, Integer::sum);
            observations += supplement.facts().size();
            if (supplement.verdict() == Supplement.Verdict.ENDED) {
                ended.add(resource);
            }
            if (dry && !supplement.facts().isEmpty()) {
                written.add(new Written(resource, supplement.verdict(), supplement.facts()));
            }
        }

        Outcome outcome(boolean ofAll) {
            return new Outcome(
                    counts,
                    observations,
                    written,
                    missing,
                    refused,
                    ended,
                    untold,
                    ofAll && refused.isEmpty() && missing.isEmpty());
        }
    }
}
