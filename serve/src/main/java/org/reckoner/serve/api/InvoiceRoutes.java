package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.invoice.Invoices;
import org.reckoner.ledger.invoice.Issuing;
import org.reckoner.ledger.invoice.Verification;
import org.reckoner.present.Explanation;
import org.reckoner.present.ObservationSummary;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Issued documents: frozen, so that what is answered once is answered for ever.
final class InvoiceRoutes {

    private static final String NONE = "there is no such invoice";

    private final Ledger ledger;
    private final Idempotency idempotency;

    InvoiceRoutes(Ledger ledger, Idempotency idempotency) {
        this.ledger = ledger;
        this.idempotency = idempotency;
    }

    void routes(RoutesConfig routes) {
        routes.get("/api/v1/invoices", this::list, Access.READER);
        routes.get("/api/v1/invoices/{number}", this::get, Access.READER);
        routes.get("/api/v1/invoices/{number}/lines/{line}/explanation", this::explain, Access.READER);
        routes.post("/api/v1/invoices", idempotency.once(this::issue), Access.ADMIN);
        routes.post("/api/v1/invoices/{number}/void", idempotency.once(this::takeBack), Access.ADMIN);
    }

    private void list(Context context) {
        Listing.checkQuery(context, "project", "period", "kind", "voided", "sort");
        Invoices.Filter filter = new Invoices.Filter(
                Parameters.project(context),
                Parameters.period(context),
                Parameters.oneOf(
                        context,
                        "kind",
                        Map.of("invoice", Invoice.Kind.INVOICE, "credit_note", Invoice.Kind.CREDIT_NOTE)),
                Parameters.flag(context, "voided"));
        boolean newestFirst = Parameters.oneOf(context, "sort", Map.of("issued_at", false, "-issued_at", true))
                .orElse(false);
        Listing.answer(
                context,
                1,
                (key, limit) -> ledger.invoices().page(filter, newestFirst, key.map(List::getFirst), limit).stream()
                        .map(document -> new Listing.Item(List.of(document.number()), json(document)))
                        .toList());
    }

    private static ObjectNode json(Invoices.Summary document) {
        ObjectNode json = Answers.object();
        json.put("number", document.number());
        json.put("kind", document.kind().name().toLowerCase(Locale.ROOT));
        json.put("project", document.project());
        json.put("period", document.period());
        json.put("currency", document.currency());
        json.put("total", document.total());
        json.put("issued_at", document.issuedAt().toString());
        Answers.put(json, "voids", document.voids());
        Answers.put(json, "voided_by", document.voidedBy());
        return json;
    }

    private void get(Context context) {
        Parameters.only(context, Set.of("format"));
        Invoices.Stored stored = found(context);
        Rendering.invoice(context, stored.document(), stored.hash());
    }

    private Invoices.Stored found(Context context) {
        return Parameters.visible(
                context,
                ledger.invoices().find(context.pathParam("number")),
                stored -> stored.columns().project(),
                NONE);
    }

    private void explain(Context context) {
        Parameters.only(context, Set.of());
        Invoice invoice = found(context).invoice();
        InvoiceLine line = Parameters.ordinal(context, "line")
                .filter(number -> number <= invoice.lines().size())
                .map(number -> invoice.lines().get(Math.toIntExact(number) - 1))
                .orElseThrow(() -> Problem.notFound("the invoice has no such line; lines count from 1"));
        Answers.tagged(
                context, JsonMapper.shared().readTree(explanation(invoice, line).toJson()));
    }

    /// A line of the period itself is shown with its uses, computed again; a correction as it stands.
    private Explanation explanation(Invoice invoice, InvoiceLine stored) {
        Optional<Verification.Explained> again = ledger.verification().explain(invoice, stored);
        return Explanation.of(
                again.filter(explained -> stored.correction().isEmpty())
                        .map(Verification.Explained::line)
                        .orElse(stored),
                again.map(Verification.Explained::book)
                        .orElseGet(() -> ledger.priceBooks().version(invoice.priceBook(), invoice.priceBookVersion())),
                this::summary);
    }

    private Optional<ObservationSummary> summary(ObservationId id) {
        return ledger.observations()
                .find(id)
                .map(recorded -> ObservationSummary.of(recorded.observation(), recorded.recordedAt()));
    }

    private void issue(Context context) {
        Parameters.only(context, Set.of());
        Body body = Body.of(context, "period", "project", "override_incomplete");
        BillingPeriod period = Parameters.period(body.requiredText("period"));
        String by = Requests.caller(context).name();
        List<Account> accounts = Outcomes.accounts(ledger, body.text("project"));
        try {
            ledger.issuing()
                    .checkReady(period, body.text("override_incomplete").map(why -> new Issuing.Override(by, why)), by);
        } catch (LedgerException e) {
            throw Refusal.conflict(e);
        }
        Answers.json(
                context,
                Outcomes.of(period, accounts, account -> ledger.issuing().issue(account, period, by)));
    }

    private void takeBack(Context context) {
        Parameters.only(context, Set.of());
        String why = Body.of(context, "why").requiredText("why");
        String number = found(context).columns().number();
        try {
            Invoice note = ledger.issuing()
                    .voidInvoice(number, why, Requests.caller(context).name());
            context.status(201).header("Location", "/api/v1/invoices/" + note.number());
            Answers.json(
                    context,
                    Answers.object()
                            .put("number", note.number())
                            .put("voids", number)
                            .put("currency", note.currency().getCurrencyCode())
                            .put("total", note.total().amount().toPlainString()));
        } catch (LedgerException e) {
            throw Refusal.conflict(e);
        }
    }
}
