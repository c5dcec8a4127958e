package org.reckoner.collect.heat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.reckoner.collect.backfill.Batch;
import org.reckoner.collect.backfill.Found;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.collect.backfill.Wanted;
import org.reckoner.collect.openstack.BadCloud;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.collect.openstack.Listing;
import org.reckoner.collect.openstack.OpenStack;
import org.reckoner.collect.openstack.Service;
import org.reckoner.collect.oslo.Payload;
import org.reckoner.collect.oslo.Refusal;
import org.reckoner.core.meter.Report;
import tools.jackson.databind.JsonNode;

/// In which stack the servers, volumes, addresses and the rest are, as Heat's API tells (Orchestration API
/// v1): the dimensions `cluster` (the stack's id) and `cluster_name` of those resources.
///
/// A stack is the one that somebody made: what is in a resource group or another nested stack belongs to the
/// stack at the top. Heat tells of stacks that are there; in which stack something was that is gone it does
/// not tell, so ask often where stacks live briefly.
///
/// By Heat's default policy nobody may list the stacks of all projects (`stacks:global_index`); whoever asks
/// for all needs a policy that allows it.
public final class HeatInventory implements Inventory {

    /// Heat allows five by default (`max_nested_stack_depth`).
    private static final int DEEPEST = 20;

    private static final String CLUSTER = "cluster";
    private static final String CLUSTER_NAME = "cluster_name";

    private static final Map<String, String> TYPES = Map.of(
            "OS::Nova::Server", "server",
            "OS::Cinder::Volume", "volume",
            "OS::Neutron::FloatingIP", "floating_ip",
            "OS::Nova::FloatingIP", "floating_ip",
            "OS::Neutron::Router", "router",
            "OS::Neutron::Net", "network",
            "OS::Neutron::ProviderNet", "network",
            "OS::Glance::Image", "image",
            "OS::Glance::WebImage", "image");

    @Override
    public String service() {
        return Heat.SERVICE.name();
    }

    /// It lists nothing of its own.
    @Override
    public List<String> types() {
        return List.of();
    }

    @Override
    public boolean describesOthers() {
        return true;
    }

    /// It was taken out of its stack, and is still there.
    @Override
    public Optional<Report> undescribed() {
        return Optional.of(Report.NOTHING.complete(CLUSTER));
    }

    @Override
    public boolean isIn(OpenStack cloud) {
        return cloud.has(Service.HEAT);
    }

    @Override
    public boolean isThere(OpenStack cloud, String type, String id) {
        return true;
    }

    @Override
    public void list(OpenStack cloud, Wanted wanted, int pageSize, Consumer<Batch> to) {
        boolean own = wanted.project().isPresent()
                && wanted.project().equals(cloud.project().map(OpenStack.Project::id));
        Listing stacks = Listing.of(Service.HEAT, "/stacks", "stacks")
                .with("sort_keys", "creation_time")
                .with("sort_dir", "asc");
        Listing asked = own ? stacks : stacks.with("global_tenant", "true");
        try {
            cloud.read(
                    asked,
                    pageSize,
                    page -> page.elements().forEach(stack -> {
                        if (wanted.project().isEmpty()
                                || own
                                || wanted.project()
                                        .get()
                                        .equals(stack.path("project").asString(""))) {
                            resources(cloud, stack, wanted, to);
                        }
                    }));
        } catch (BadCloud e) {
            throw new BadCloud(
                    e.getMessage()
                            + ". Heat lets nobody list the stacks of all projects unless its policy says so: \"stacks:global_index\": \"role:admin\"");
        }
    }

    /// All that is in a stack, also in those nested in it.
    private static void resources(OpenStack cloud, JsonNode stack, Wanted wanted, Consumer<Batch> to) {
        String id = stack.path("id").asString("");
        String name = stack.path("stack_name").asString("");
        if (id.isEmpty() || name.isEmpty()) {
            throw new CloudFailure("Heat listed a stack without id or stack_name");
        }
        String project = stack.path("project").asString("");
        OpenStack.Page page = new OpenStack.Page(List.of(), cloud.now());
        Optional<JsonNode> answer = cloud.find(
                Service.HEAT,
                project,
                "/stacks/%s/%s/resources?nested_depth=%d".formatted(encoded(name), encoded(id), DEEPEST));
        List<JsonNode> known = new ArrayList<>();
        answer.ifPresent(told -> told.path("resources").forEach(resource -> {
            if (TYPES.containsKey(resource.path("resource_type").asString(""))
                    && !resource.path("physical_resource_id").asString("").isEmpty()) {
                known.add(resource);
            }
        }));
        to.accept(Batch.of(
                new OpenStack.Page(known, page.askedAt()),
                "resource",
                wanted,
                (fields, from) -> read(fields, from, id, name)));
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Optional<Found> read(Payload fields, OpenStack.Page page, String stack, String name) throws Refusal {
        String type = fields.id("resource_type", "the type of the resource");
        Report report = Report.NOTHING.attribute(CLUSTER, stack).attribute(CLUSTER_NAME, name);
        return Optional.of(new Found(
                TYPES.getOrDefault(type, type),
                fields.id("physical_resource_id", "the id of the resource"),
                report,
                fields.time("updated_time"),
                page.askedAt()));
    }
}
