package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.audit.AuditLog;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.node.ObjectNode;

/// Who changed what, when, from what to what, and why.
final class AuditRoutes {

    private final Ledger ledger;

    AuditRoutes(Ledger ledger) {
        this.ledger = ledger;
    }

    void routes(RoutesConfig routes) {
        routes.get("/api/v1/audit", this::list, Access.ADMIN);
    }

    private void list(Context context) {
        Listing.checkQuery(context, "action", "subject", "who", "sort");
        AuditLog.Filter filter = new AuditLog.Filter(
                Requests.query(context, "action"), Requests.query(context, "subject"), Requests.query(context, "who"));
        boolean newestFirst = Parameters.oneOf(context, "sort", Map.of("at", false, "-at", true))
                .orElse(true);
        Listing.answer(
                context,
                1,
                (key, limit) -> ledger.audit().page(filter, newestFirst, Parameters.id(key), limit).stream()
                        .map(noted -> new Listing.Item(List.of(Long.toString(noted.id())), json(noted)))
                        .toList());
    }

    private static ObjectNode json(AuditLog.Noted noted) {
        AuditLog.Entry entry = noted.entry();
        ObjectNode json = Answers.object();
        json.put("id", noted.id());
        json.put("at", entry.at().toString());
        json.put("who", entry.who());
        json.put("action", entry.action());
        json.put("subject", entry.subject());
        Answers.put(json, "before", entry.before());
        Answers.put(json, "after", entry.after());
        Answers.put(json, "why", entry.why());
        return json;
    }
}
