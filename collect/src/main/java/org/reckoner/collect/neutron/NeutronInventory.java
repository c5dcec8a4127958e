package org.reckoner.collect.neutron;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

/// What Neutron's API lists: the floating IPs, routers and networks there are (Networking API v2.0). Those that
/// were deleted it does not tell of.
public final class NeutronInventory implements Inventory {

    @Override
    public String service() {
        return Neutron.SERVICE.name();
    }

    @Override
    public List<String> types() {
        return Arrays.stream(Neutron.Kind.values()).map(Neutron.Kind::type).toList();
    }

    @Override
    public boolean isThere(OpenStack cloud, String type, String id) {
        return Arrays.stream(Neutron.Kind.values())
                .filter(kind -> kind.type().equals(type))
                .anyMatch(kind -> cloud.find(Service.NEUTRON, "/%ss/%s".formatted(kind.word(), id), Optional.empty())
                        .isPresent());
    }

    @Override
    public void list(OpenStack cloud, Wanted wanted, int pageSize, Consumer<Batch> to) {
        for (Neutron.Kind kind : Neutron.Kind.values()) {
            String collection = kind.word() + "s";
            Listing listing = Listing.of(Service.NEUTRON, "/" + collection, collection)
                    .with("project_id", wanted.project())
                    .with("sort_key", "id")
                    .with("sort_dir", "asc");
            cloud.read(
                    listing,
                    pageSize,
                    page -> to.accept(
                            Batch.of(page, kind.word(), wanted, (fields, from) -> read(kind, fields, from, wanted))));
        }
    }

    private static Optional<Found> read(Neutron.Kind kind, Payload fields, OpenStack.Page page, Wanted wanted)
            throws Refusal {
        String id = fields.id("id", "its id");
        Optional<Report> report = Neutron.report(fields, kind, wanted::nameOf);
        return report.isEmpty()
                ? Optional.empty()
                : Optional.of(new Found(kind.type(), id, report.get(), fields.time("updated_at"), page.askedAt()));
    }
}
