package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.Reading;
import org.reckoner.ledger.observation.Watermark;
import org.reckoner.ledger.status.Status;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Up to when each source is known to be complete, and what is missing for a period.
final class WatermarkRoutes {

    private final Ledger ledger;
    private final Clock clock;

    WatermarkRoutes(Ledger ledger, Clock clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    void routes(RoutesConfig routes) {
        routes.get("/api/v1/watermarks", this::list, Access.SERVICE);
        routes.get("/api/v1/status/{period}", this::status, Access.ADMIN);
    }

    /// There are a handful: each source in each region.
    private void list(Context context) {
        Listing.checkQuery(context, "period");
        Optional<BillingPeriod> period = Requests.query(context, "period").map(WatermarkRoutes::period);
        List<Status.Source> all = Status.sources(ledger, clock.instant());
        Listing.answer(
                context,
                2,
                (key, limit) -> all.stream()
                        .filter(source -> isAfter(source.scope(), key))
                        .limit(limit)
                        .map(source -> new Listing.Item(
                                List.of(source.scope().region(), source.scope().source()), json(source, period)))
                        .toList());
    }

    private static BillingPeriod period(String label) {
        try {
            return BillingPeriod.parse(label);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isAfter(Watermark.Scope scope, Optional<List<String>> key) {
        return key.map(last -> scope.compareTo(new Watermark.Scope(last.get(1), last.get(0))) > 0)
                .orElse(true);
    }

    private static ObjectNode json(Status.Source source, Optional<BillingPeriod> period) {
        ObjectNode json = Answers.object();
        json.put("region", source.scope().region());
        json.put("source", source.scope().source());
        Answers.putTime(json, "complete_until", source.completeUntil());
        json.put("behind_seconds", source.behind().map(Duration::toSeconds).orElse(null));
        period.ifPresent(asked -> json.put("reaches_period", source.reachesEndOf(asked)));
        Answers.putTime(json, "last_read_at", source.reading().map(Reading::beganAt));
        json.put("missed_then", source.reading().map(Reading::missed).orElse(null));
        if (source.isOfSamples()) {
            Answers.putTime(json, "newest_sample_at", source.newestSample());
            period.ifPresent(asked -> json.put("silent", source.isSilentSince(asked)));
        }
        source.watermark()
                .stuck()
                .ifPresentOrElse(stuck -> json.set("stuck", json(stuck)), () -> json.putNull("stuck"));
        json.put("set_at", source.watermark().setAt().toString());
        json.put("set_by", source.watermark().setBy());
        return json;
    }

    private static ObjectNode json(Watermark.Stuck stuck) {
        return Answers.object()
                .put("since", stuck.since().toString())
                .put("tries", stuck.tries())
                .put("again_at", stuck.againAt().toString())
                .put("why", stuck.why());
    }

    private void status(Context context) {
        Parameters.only(context, Set.of());
        BillingPeriod period = Parameters.periodInPath(context);
        Status status = Status.of(ledger, period, clock.instant());
        ObjectNode json = Answers.object();
        json.put("period", period.label());
        json.put("over", status.isOver());
        json.put("well", !status.needsALook());
        ArrayNode sources = json.putArray("sources");
        status.sources().forEach(source -> sources.add(json(source, Optional.of(period))));
        ArrayNode parked = json.putArray("parked");
        status.parked()
                .forEach(one ->
                        parked.addObject().put("project", one.key().project()).put("reason", one.reason()));
        json.put("dead_letters", status.deadLetters());
        ArrayNode unpriced = json.putArray("unpriced");
        status.unpriced()
                .forEach((account, uses) -> uses.forEach(use -> unpriced.addObject()
                        .put("project", account.project())
                        .put("type", use.type())
                        .put("meter", use.meter())
                        .put("resources", use.resources())));
        ArrayNode unbillable = json.putArray("unbillable");
        status.unbillable()
                .forEach((account, why) ->
                        unbillable.addObject().put("project", account.project()).put("reason", why));
        Answers.json(context, json);
    }
}
