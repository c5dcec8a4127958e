package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.invoice.Documents;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.node.ObjectNode;

/// Invoices as they would be issued, kept for review.
final class DraftRoutes {

    private final Ledger ledger;
    private final Idempotency idempotency;
    private final Clock clock;

    DraftRoutes(Ledger ledger, Idempotency idempotency, Clock clock) {
        this.ledger = ledger;
        this.idempotency = idempotency;
        this.clock = clock;
    }

    void routes(RoutesConfig routes) {
        routes.get("/api/v1/drafts/{period}", this::list, Access.ADMIN);
        routes.get("/api/v1/drafts/{period}/{project}", this::get, Access.ADMIN);
        routes.post("/api/v1/drafts", idempotency.once(this::draft), Access.ADMIN);
    }

    private void list(Context context) {
        Listing.checkQuery(context);
        BillingPeriod period = Parameters.periodInPath(context);
        Listing.answer(
                context,
                1,
                (key, limit) -> ledger.issuing().drafts(period, key.map(List::getFirst), limit).stream()
                        .map(draft -> new Listing.Item(List.of(draft.account().project()), json(draft)))
                        .toList());
    }

    private static ObjectNode json(Invoice draft) {
        return Answers.object()
                .put("project", draft.account().project())
                .put("name", draft.account().name())
                .put("period", draft.period().label())
                .put("currency", draft.currency().getCurrencyCode())
                .put("total", draft.total().amount().toPlainString())
                .put("corrections", draft.corrections().size());
    }

    private void get(Context context) {
        Parameters.only(context, Set.of("format"));
        Invoice draft = ledger.issuing()
                .findDraft(context.pathParam("project"), Parameters.periodInPath(context))
                .orElseThrow(() -> Problem.notFound("there is no such draft"));
        Rendering.invoice(context, Documents.write(draft), "");
    }

    private void draft(Context context) {
        Parameters.only(context, Set.of());
        Body body = Body.of(context, "period", "project");
        BillingPeriod period = Parameters.period(body.requiredText("period"));
        if (clock.instant().isBefore(period.window().to())) {
            throw Problem.conflict("period %s is not over until %s"
                    .formatted(period, period.window().to()));
        }
        String by = Requests.caller(context).name();
        List<Account> accounts = Outcomes.accounts(ledger, body.text("project"));
        Answers.json(
                context,
                Outcomes.of(period, accounts, account -> ledger.issuing().draft(account, period, by)));
    }
}
