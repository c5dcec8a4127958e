package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.core.meter.Flow;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.Timelines;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.node.ObjectNode;

/// What a project used in a period, before any price: for each resource its segments, and each meter summed up.
final class UsageRoutes {

    private final Ledger ledger;

    UsageRoutes(Ledger ledger) {
        this.ledger = ledger;
    }

    void routes(RoutesConfig routes) {
        routes.get("/api/v1/usage", this::list, Access.READER);
    }

    private void list(Context context) {
        Listing.checkQuery(context, "period", "project", "region", "type");
        BillingPeriod period = Parameters.requiredPeriod(context);
        String project = Parameters.requiredProject(context);
        long cutoff = ledger.observations().cutoff();
        Window counted = counted(period, cutoff);
        Timelines.Filter filter = new Timelines.Filter(
                Optional.of(project),
                Requests.query(context, "region"),
                Requests.query(context, "type"),
                Optional.of(period.window()));
        Listing.answer(
                context,
                3,
                (key, limit) ->
                        ledger.timelines().page(filter, key.map(ResourceRoutes::resource), limit, cutoff).stream()
                                .map(timeline -> new Listing.Item(
                                        ResourceRoutes.key(timeline.resource()),
                                        json(Histories.visible(timeline, Optional.of(project)), counted)))
                                .toList());
    }

    /// In an open period up to what is known.
    private Window counted(BillingPeriod period, long cutoff) {
        Instant from = period.window().from();
        Instant until = ledger.biller().until(period, cutoff);
        return new Window(from, until.isBefore(from) ? from : until);
    }

    private static ObjectNode json(Timeline timeline, Window counted) {
        List<Segment> segments = timeline.segments().stream()
                .flatMap(segment -> segment.window().intersect(counted).stream().map(segment::within))
                .toList();
        List<Flow> flows = timeline.flows().stream()
                .filter(flow -> counted.contains(flow.at()))
                .toList();
        ObjectNode json = Histories.identity(timeline.resource());
        json.put("from", counted.from().toString());
        json.put("to", counted.to().toString());
        Histories.segments(json.putArray("segments"), segments);
        Histories.flows(json.putArray("flows"), flows);
        TreeMap<String, BigDecimal> held = new TreeMap<>();
        for (Segment segment : segments) {
            BigDecimal seconds = BigDecimal.valueOf(segment.window().seconds());
            segment.levels().forEach((meter, level) -> held.merge(meter, level.multiply(seconds), BigDecimal::add));
        }
        TreeMap<String, BigDecimal> flowed = new TreeMap<>();
        flows.forEach(flow -> flowed.merge(flow.meter(), flow.quantity(), BigDecimal::add));
        Histories.quantities(json.putObject("unit_seconds"), held);
        Histories.quantities(json.putObject("amounts"), flowed);
        return json;
    }
}
