package org.reckoner.app;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.reckoner.collect.backfill.Batch;
import org.reckoner.collect.backfill.Found;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.collect.backfill.Past;
import org.reckoner.collect.backfill.Supplement;
import org.reckoner.collect.backfill.Wanted;
import org.reckoner.collect.openstack.OpenStack;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.Timeline;
import org.reckoner.ledger.Ledger;

/// From the services' APIs into the ledger: what each page lists is compared with what the ledger knows, and what
/// is missing is kept, a page in one transaction. A run that is cut off is repeated; what it kept is then known.
public final class Backfill {

    private final OpenStack cloud;
    private final Ledger ledger;
    private final String region;
    private final Wanted wanted;
    private final Plan plan;

    /// How to go about it.
    ///
    /// @param dry whether to keep nothing
    /// @param pageSize how many resources to ask for at a time, and to keep in one transaction
    /// @param endMissing when to let end what the ledger has as existing and the service does not have any more;
    ///     nothing is ended without
    public record Plan(boolean dry, int pageSize, Optional<Instant> endMissing) {}

    public Backfill(OpenStack cloud, Ledger ledger, String region, Wanted wanted, Plan plan) {
        this.cloud = cloud;
        this.ledger = ledger;
        this.region = region;
        this.wanted = wanted;
        this.plan = plan;
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
    public record Outcome(
            SortedMap<String, SortedMap<Supplement.Verdict, Integer>> counts,
            int observations,
            List<Written> written,
            List<ResourceId> missing,
            List<String> refused,
            List<ResourceId> ended,
            List<String> untold) {}

    /// What was kept of one resource.
    public record Written(ResourceId resource, Supplement.Verdict verdict, List<Observation> facts) {}

    /// Lists one service.
    ///
    /// @param progress is told how many resources were compared
    public Outcome of(Inventory inventory, LongConsumer progress) {
        Tally tally = new Tally();
        Set<ResourceId> listed = new HashSet<>();
        Set<ResourceId> existing = existing(inventory);
        inventory.list(cloud, wanted, plan.pageSize(), batch -> {
            keep(inventory, batch, tally);
            batch.found().forEach(found -> listed.add(resource(found)));
            tally.refused.addAll(batch.refused());
            progress.accept(batch.found().size());
        });
        existing.removeAll(listed);
        missing(inventory, existing, tally);
        return tally.outcome();
    }

    private void keep(Inventory inventory, Batch batch, Tally tally) {
        Map<ResourceId, List<Observation>> told = ledger.observations()
                .told(batch.found().stream().map(this::resource).toList());
        List<Observation> facts = new ArrayList<>();
        for (Found found : batch.found()) {
            ResourceId resource = resource(found);
            List<Past> past = inventory.past(cloud, found);
            Supplement supplement =
                    Supplement.of(resource, inventory.service(), told.getOrDefault(resource, List.of()), found, past);
            tally.add(resource, supplement, plan.dry());
            if (supplement.verdict() == Supplement.Verdict.NEW) {
                inventory.untold(past).ifPresent(untold -> tally.untold.add(resource + ": " + untold));
            }
            facts.addAll(supplement.facts());
        }
        take(facts);
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
        inventory
                .types()
                .forEach(type -> existing.addAll(ledger.observations().existing(region, type, wanted.project())));
        return existing;
    }

    /// Each is asked for once more by its id: a list can leave out what moved while it was read.
    private void missing(Inventory inventory, Set<ResourceId> notListed, Tally tally) {
        List<ResourceId> candidates = notListed.stream().sorted().toList();
        Map<ResourceId, List<Observation>> told = ledger.observations().told(candidates);
        for (ResourceId resource : candidates) {
            List<Observation> known = told.getOrDefault(resource, List.of());
            if (!isThere(resource, known) || inventory.isThere(cloud, resource.type(), resource.id())) {
                continue;
            }
            if (plan.endMissing().isEmpty()) {
                tally.missing.add(resource);
                continue;
            }
            Supplement end = Supplement.missing(
                    resource, inventory.service(), known, plan.endMissing().get());
            tally.add(resource, end, plan.dry());
            take(end.facts());
        }
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

        private final SortedMap<String, SortedMap<Supplement.Verdict, Integer>> counts = new TreeMap<>();
        private final List<Written> written = new ArrayList<>();
        private final List<ResourceId> missing = new ArrayList<>();
        private final List<String> refused = new ArrayList<>();
        private final List<ResourceId> ended = new ArrayList<>();
        private final List<String> untold = new ArrayList<>();
        private int observations;

        void add(ResourceId resource, Supplement supplement, boolean dry) {
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

        Outcome outcome() {
            return new Outcome(counts, observations, written, missing, refused, ended, untold);
        }
    }
}
