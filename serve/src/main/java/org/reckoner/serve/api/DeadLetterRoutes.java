package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.http.Problem;
import tools.jackson.databind.node.ObjectNode;

/// Messages that were not understood, and another try at them.
final class DeadLetterRoutes {

    private final Ledger ledger;
    private final Idempotency idempotency;
    private final Function<DeadLetter, Reread> reader;

    /// @param reader reads a message once more
    DeadLetterRoutes(Ledger ledger, Idempotency idempotency, Function<DeadLetter, Reread> reader) {
        this.ledger = ledger;
        this.idempotency = idempotency;
        this.reader = reader;
    }

    void routes(RoutesConfig routes) {
        routes.get("/api/v1/dead-letters", this::list, Access.ADMIN);
        routes.get("/api/v1/dead-letters/{id}", this::get, Access.ADMIN);
        routes.post("/api/v1/dead-letters/{id}/replay", idempotency.once(this::replay), Access.ADMIN);
    }

    private void list(Context context) {
        Listing.checkQuery(context, "waiting", "sort");
        Optional<Boolean> waiting = Parameters.flag(context, "waiting");
        boolean newestFirst = Parameters.oneOf(context, "sort", Map.of("id", false, "-id", true))
                .orElse(false);
        Listing.answer(
                context,
                1,
                (key, limit) -> ledger.deadLetters().page(waiting, newestFirst, Parameters.id(key), limit).stream()
                        .map(letter -> new Listing.Item(List.of(Long.toString(letter.id())), summary(letter)))
                        .toList());
    }

    private static ObjectNode summary(DeadLetter letter) {
        ObjectNode json = Answers.object();
        json.put("id", letter.id());
        json.put("origin", letter.origin());
        Answers.put(json, "event", letter.eventType());
        Answers.put(json, "message_id", letter.messageId());
        json.put("reason", letter.reason());
        json.put("received_at", letter.receivedAt().toString());
        Answers.putTime(json, "replayed_at", letter.replayedAt());
        return json;
    }

    private void get(Context context) {
        Parameters.only(context, Set.of());
        DeadLetter letter = found(context);
        Answers.json(context, summary(letter).put("body", letter.body()));
    }

    private DeadLetter found(Context context) {
        return Parameters.ordinal(context, "id")
                .flatMap(id -> ledger.deadLetters().find(id))
                .orElseThrow(() -> Problem.notFound("there is no such dead letter"));
    }

    private void replay(Context context) {
        Parameters.only(context, Set.of());
        DeadLetter letter = found(context);
        ObjectNode json = Answers.object().put("id", letter.id());
        switch (reader.apply(letter)) {
            case Reread.Understood(var observations) -> {
                int added = ledger.intake().replay(letter.id(), observations).added();
                json.put("outcome", "understood").put("observations_added", added);
            }
            case Reread.OfNoConcern(String why) -> {
                ledger.intake().replay(letter.id(), List.of());
                json.put("outcome", "of_no_concern").put("reason", why);
            }
            case Reread.Refused(String reason) -> json.put("outcome", "refused").put("reason", reason);
        }
        Answers.json(context, json);
    }
}
