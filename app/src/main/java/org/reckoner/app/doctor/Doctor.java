package org.reckoner.app.doctor;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.CloudAccess;
import org.reckoner.app.FileTrouble;
import org.reckoner.app.Session;
import org.reckoner.app.config.Configuration;
import org.reckoner.collect.openstack.BadCloud;
import org.reckoner.collect.openstack.Cloud;
import org.reckoner.collect.rabbitmq.Settings;
import org.reckoner.collect.rabbitmq.Survey;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.observation.Watermark;

/// Checks everything that Reckoner needs, of its own and of the cloud, and says how to make what is not
/// there. Changes nothing.
public final class Doctor {

    /// Features that need something of Keystone that no other does.
    public enum Feature {
        CONCERTIM(Optional.of("watcher"), Optional.of("concertim")),
        CLOUDKITTY(Optional.of("rating"), Optional.of("cloudkitty")),
        GNOCCHI(Optional.empty(), Optional.empty());

        private final Optional<String> role;
        private final Optional<String> user;

        Feature(Optional<String> role, Optional<String> user) {
            this.role = role;
            this.user = user;
        }

        Optional<String> role() {
            return role;
        }

        Optional<String> user() {
            return user;
        }

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final long LEAST_BYTES = 100L << 20;
    private static final long FEW_BYTES = 1L << 30;
    private static final String SQLITE = "jdbc:sqlite:";

    private final Session session;
    private final CloudAccess.Choice choice;
    private final Set<Feature> features;
    private final List<Check> checks = new ArrayList<>();

    /// @param choice which cloud
    /// @param asked features to check for beside those that are configured
    public Doctor(Session session, CloudAccess.Choice choice, Set<Feature> asked) {
        this.session = session;
        this.choice = choice;
        this.features = EnumSet.noneOf(Feature.class);
        this.features.addAll(asked);
    }

    public List<Check> examine() {
        Configuration configuration = session.configuration();
        checks.add(Check.ok(
                "configuration", "%d keys set".formatted(session.settings().size())));
        features.addAll(configured(configuration));
        ledger();
        broker(configuration);
        serve(configuration);
        cloud(configuration);
        return List.copyOf(checks);
    }

    private static Set<Feature> configured(Configuration configuration) {
        EnumSet<Feature> configured = EnumSet.noneOf(Feature.class);
        configuration.concertim().ifPresent(section -> configured.add(Feature.CONCERTIM));
        configuration.measuring().stream()
                .flatMap(measuring -> measuring.stores().stream())
                .map(Configuration.StoreSettings::kind)
                .forEach(kind -> {
                    switch (kind) {
                        case GNOCCHI -> configured.add(Feature.GNOCCHI);
                        case CLOUDKITTY -> configured.add(Feature.CLOUDKITTY);
                        case PROMETHEUS -> {}
                    }
                });
        return configured;
    }

    private void ledger() {
        disk();
        Ledger ledger;
        try {
            ledger = session.ledger();
            ledger.database().checkWritable();
            checks.add(Check.ok("ledger", "it can be written"));
        } catch (LedgerException e) {
            checks.add(Check.missing(
                    "ledger",
                    String.valueOf(e.getMessage()),
                    "set ledger.url to a file that user %s may write, or to a PostgreSQL".formatted(session.user())));
            return;
        }
        prices(ledger);
        sources(ledger);
    }

    private void disk() {
        String url = session.ledgerUrl();
        if (!url.startsWith(SQLITE)) {
            return;
        }
        Path folder = Optional.ofNullable(
                        Path.of(url.substring(SQLITE.length())).toAbsolutePath().getParent())
                .orElse(Path.of("/"));
        while (!Files.exists(folder) && folder.getParent() != null) {
            folder = folder.getParent();
        }
        try {
            FileStore store = Files.getFileStore(folder);
            long bytes = store.getUsableSpace();
            String found = "%d MiB free at %s".formatted(bytes >> 20, folder);
            String remedy = "make room, or let ledger.url be elsewhere: a ledger that cannot grow takes no messages";
            checks.add(
                    bytes < LEAST_BYTES
                            ? Check.missing("disk space", found, remedy)
                            : bytes < FEW_BYTES
                                    ? Check.warning("disk space", found, remedy)
                                    : Check.ok("disk space", found));
        } catch (IOException e) {
            checks.add(Check.warning("disk space", FileTrouble.reason(e), "see that %s is there".formatted(folder)));
        }
    }

