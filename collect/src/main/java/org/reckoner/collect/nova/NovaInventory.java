package org.reckoner.collect.nova;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.reckoner.collect.backfill.Batch;
import org.reckoner.collect.backfill.Found;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.collect.backfill.Past;
import org.reckoner.collect.backfill.Wanted;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.collect.openstack.Listing;
import org.reckoner.collect.openstack.OpenStack;
import org.reckoner.collect.openstack.Service;
import org.reckoner.collect.oslo.Payload;
import org.reckoner.collect.oslo.Refusal;
import org.reckoner.collect.oslo.Timestamps;
import org.reckoner.core.meter.Report;
import tools.jackson.databind.JsonNode;

/// What Nova's API lists: the servers there are, and those deleted of late (Compute API, "List Servers
/// Detailed").
///
/// Since microversion 2.47 a server carries its flavor as it was when it was made or resized; since 2.69
/// servers of a cell that is down are listed, with little more than their id, instead of left out in silence.
/// The flavor before a resize is nowhere to be had: a server that only Nova told of is taken to have had its
/// present flavor all along.
public final class NovaInventory implements Inventory {

    static final String NEWEST = "2.79";
    private static final String FLAVOR_IS_EMBEDDED = "2.47";

    @Override
    public String service() {
        return Nova.SERVICE.name();
    }

    @Override
    public List<String> types() {
        return List.of("server");
    }

    @Override
    public boolean isThere(OpenStack cloud, String type, String id) {
        return cloud.find(Service.NOVA, "/servers/" + id, Optional.empty()).isPresent();
    }

    @Override
    public void list(OpenStack cloud, Wanted wanted, int pageSize, Consumer<Batch> to) {
        String microversion = cloud.microversion(Service.NOVA, NEWEST);
        if (OpenStack.isOlder(microversion, FLAVOR_IS_EMBEDDED)) {
            throw new CloudFailure("Nova of cloud %s speaks microversions up to %s only; %s (Pike) is needed"
                    .formatted(cloud.cloud().name(), microversion, FLAVOR_IS_EMBEDDED));
        }
        SortedMap<String, String> flavorIds = flavorIds(cloud);
        Listing servers = Listing.of(Service.NOVA, "/servers/detail", "servers")
                .atMost(NEWEST)
                .with("sort_key", "created_at")
                .with("sort_dir", "asc");
        Listing changed = servers.with("changes-since", wanted.since().toString());
        List<Listing> listings = wanted.allProjects()
                ? List.of(ofAll(servers, wanted), ofAll(changed, wanted).with("deleted", "True"))
                : List.of(servers, changed);
        for (Listing listing : listings) {
            cloud.read(
                    listing,
                    pageSize,
                    page -> to.accept(
                            Batch.of(page, "server", wanted, (fields, from) -> read(fields, from, wanted, flavorIds))));
        }
    }

    private static Listing ofAll(Listing servers, Wanted wanted) {
        return servers.with("all_tenants", "True").with("project_id", wanted.project());
    }

    /// The ids of flavors by name: a server carries the name only.
    private static SortedMap<String, String> flavorIds(OpenStack cloud) {
        TreeMap<String, String> ids = new TreeMap<>();
        Listing flavors = Listing.of(Service.NOVA, "/flavors", "flavors").with("is_public", "None");
        cloud.read(
                flavors,
                1000,
                page -> page.elements()
                        .forEach(flavor -> ids.put(
                                flavor.path("name").asString(""),
                                flavor.path("id").asString(""))));
        return ids;
    }

    private static Optional<Found> read(
            Payload fields, OpenStack.Page page, Wanted wanted, SortedMap<String, String> flavorIds) throws Refusal {
        if (fields.textOf("status").equals(Optional.of("UNKNOWN")) && !fields.has("flavor")) {
            throw new Refusal("its cell is down, so Nova says nothing of it; back-fill again when the cell is up");
        }
        String state = fields.id("OS-EXT-STS:vm_state", "the server's state, such as active");
        boolean inFlux = fields.optionalText("OS-EXT-STS:task_state")
                .filter(task -> task.startsWith("resize_"))
                .isPresent();
        Optional<Payload> image = fields.optionalObject("image");
        Optional<Instant> changed = fields.time("updated");
        Optional<Instant> terminated = fields.time("OS-SRV-USG:terminated_at");
        Optional<Instant> ended = state.equals("deleted")
                ? terminated.or(() -> changed).or(() -> Optional.of(page.askedAt()))
                : Optional.empty();
        Server server = new Server(
                fields.id("id", "the id of the server"),
                fields.id("tenant_id", Server.OWNER),
                fields.optionalText("name"),
                state,
                fields.time("created"),
                fields.time("OS-SRV-USG:launched_at").isPresent(),
                ended,
                inFlux ? Optional.empty() : Optional.of(flavor(fields.object("flavor"), flavorIds)),
                image.isPresent() ? image.get().optionalText("id") : Optional.empty(),
                fields.optionalText("OS-EXT-AZ:availability_zone"),
                fields.pairs("metadata"),
                Optional.empty());
        Report report = server.report(wanted.nameOf(server.owner()), ended);
        return Optional.of(new Found("server", server.id(), report, changed, page.askedAt()));
    }

