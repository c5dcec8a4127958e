package org.reckoner.collect.nova;

import java.util.List;
import java.util.Optional;
import org.reckoner.collect.oslo.Meaning;
import org.reckoner.collect.oslo.Notification;
import org.reckoner.collect.oslo.Payload;
import org.reckoner.collect.oslo.Refusal;

/// The flat payload that all of `compute.instance.*` share.
///
/// Not in it: swap, extra specs.
final class UnversionedServer {

    private UnversionedServer() {}

    static Meaning read(Notification notification, Payload fields) throws Refusal {
        boolean inFlux = Server.flavorInFlux(
                notification, List.of(fields.optionalText("state_description"), fields.optionalText("new_task_state")));
        return new Server(
                        fields.id("instance_id", "the id of the server"),
                        fields.id("tenant_id", Server.OWNER),
                        fields.optionalText("display_name"),
                        fields.id("state", "the server's state, such as active"),
                        fields.time("created_at"),
                        fields.time("launched_at").isPresent(),
                        fields.time("deleted_at"),
                        inFlux
                                ? Optional.empty()
                                : Optional.of(Server.Flavor.read(fields, "instance_type", "instance_flavor_id")),
                        fields.optionalText("image_ref_url").flatMap(UnversionedServer::lastPart),
                        fields.optionalText("availability_zone"),
                        fields.pairs("metadata"),
                        fields.pairs("image_meta"))
                .told(notification);
    }

    /// The id at the end of `http://…/images/bb6586f4-…`; a server that boots from a volume has none there.
    private static Optional<String> lastPart(String url) {
        String id = url.substring(url.lastIndexOf('/') + 1);
        return id.isEmpty() ? Optional.empty() : Optional.of(id);
    }
}
