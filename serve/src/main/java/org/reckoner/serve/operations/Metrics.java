package org.reckoner.serve.operations;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.Watermark;
import org.reckoner.serve.auth.Access;

/// What Prometheus reads at `/metrics`: requests by route and status, the ledger's state, and the JVM's.
public final class Metrics implements AutoCloseable {

    private static final String STARTED = "started";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    public Metrics(Ledger ledger, Clock clock) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        Gauge.builder("reckoner.dead.letters", () -> ledger.deadLetters().waiting())
                .description("Messages that were not understood and wait for a person.")
                .register(registry);
        Gauge.builder("reckoner.observations", () -> ledger.observations().cutoff())
                .description("Observations in the ledger.")
                .register(registry);
        Gauge.builder("reckoner.deliveries.refused", () -> ledger.deliveries().refused())
                .description("Documents that a billing system does not take, and that wait for a person.")
                .register(registry);
        Gauge.builder("reckoner.delivery.lag", () -> deliveryLag(ledger, clock.instant()))
                .description("How long the oldest document waits that a billing system does not have yet.")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("reckoner.watermark.lag", () -> lag(ledger, clock.instant()))
                .description("How far the source that is furthest behind is from complete.")
                .baseUnit("seconds")
                .register(registry);
    }

    private static double lag(Ledger ledger, Instant now) {
        return ledger.watermarks().all().stream()
                .map(Watermark::completeUntil)
                .flatMap(Optional::stream)
                .mapToDouble(until -> Duration.between(until, now).toSeconds())
                .max()
                .orElse(Double.NaN);
    }

    private static double deliveryLag(Ledger ledger, Instant now) {
        return ledger.deliveries()
                .waitingSince()
                .map(since -> (double) Duration.between(since, now).toSeconds())
                .orElse(0.0);
    }

    public void routes(RoutesConfig routes) {
        routes.before(context -> context.attribute(STARTED, System.nanoTime()));
        routes.after(this::count);
        routes.get(
                "/metrics",
                context -> context.result(registry.scrape()).contentType("text/plain; version=0.0.4; charset=utf-8"),
                Access.PUBLIC);
    }

    /// The route and not the path, so that ids do not become labels.
    private void count(Context context) {
        Long started = context.attribute(STARTED);
        if (started != null) {
            Timer.builder("http.server.requests")
                    .description("Requests by route and status.")
                    .tag("method", context.method().name())
                    .tag(
                            "route",
                            Optional.ofNullable(context.endpoints().lastHttpEndpoint())
                                    .map(e -> e.path)
                                    .orElse("none"))
                    .tag("status", Integer.toString(context.statusCode()))
                    .publishPercentiles(0.5, 0.99)
                    .register(registry)
                    .record(Duration.ofNanos(System.nanoTime() - started));
        }
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
