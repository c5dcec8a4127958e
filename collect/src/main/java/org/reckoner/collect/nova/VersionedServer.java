package org.reckoner.collect.nova;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.reckoner.collect.oslo.Meaning;
import org.reckoner.collect.oslo.Notification;
import org.reckoner.collect.oslo.Payload;
import org.reckoner.collect.oslo.Refusal;

/// The payloads of `instance.*`: objects in objects, each with its data under `nova_object.data`.
final class VersionedServer {

    private static final String DATA = "nova_object.data";

    private VersionedServer() {}

    static Meaning read(Notification notification, Payload payload) throws Refusal {
        Payload fields = payload.object(DATA);
        boolean inFlux = Server.flavorInFlux(notification, tasks(fields));
        return new Server(
                        fields.id("uuid", "the id of the server"),
                        fields.id("tenant_id", Server.OWNER),
                        fields.optionalText("display_name"),
                        fields.id("state", "the server's state, such as active"),
                        fields.time("created_at"),
                        fields.time("launched_at").isPresent(),
                        fields.time("deleted_at"),
                        inFlux
                                ? Optional.empty()
                                : Optional.of(Server.Flavor.read(
                                        fields.object("flavor").object(DATA), "name", "flavorid")),
                        fields.optionalText("image_uuid"),
                        fields.optionalText("availability_zone"),
                        fields.pairs("metadata"),
                        Optional.empty())
                .told(notification);
    }

    private static List<Optional<String>> tasks(Payload fields) throws Refusal {
        List<Optional<String>> tasks = new ArrayList<>();
        tasks.add(fields.optionalText("task_state"));
        Optional<Payload> update = fields.optionalObject("state_update");
        if (update.isPresent()) {
            tasks.add(update.get().object(DATA).optionalText("new_task_state"));
        }
        return tasks;
    }
}
