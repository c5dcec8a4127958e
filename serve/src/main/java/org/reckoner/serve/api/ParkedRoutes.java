package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.invoice.Parked;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.node.ObjectNode;

/// Accounts whose invoice a person must look at, and that person's word.
final class ParkedRoutes {

    private final Ledger ledger;
    private final Idempotency idempotency;

    ParkedRoutes(Ledger ledger, Idempotency idempotency) {
        this.ledger = ledger;
        this.idempotency = idempotency;
    }

    void routes(RoutesConfig routes) {
        routes.get("/api/v1/parked", this::list, Access.ADMIN);
        routes.post("/api/v1/parked/{period}/{project}/release", idempotency.once(this::release), Access.ADMIN);
    }

    private void list(Context context) {
        Listing.checkQuery(context, "period");
        Optional<BillingPeriod> period = Parameters.period(context);
        Listing.answer(
                context,
                2,
                (key, limit) ->
                        ledger
                                .issuing()
                                .parked(period, key.map(parts -> new Parked.Key(parts.get(0), parts.get(1))), limit)
                                .stream()
                                .map(parked -> new Listing.Item(
                                        List.of(
                                                parked.key().project(),
                                                parked.key().period()),
                                        json(parked)))
                                .toList());
    }

    private static ObjectNode json(Parked parked) {
        ObjectNode json = Answers.object();
        json.put("project", parked.key().project());
        json.put("period", parked.key().period());
        json.put("reason", parked.reason());
        json.put("parked_at", parked.parkedAt().toString());
        Answers.putTime(json, "released_at", parked.released().map(Parked.Release::at));
        Answers.put(json, "released_by", parked.released().map(Parked.Release::by));
        return json;
    }

    private void release(Context context) {
        Parameters.only(context, Set.of());
        String why = Body.of(context, "why").requiredText("why");
        BillingPeriod period = Parameters.periodInPath(context);
        Account account = AccountRoutes.account(ledger, context.pathParam("project"));
        try {
            ledger.issuing().release(account, period, Requests.caller(context).name(), why);
        } catch (LedgerException e) {
            throw Refusal.conflict(e);
        }
        Answers.json(
                context,
                Answers.object()
                        .put("project", account.project())
                        .put("period", period.label())
                        .put("released_by", Requests.caller(context).name()));
    }
}
