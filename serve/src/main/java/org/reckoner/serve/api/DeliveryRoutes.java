package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.delivery.Deliveries;
import org.reckoner.ledger.delivery.Delivery;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.node.ObjectNode;

/// Documents on their way to billing systems, and a person's word about them.
final class DeliveryRoutes {

    private final Ledger ledger;
    private final Idempotency idempotency;
    private final Clock clock;

    DeliveryRoutes(Ledger ledger, Idempotency idempotency, Clock clock) {
        this.ledger = ledger;
        this.idempotency = idempotency;
        this.clock = clock;
    }

    void routes(RoutesConfig routes) {
        routes.get("/api/v1/deliveries", this::list, Access.ADMIN);
        routes.get("/api/v1/deliveries/{id}", this::get, Access.ADMIN);
        routes.post("/api/v1/deliveries/{id}/retry", idempotency.once(this::retry), Access.ADMIN);
        routes.post("/api/v1/deliveries/{id}/cancel", idempotency.once(this::cancel), Access.ADMIN);
    }

    private void list(Context context) {
        Listing.checkQuery(context, "backend", "state", "number", "period");
        Deliveries.Filter filter = new Deliveries.Filter(
                Requests.query(context, "backend"),
                Parameters.oneOf(
                        context,
                        "state",
                        Arrays.stream(Delivery.State.values())
                                .collect(Collectors.toMap(Delivery.State::word, Function.identity()))),
                Requests.query(context, "number"),
                Parameters.period(context));
        Listing.answer(
                context,
                1,
                (key, limit) -> ledger
                        .deliveries()
                        .page(filter, Parameters.id(key).orElse(0L), limit)
                        .stream()
                        .map(delivery -> new Listing.Item(List.of(Long.toString(delivery.id())), json(delivery)))
                        .toList());
    }

    private static ObjectNode json(Delivery delivery) {
        ObjectNode json = Answers.object();
        json.put("id", delivery.id());
        json.put("backend", delivery.backend());
        json.put("number", delivery.number());
        json.put("state", delivery.state().word());
        json.put("attempts", delivery.attempts());
        Answers.putTime(json, "due_at", Optional.of(delivery.dueAt()).filter(due -> delivery.isWaiting()));
        Answers.put(json, "remote_id", delivery.remoteId());
        Answers.put(json, "reason", delivery.reason());
        json.put("created_at", delivery.createdAt().toString());
        json.put("changed_at", delivery.changedAt().toString());
        return json;
    }

    private void get(Context context) {
        Parameters.only(context, Set.of());
        Answers.json(context, json(found(context)));
    }

    private Delivery found(Context context) {
        return Parameters.ordinal(context, "id")
                .flatMap(id -> ledger.deliveries().find(id))
                .orElseThrow(() -> Problem.notFound("there is no such delivery"));
    }

    private void retry(Context context) {
        Parameters.only(context, Set.of());
        change(
                context,
                id -> ledger.deliveries()
                        .retry(id, clock.instant(), Requests.caller(context).name()));
    }

    private void cancel(Context context) {
        Parameters.only(context, Set.of());
        String why = Body.of(context, "why").requiredText("why");
        change(
                context,
                id -> ledger.deliveries()
                        .cancel(id, clock.instant(), Requests.caller(context).name(), why));
    }

    private void change(Context context, LongConsumer change) {
        try {
            change.accept(found(context).id());
        } catch (LedgerException e) {
            throw Refusal.conflict(e);
        }
        Answers.json(context, json(found(context)));
    }
}
