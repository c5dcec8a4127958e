package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.Watermark;
import org.reckoner.serve.auth.Access;
import tools.jackson.databind.node.ObjectNode;

/// Up to when each source is known to be complete.
final class WatermarkRoutes {

    private final Ledger ledger;

    WatermarkRoutes(Ledger ledger) {
        this.ledger = ledger;
    }

    void routes(RoutesConfig routes) {
        routes.get("/api/v1/watermarks", this::list, Access.SERVICE);
    }

    /// There are a handful: each source in each region.
    private void list(Context context) {
        Listing.checkQuery(context);
        List<Watermark> all = ledger.watermarks().all();
        Listing.answer(
                context,
                2,
                (key, limit) -> all.stream()
                        .filter(watermark -> isAfter(watermark.scope(), key))
                        .sorted(java.util.Comparator.comparing(Watermark::scope))
                        .limit(limit)
                        .map(watermark -> new Listing.Item(
                                List.of(
                                        watermark.scope().region(),
                                        watermark.scope().source()),
                                json(watermark)))
                        .toList());
    }

    private static boolean isAfter(Watermark.Scope scope, Optional<List<String>> key) {
        return key.map(last -> scope.compareTo(new Watermark.Scope(last.get(1), last.get(0))) > 0)
                .orElse(true);
    }

    private static ObjectNode json(Watermark watermark) {
        ObjectNode json = Answers.object();
        json.put("region", watermark.scope().region());
        json.put("source", watermark.scope().source());
        Answers.putTime(json, "complete_until", watermark.completeUntil());
        json.put("set_at", watermark.setAt().toString());
        json.put("set_by", watermark.setBy());
        return json;
    }
}
