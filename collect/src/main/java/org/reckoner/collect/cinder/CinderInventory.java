package org.reckoner.collect.cinder;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.reckoner.collect.backfill.Batch;
import org.reckoner.collect.backfill.Found;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.collect.backfill.Wanted;
import org.reckoner.collect.openstack.Listing;
import org.reckoner.collect.openstack.OpenStack;
import org.reckoner.collect.openstack.Service;
import org.reckoner.collect.oslo.Payload;
import org.reckoner.collect.oslo.Refusal;
import org.reckoner.core.meter.Report;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What Cinder's API lists: the volume types, and the volumes and snapshots there are (Block Storage API v3).
///
/// Those that were deleted, and whose a volume was before a transfer, it does not tell of: a volume is taken to
/// have had its present owner, size and type all along.
public final class CinderInventory implements Inventory {

    /// What notifications call the fields of volumes that the API calls otherwise.
    private static final Map<String, String> VOLUME =
            Map.of("name", "display_name", "os-vol-tenant-attr:tenant_id", "tenant_id");

    private static final Map<String, String> SNAPSHOT = Map.of(
            "name", "display_name", "os-extended-snapshot-attributes:project_id", "tenant_id", "size", "volume_size");

    @Override
    public String service() {
        return Cinder.SERVICE.name();
    }

    @Override
    public List<String> types() {
        return List.of("volume", "snapshot");
    }

    @Override
    public boolean isThere(OpenStack cloud, String type, String id) {
        return cloud.find(Service.CINDER, "/%ss/%s".formatted(type, id), Optional.empty())
                .isPresent();
    }

    @Override
    public void list(OpenStack cloud, Wanted wanted, int pageSize, Consumer<Batch> to) {
        TreeMap<String, String> typeIds = new TreeMap<>();
        cloud.read(Listing.of(Service.CINDER, "/types", "volume_types").with("is_public", "None"), pageSize, page -> {
            page.elements()
                    .forEach(type -> typeIds.put(
                            type.path("name").asString(""), type.path("id").asString("")));
            to.accept(Batch.of(page, "volume type", wanted, CinderInventory::type));
        });
        cloud.read(
                listing("volumes", wanted),
                pageSize,
                page -> to.accept(Batch.of(
                        asNotified(page, VOLUME),
                        "volume",
                        wanted,
                        (fields, from) -> volume(fields, from, wanted, typeIds))));
        cloud.read(
                listing("snapshots", wanted),
                pageSize,
                page -> to.accept(Batch.of(
                        asNotified(page, SNAPSHOT),
                        "snapshot",
                        wanted,
                        (fields, from) -> snapshot(fields, from, wanted))));
    }

    private static Listing listing(String collection, Wanted wanted) {
        Listing own = Listing.of(Service.CINDER, "/" + collection + "/detail", collection)
                .with("sort", "created_at:asc");
        return wanted.allProjects() ? own.with("all_tenants", "True").with("project_id", wanted.project()) : own;
    }

    private static OpenStack.Page asNotified(OpenStack.Page page, Map<String, String> names) {
        return new OpenStack.Page(
                page.elements().stream()
                        .map(element -> asNotified(element, names))
                        .toList(),
                page.askedAt());
    }

    private static JsonNode asNotified(JsonNode element, Map<String, String> names) {
        if (!(element instanceof ObjectNode object)) {
            return element;
        }
        ObjectNode notified = object.objectNode();
        object.properties()
                .forEach(entry -> notified.set(names.getOrDefault(entry.getKey(), entry.getKey()), entry.getValue()));
        return notified;
    }

    /// A type has no times: what it is called is known from the moment of asking.
    private static Optional<Found> type(Payload fields, OpenStack.Page page) throws Refusal {
        return Optional.of(new Found(
                "volume_type",
                fields.id("id", "the id of the volume type"),
                Cinder.volumeType(fields),
                Optional.empty(),
                page.askedAt()));
    }

    private static Optional<Found> volume(
            Payload fields, OpenStack.Page page, Wanted wanted, TreeMap<String, String> typeIds) throws Refusal {
        Report report = Cinder.volume(fields, wanted::nameOf, fields.optionalText("bootable"));
        Optional<String> type = Optional.ofNullable(report.attributes().get("volume_type"));
        if (type.isPresent()) {
            String id = typeIds.get(type.get());
            if (id == null) {
                throw new Refusal(
                        "volume.volume_type is %s, which Cinder does not list as a type".formatted(type.get()));
            }
            report = report.attribute("volume_type", id);
        }
        return found("volume", fields, report, page);
    }

    private static Optional<Found> snapshot(Payload fields, OpenStack.Page page, Wanted wanted) throws Refusal {
        Report report =
                Cinder.snapshot(fields, wanted::nameOf, fields.pairs("metadata").orElseGet(TreeMap::new));
        return found("snapshot", fields, report, page);
    }

    private static Optional<Found> found(String type, Payload fields, Report report, OpenStack.Page page)
            throws Refusal {
        return Optional.of(new Found(
                type, fields.id("id", "the id of the " + type), report, fields.time("updated_at"), page.askedAt()));
    }
}
