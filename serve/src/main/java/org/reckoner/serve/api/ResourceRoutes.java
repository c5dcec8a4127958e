package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Timeline;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.Timelines;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.node.ObjectNode;

/// What is paid for, and its history. A project sees what it ever owned, and of that the time in which it was
/// the owner.
final class ResourceRoutes {

    private final Ledger ledger;

    ResourceRoutes(Ledger ledger) {
        this.ledger = ledger;
    }

    void routes(RoutesConfig routes) {
        routes.get("/api/v1/resources", this::list, Access.READER);
        routes.get("/api/v1/resources/{region}/{type}/{id}", this::get, Access.READER);
        routes.get("/api/v1/resources/{region}/{type}/{id}/timeline", this::timeline, Access.READER);
    }

    private void list(Context context) {
        Listing.checkQuery(context, "project", "region", "type");
        Timelines.Filter filter = new Timelines.Filter(
                Parameters.project(context),
                Requests.query(context, "region"),
                Requests.query(context, "type"),
                Optional.empty());
        Optional<String> owner = Requests.caller(context).only();
        long cutoff = ledger.observations().cutoff();
        Listing.answer(
                context,
                3,
                (key, limit) ->
                        ledger.timelines().page(filter, key.map(ResourceRoutes::resource), limit, cutoff).stream()
                                .map(timeline -> new Listing.Item(
                                        key(timeline.resource()), Histories.latest(Histories.visible(timeline, owner))))
                                .toList());
    }

    static List<String> key(ResourceId resource) {
        return List.of(resource.region(), resource.type(), resource.id());
    }

    /// @throws Problem 400 if the parts name no resource
    static ResourceId resource(List<String> key) {
        if (key.stream().anyMatch(String::isBlank)) {
            throw Problem.badRequest("this cursor was not made here; begin again without a cursor");
        }
        return new ResourceId(key.get(0), key.get(1), key.get(2));
    }

    private void get(Context context) {
        Parameters.only(context, Set.of());
        Answers.json(context, Histories.latest(found(context)));
    }

    private void timeline(Context context) {
        Parameters.only(context, Set.of());
        Timeline timeline = found(context);
        ObjectNode json = Histories.identity(timeline.resource());
        Histories.segments(json.putArray("segments"), timeline.segments());
        Histories.flows(json.putArray("flows"), timeline.flows());
        Answers.tagged(context, json);
    }

    /// The part of the timeline that the caller may see.
    private Timeline found(Context context) {
        List<String> parts = List.of(context.pathParam("region"), context.pathParam("type"), context.pathParam("id"));
        if (parts.stream().anyMatch(String::isBlank)) {
            throw noSuchResource();
        }
        ResourceId resource = resource(parts);
        Optional<String> owner = Requests.caller(context).only();
        if (owner.isPresent() && !ledger.resources().everOwned(owner.get(), resource)) {
            throw noSuchResource();
        }
        return ledger.timelines()
                .of(resource, ledger.observations().cutoff())
                .map(timeline -> Histories.visible(timeline, owner))
                .orElseThrow(ResourceRoutes::noSuchResource);
    }

    private static Problem noSuchResource() {
        return Problem.notFound("there is no such resource");
    }
}
