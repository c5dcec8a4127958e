package org.reckoner.collect.glance;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

/// What Glance's API lists: the images there are, hidden ones too (Image API v2, "List images"). Images that were
/// deleted, and earlier downloads, it does not tell of.
public final class GlanceInventory implements Inventory {

    /// The keys of the Image API's schema; any other key of an image is a property of its owner's.
    private static final Set<String> SCHEMA = Set.of(
            "checksum",
            "container_format",
            "created_at",
            "direct_url",
            "disk_format",
            "file",
            "id",
            "locations",
            "min_disk",
            "min_ram",
            "name",
            "os_hash_algo",
            "os_hash_value",
            "os_hidden",
            "owner",
            "protected",
            "schema",
            "self",
            "size",
            "status",
            "stores",
            "tags",
            "updated_at",
            "virtual_size",
            "visibility");

    @Override
    public String service() {
        return Glance.SERVICE.name();
    }

    @Override
    public List<String> types() {
        return List.of("image");
    }

    @Override
    public boolean isThere(OpenStack cloud, String type, String id) {
        return cloud.find(Service.GLANCE, "/images/" + id, Optional.empty()).isPresent();
    }

    @Override
    public void list(OpenStack cloud, Wanted wanted, int pageSize, Consumer<Batch> to) {
        Listing images = Listing.of(Service.GLANCE, "/images", "images")
                .with("visibility", "all")
                .with("owner", wanted.project())
                .with("sort", "created_at:asc");
        for (Listing listing : List.of(images, images.with("os_hidden", "true"))) {
            cloud.read(
                    listing,
                    pageSize,
                    page -> to.accept(
                            Batch.of(asNotified(page), "image", wanted, (fields, from) -> read(fields, from, wanted))));
        }
    }

    /// With properties in an object of their own, as in notifications.
    private static OpenStack.Page asNotified(OpenStack.Page page) {
        return new OpenStack.Page(
                page.elements().stream().map(GlanceInventory::asNotified).toList(), page.askedAt());
    }

    private static JsonNode asNotified(JsonNode image) {
        if (!(image instanceof ObjectNode object)) {
            return image;
        }
        ObjectNode notified = object.objectNode();
        ObjectNode properties = notified.putObject("properties");
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            (SCHEMA.contains(entry.getKey()) ? notified : properties).set(entry.getKey(), entry.getValue());
        }
        return notified;
    }

    private static Optional<Found> read(Payload fields, OpenStack.Page page, Wanted wanted) throws Refusal {
        String id = fields.id("id", "the id of the image");
        Optional<String> owner = fields.owner("owner");
        if (owner.isEmpty()) {
            return Optional.empty();
        }
        Report report = Glance.report(fields, owner.get());
        return Optional.of(new Found(
                "image",
                id,
                wanted.nameOf(owner.get())
                        .map(name -> report.attribute("project_name", name))
                        .orElse(report),
                fields.time("updated_at"),
                page.askedAt()));
    }
}