    private void prices(Ledger ledger) {
        BillingPeriod month = BillingPeriod.of(session.month());
        TreeSet<String> troubles = new TreeSet<>();
        ledger.accounts().all().forEach(account -> {
            try {
                ledger.biller().priceBook(account, month);
            } catch (LedgerException e) {
                troubles.add(String.valueOf(e.getMessage()));
            }
        });
        if (ledger.priceBooks().names().isEmpty()) {
            checks.add(Check.missing(
                    "price book",
                    "none is loaded",
                    "reckoner prices sample > prices.yaml; reckoner prices load prices.yaml"));
        } else if (troubles.isEmpty()) {
            checks.add(Check.ok(
                    "price book",
                    "in force for %s: %s"
                            .formatted(
                                    month.label(),
                                    String.join(", ", ledger.priceBooks().names()))));
        } else {
            checks.add(Check.missing(
                    "price book",
                    String.join("; ", troubles),
                    "load one that is valid in %s, or set prices.default".formatted(month.label())));
        }
    }

    /// Whether anything was heard at all tells more of a service's settings than anything else that can be
    /// seen.
    private void sources(Ledger ledger) {
        TreeSet<String> heard = new TreeSet<>();
        for (Watermark watermark : ledger.watermarks().all()) {
            heard.add(watermark.scope().source());
        }
        for (String source : List.of("nova", "glance", "cinder", "neutron")) {
            if (heard.contains(source)) {
                checks.add(Check.ok("word of " + source, "the ledger has something of it"));
            } else {
                checks.add(Check.warning(
                        "word of " + source,
                        "the ledger has nothing of it",
                        "in %s.conf: [oslo_messaging_notifications] driver = messagingv2%s; then reckoner listen, or: reckoner reconcile cloud %s"
                                .formatted(
                                        source,
                                        source.equals("nova")
                                                ? "; [notifications] notification_format = unversioned, notify_on_state_change = vm_and_task_state"
                                                : "",
                                        source)));
            }
        }
    }

    private void broker(Configuration configuration) {
        if (configuration.listen().isEmpty()) {
            checks.add(Check.warning(
                    "broker",
                    "listen is not configured",
                    "set listen.url, or keep telling the ledger by reckoner ingest and reckoner reconcile cloud"));
            return;
        }
        Settings settings = configuration.listen().get().settings();
        Survey survey = Survey.of(settings);
        if (survey.trouble().isPresent()) {
            checks.add(
                    Check.missing(
                            "broker",
                            survey.trouble().get(),
                            "rabbitmqctl add_user, set_permissions; see that listen.url names host, port, user and virtual host"));
            return;
        }
        checks.add(
                settings.brokers().getFirst().tls()
                        ? Check.ok("broker", "connected over TLS")
                        : Check.warning("broker", "connected without TLS", "use amqps:// unless it is this machine"));
        checks.add(survey.waiting()
                .map(waiting -> Check.ok("queue " + settings.queue(), "%d messages wait".formatted(waiting)))
                .orElse(Check.warning(
                        "queue " + settings.queue(),
                        "it is not there yet",
                        "reckoner listen makes it; what is sent before is lost")));
        settings.exchanges()
                .forEach(exchange -> checks.add(
                        survey.missingExchanges().contains(exchange)
                                ? Check.warning(
                                        "exchange " + exchange,
                                        "it is not there: its service has sent nothing since the broker began",
                                        "[oslo_messaging_notifications] driver = messagingv2 in the service, and restart it")
                                : Check.ok("exchange " + exchange, "it is there")));
    }

    private void serve(Configuration configuration) {
        configuration.serve().flatMap(settings -> settings.keystone()).ifPresent(keystone -> {
            String what = "TLS from the server to Keystone";
            if ("https".equals(keystone.url().getScheme())) {
                checks.add(Check.ok(what, keystone.url().toString()));
            } else {
                checks.add(Check.warning(
                        what,
                        "%s is not encrypted: callers' tokens can be read on the way".formatted(keystone.url()),
                        "give serve.keystone.url an https address"));
            }
        });
    }

    private void cloud(Configuration configuration) {
        Cloud cloud;
        try {
            cloud = CloudAccess.cloud(configuration, choice);
        } catch (BadCloud | AskedWrongly e) {
            checks.add(Check.missing(
                    "cloud", String.valueOf(e.getMessage()), "write a clouds.yaml; see the page on back-fill"));
            return;
        }
        checks.add(Check.ok("cloud", "%s at %s".formatted(cloud.name(), cloud.authUrl())));
        checks.addAll(new CloudChecks(configuration, cloud, session.clock(), features).all());
    }
}
