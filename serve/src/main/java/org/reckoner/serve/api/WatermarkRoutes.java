package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
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
        Instant now = clock.instant();
        List<Watermark> all = ledger.watermarks().all();
        Map<Watermark.Scope, Reading> readings = readings();
        Listing.answer(
                context,
                2,
                (key, limit) -> all.stream()
                        .filter(watermark -> isAfter(watermark.scope(), key))
                        .sorted(Comparator.comparing(Watermark::scope))
                        .limit(limit)
                        .map(watermark -> new Listing.Item(
                                List.of(
                                        watermark.scope().region(),
                                        watermark.scope().source()),
                                json(watermark, Optional.ofNullable(readings.get(watermark.scope())), period, now)))
                        .toList());
    }

    private Map<Watermark.Scope, Reading> readings() {
        return ledger.readings().last().stream().collect(Collectors.toMap(Reading::scope, Function.identity()));
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

    private static ObjectNode json(
            Watermark watermark, Optional<Reading> reading, Optional<BillingPeriod> period, Instant now) {
        ObjectNode json = Answers.object();
        json.put("region", watermark.scope().region());
        json.put("source", watermark.scope().source());
        Answers.putTime(json, "complete_until", watermark.completeUntil());
        json.put(
                "behind_seconds",
                watermark
                        .completeUntil()
                        .map(until -> Math.max(0, Duration.between(until, now).toSeconds()))
                        .orElse(null));
        period.ifPresent(asked ->
                json.put("reaches_period", watermark.reaches(asked.window().to())));
        Answers.putTime(json, "last_read_at", reading.map(Reading::beganAt));
        json.put("missed_then", reading.map(Reading::missed).orElse(null));
        json.put("set_at", watermark.setAt().toString());
        json.put("set_by", watermark.setBy());
        return json;
    }

    private void status(Context context) {
        Parameters.only(context, Set.of());
        BillingPeriod period = Parameters.periodInPath(context);
        Instant now = clock.instant();
        Status status = Status.of(ledger, period, now);
        Map<Watermark.Scope, Reading> readings = readings();
        ObjectNode json = Answers.object();
        json.put("period", period.label());
        json.put("over", status.isOver());
        json.put("well", !status.needsALook());
        ArrayNode sources = json.putArray("sources");
        ledger.watermarks()
                .all()
                .forEach(watermark -> sources.add(json(
                        watermark, Optional.ofNullable(readings.get(watermark.scope())), Optional.of(period), now)));
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
