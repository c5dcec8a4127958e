package org.reckoner.app;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.config.Configuration;
import org.reckoner.app.config.Configuration.StoreKind;
import org.reckoner.app.config.Configuration.StoreSettings;
import org.reckoner.app.config.Secrets;
import org.reckoner.collect.cloudkitty.CloudKitty;
import org.reckoner.collect.cloudkitty.MetricsFile;
import org.reckoner.collect.gnocchi.Gnocchi;
import org.reckoner.collect.measured.Definition;
import org.reckoner.collect.measured.Store;
import org.reckoner.collect.measured.Windows;
import org.reckoner.collect.openstack.Api;
import org.reckoner.collect.openstack.OpenStack;
import org.reckoner.collect.openstack.Secret;
import org.reckoner.collect.openstack.Service;
import org.reckoner.collect.openstack.Trust;
import org.reckoner.collect.prometheus.Prometheus;
import org.reckoner.core.time.BillingPeriod;

/// The stores of measures that are configured, ready to be asked.
public final class Stores {

    private final Session session;

    public Stores(Session session) {
        this.session = session;
    }

    /// A store and what is collected from it.
    public record Ready(Store store, List<Definition> definitions) {}

    /// What is configured.
    ///
    /// @throws AskedWrongly if nothing is
    public Configuration.Measuring measuring() {
        return session.configuration().measuring().orElseThrow(() -> new AskedWrongly("""
                it is not said what is measured. Add to reckoner.yaml, for example:
                measure:
                  gnocchi:
                    metrics-file: /etc/cloudkitty/metrics.yml"""));
    }

    /// Opens a store. Definitions that it does not understand are told now.
    ///
    /// @param metricsFile CloudKitty's `metrics.yml`, instead of what is configured
    /// @throws AskedWrongly if a definition cannot be collected
    public Ready open(StoreSettings settings, Optional<Path> metricsFile) {
        List<Definition> definitions = definitions(settings, metricsFile);
        Store store = store(settings, definitions);
        Windows windows = measuring().windows();
        List<String> problems = new ArrayList<>();
        for (Definition definition : definitions) {
            try {
                store.check(definition, windows.length());
            } catch (IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (!problems.isEmpty()) {
            throw new AskedWrongly(
                    "%s cannot be asked for this:\n%s".formatted(settings.kind().word(), String.join("\n", problems)));
        }
        return new Ready(store, definitions);
    }

    /// The settings of a kind of store.
    ///
    /// @throws AskedWrongly if it is not configured
    public StoreSettings settings(StoreKind kind) {
        return measuring().stores().stream()
                .filter(store -> store.kind() == kind)
                .findFirst()
                .orElseThrow(
                        () -> new AskedWrongly("'measure, %s' is not in the configuration".formatted(kind.word())));
    }

    private static List<Definition> definitions(StoreSettings settings, Optional<Path> metricsFile) {
        Map<String, Definition> byMeter = new LinkedHashMap<>();
        Optional<Path> file = metricsFile.or(settings::metricsFile);
        file.map(path -> MetricsFile.read(
                        path,
                        switch (settings.kind()) {
                            case GNOCCHI -> MetricsFile.Collector.GNOCCHI;
                            case PROMETHEUS -> MetricsFile.Collector.PROMETHEUS;
                            case CLOUDKITTY -> MetricsFile.Collector.ANY;
                        },
                        settings.projectKey(),
                        settings.mayBeEmpty()))
                .ifPresent(all -> all.stream()
                        .map(one -> settings.kind() == StoreKind.CLOUDKITTY ? CloudKitty.rated(one) : one)
                        .forEach(one -> byMeter.put(one.meter(), one)));
        if (metricsFile.isEmpty()) {
            settings.definitions().forEach(one -> byMeter.put(one.meter(), one));
        }
        return List.copyOf(byMeter.values());
    }

    private Store store(StoreSettings settings, List<Definition> definitions) {
        return switch (settings.kind()) {
            case GNOCCHI -> new Gnocchi(api(settings, Service.GNOCCHI, "v1"), definitions, settings.pageSize());
            case PROMETHEUS ->
                new Prometheus(Api.at(
                        "Prometheus",
                        settings.url().orElseThrow(),
                        entrance(settings),
                        trust(settings),
                        session.clock()));
            case CLOUDKITTY -> new CloudKitty(api(settings, Service.CLOUDKITTY, "v2"), settings.pageSize());
        };
    }

    private Api api(StoreSettings settings, Service service, String version) {
        if (settings.url().isEmpty()) {
            return Api.of(loggedInOnce(), service);
        }
        String address = settings.url().get().toString().replaceFirst("/+$", "");
        URI root = URI.create(address.endsWith("/" + version) ? address : address + "/" + version);
        return Api.at(service.title(), root, entrance(settings), trust(settings), session.clock());
    }

    private static Trust trust(StoreSettings settings) {
        return new Trust("measure, " + settings.kind().word(), settings.authority(), true);
    }

    private static Api.Entrance entrance(StoreSettings settings) {
        String variable =
                "RECKONER_MEASURE_%s_".formatted(settings.kind().name().toUpperCase(Locale.ROOT));
        if (settings.user().isPresent()) {
            return new Api.Entrance.Basic(
                    settings.user().get(),
                    new Secret(Secrets.read(variable + "PASSWORD", settings.passwordFile())
                            .orElse("")));
        }
        return Secrets.read(variable + "TOKEN", settings.tokenFile())
                .map(token -> (Api.Entrance) new Api.Entrance.Bearer(new Secret(token)))
                .orElseGet(Api.Entrance.Open::new);
    }

    /// Logged in at the first question, and then kept.
    private Supplier<OpenStack> loggedInOnce() {
        AtomicReference<@Nullable OpenStack> known = new AtomicReference<>();
        return () -> {
            OpenStack cloud = known.get();
            if (cloud == null) {
                cloud = CloudAccess.toAllProjects(session.configuration(), session.clock());
                known.set(cloud);
            }
            return cloud;
        };
    }

    /// How the configured windows are collected.
    ///
    /// @param since these windows instead of those that are due, if given
    /// @param until up to here, if given
    public Collecting collecting(Optional<Instant> since, Optional<Instant> until, boolean dry) {
        return collecting(since, until, dry, CollectingRounds.Pace.USUAL);
    }

    Collecting collecting(Optional<Instant> since, Optional<Instant> until, boolean dry, CollectingRounds.Pace pace) {
        Configuration.Measuring measuring = measuring();
        Instant month = BillingPeriod.of(session.month()).window().from();
        return new Collecting(
                session.ledger(),
                session.configuration().region(),
                session.clock(),
                new Collecting.Plan(
                        measuring.windows(), measuring.since().orElse(month), since, until, dry, pace::pause));
    }
}