    private static Server.Flavor flavor(Payload fields, SortedMap<String, String> ids) throws Refusal {
        String name = fields.id("original_name", "the name of the flavor");
        return new Server.Flavor(
                name,
                Optional.ofNullable(ids.get(name)),
                fields.quantity("vcpus", "vCPUs", Server.MOST_VCPUS),
                fields.quantity("ram", "MiB", Server.MOST_MIB),
                fields.quantity("disk", "GiB", Server.MOST_GIB),
                fields.quantity("ephemeral", "GiB", Server.MOST_GIB),
                fields.optionalQuantity("swap", "MiB", Server.MOST_MIB),
                fields.pairs("extra_specs"));
    }

    /// The states that the server's actions led to (Compute API, "Servers actions"; also of deleted servers).
    /// An action counts from when it was finished, which Nova tells since 2.58, before that from when it was
    /// begun. One that failed changed nothing.
    @Override
    public List<Past> past(OpenStack cloud, Found found) {
        Optional<JsonNode> answer =
                cloud.find(Service.NOVA, "/servers/" + found.id() + "/os-instance-actions", Optional.of(NEWEST));
        List<Action> actions = new ArrayList<>();
        answer.ifPresent(told ->
                told.path("instanceActions").forEach(action -> Action.of(action).ifPresent(actions::add)));
        actions.sort(Comparator.comparing(Action::began).thenComparing(Action::word));
        return states(actions, found.report().beganAt());
    }

    /// A resize that was reverted leaves the flavor as it was.
    @Override
    public Optional<String> untold(List<Past> past) {
        boolean resized = false;
        for (Past each : past) {
            resized = each.what().equals("resize") || resized && !each.what().equals("revertResize");
        }
        return resized ? Optional.of("it was resized, from a flavor that Nova does not tell") : Optional.empty();
    }

    private static final Set<String> RESIZING = Set.of("resize", "revertResize");

    /// What a flavor decides of a server, in our words.
    private static final SortedSet<String> FLAVOR = Collections.unmodifiableSortedSet(new TreeSet<>(List.of(
            "flavor", "flavor_id", "vcpus", "memory", "disk.root", "disk.ephemeral", "disk.swap", "extra_specs.")));

    private record Action(String word, Instant began, Instant finished) {

        private static final Set<String> FAILED = Set.of("Error");

        static Optional<Action> of(JsonNode action) {
            Optional<Instant> began = Timestamps.parse(action.path("start_time").asString(""));
            if (began.isEmpty() || FAILED.contains(action.path("message").asString(""))) {
                return Optional.empty();
            }
            Instant finished =
                    Timestamps.parse(action.path("updated_at").asString("")).orElse(began.get());
            return Optional.of(new Action(action.path("action").asString(""), began.get(), finished));
        }
    }

    private static List<Past> states(List<Action> actions, Optional<Instant> created) {
        List<Past> states = new ArrayList<>();
        String beforeResize = "active";
        String state = "building";
        for (Action action : actions) {
            if (action.word().equals("create") && created.isPresent()) {
                states.add(new Past("create", created.get(), Report.NOTHING.state("building")));
            }
            String next = stateAfter(action.word(), state, beforeResize);
            if (next.equals("resized")) {
                beforeResize = state.equals("stopped") ? "stopped" : "active";
            }
            SortedSet<String> changed = RESIZING.contains(action.word()) ? FLAVOR : Collections.emptySortedSet();
            if (!next.equals(state) || !changed.isEmpty()) {
                states.add(new Past(action.word(), action.finished(), Report.NOTHING.state(next), changed));
            }
            state = next;
        }
        return states;
    }

    /// In Nova's words for actions and states. What is not here leaves the state as it is. Shelving ends in
    /// shelved_offloaded, as by default Nova offloads at once.
    private static String stateAfter(String action, String state, String beforeResize) {
        return switch (action) {
            case "create", "start", "unpause", "resume", "unrescue", "unshelve", "restore", "reboot" -> "active";
            case "stop" -> "stopped";
            case "pause" -> "paused";
            case "suspend" -> "suspended";
            case "rescue" -> "rescued";
            case "resize", "migrate" -> "resized";
            case "confirmResize", "revertResize" -> beforeResize;
            case "shelve", "shelveOffload" -> "shelved_offloaded";
            default -> state;
        };
    }
}
