package org.reckoner.serve.operations;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.function.BooleanSupplier;
import org.reckoner.ledger.Ledger;
import org.reckoner.serve.auth.Access;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `/health/live` says that the process answers; `/health/ready` that it can do its work: the ledger answers,
/// and it is not stopping. Both are 200 or 503, for a load balancer or systemd.
public final class Health {

    private final Ledger ledger;
    private final BooleanSupplier stopping;

    public Health(Ledger ledger, BooleanSupplier stopping) {
        this.ledger = ledger;
        this.stopping = stopping;
    }

    public void routes(RoutesConfig routes) {
        routes.get("/health/live", context -> context.json(status("up")), Access.PUBLIC);
        routes.get("/health/ready", this::ready, Access.PUBLIC);
    }

    private void ready(Context context) {
        boolean ledgerAnswers = ledger.database().answers();
        boolean ready = ledgerAnswers && !stopping.getAsBoolean();
        ObjectNode body = status(ready ? "ready" : "not ready");
        body.put("ledger", ledgerAnswers ? "up" : "down");
        body.put("stopping", stopping.getAsBoolean());
        context.status(ready ? 200 : 503).json(body);
    }

    private static ObjectNode status(String text) {
        ObjectNode body = JsonMapper.shared().createObjectNode();
        body.put("status", text);
        return body;
    }
}
