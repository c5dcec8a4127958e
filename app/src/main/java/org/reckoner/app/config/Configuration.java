package org.reckoner.app.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.collect.declared.DeclaredType;
import org.reckoner.collect.measured.Definition;
import org.reckoner.collect.measured.Windows;
import org.reckoner.collect.novabilling.Casts;
import org.reckoner.collect.rabbitmq.Settings;
import org.reckoner.ledger.invoice.InvoiceRules;
import org.reckoner.serve.ServerSettings;
import org.reckoner.serve.heart.HeartSettings;

/// Everything that an operator configures.
///
/// @param region whose services send the notifications
/// @param openStack how to ask the services' APIs
/// @param listen to which broker; none if the file does not say
/// @param samples how use is made of samples; none if the file does not say
/// @param serve none if the file does not say how callers are known
/// @param deliver the billing systems that documents are owed to
/// @param measuring from which stores measures are collected; none if the file does not say
/// @param concertim none if there is no Concertim
/// @param logging where the file says it; lines on standard error if it does not
public record Configuration(
        LedgerSettings ledger,
        String region,
        Collect collect,
        OpenStackAccess openStack,
        Optional<Listen> listen,
        Optional<SampleSettings> samples,
        Optional<ServerSettings> serve,
        InvoiceRules invoices,
        List<BackendSettings> deliver,
        Optional<Measuring> measuring,
        Optional<ConcertimSection> concertim,
        Optional<Logging> logging) {

    /// @param url `jdbc:sqlite:PATH` or `jdbc:postgresql://…`
    /// @param passwordFile whose first line is the password
    /// @param password that the configuration itself tells, as nova-billing's did
    public record LedgerSettings(
            String url, Optional<String> user, Optional<Path> passwordFile, Optional<Secret> password) {

        public LedgerSettings(String url) {
            this(url, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /// @param ignore event types that are none of our business; `*` stands for any characters
    /// @param maxClockSkew a message from further ahead is refused
    /// @param declared resource types beyond the built-in ones
    public record Collect(List<String> ignore, Duration maxClockSkew, List<DeclaredType> declared) {

        public Collect {
            ignore = List.copyOf(ignore);
            declared = List.copyOf(declared);
        }
    }

    /// @param cloud which cloud of `clouds.yaml`
    /// @param cloudsFile the `clouds.yaml`, instead of those at the usual places
    /// @param adminRoles with one of these roles one sees what all projects own
    /// @param rounds how the services are asked again and again what was missed; they are not if the file
    ///     does not say
    public record OpenStackAccess(
            Optional<String> cloud, Optional<Path> cloudsFile, List<String> adminRoles, Optional<Rounds> rounds) {

        public OpenStackAccess {
            adminRoles = List.copyOf(adminRoles);
        }
    }

    /// The cloud's services are asked again and again while the server runs.
    ///
    /// @param every how long from the end of one round to the next
    /// @param services which are asked, by name; all if none is named
    /// @param mostGone if more percent of what the ledger has is not there any more, nothing of it is ended
    public record Rounds(Duration every, List<String> services, int mostGone) {

        public static final int USUAL_MOST_GONE = 50;

        public Rounds {
            services = List.copyOf(services);
        }
    }

    /// @param settings of the broker and the queue
    /// @param watermarkLag how long a message may take from its service to the broker: the watermark stays
    ///     that far behind
    /// @param notifications whether they are listened to
    /// @param casts how Nova's own commands are listened to, if they are
    public record Listen(
            Settings settings, Duration watermarkLag, boolean notifications, Optional<CastSettings> casts) {}

    /// @param settings of the broker and the queue
    /// @param names by what commands name instances
    public record CastSettings(Settings settings, Casts.Names names) {

        public static final String QUEUE = "reckoner-casts";
        public static final String EXCHANGE = "nova";
        public static final String ROUTING_KEY = "compute.#";

        /// As notifications are listened to, but for the queue and what is bound to it.
        public static CastSettings like(Settings settings, String queue, String exchange, Casts.Names names) {
            return new CastSettings(
                    settings.withQueue(queue).withBindings(List.of(exchange), List.of(ROUTING_KEY)), names);
        }
    }

    /// The Heart as the server has it, also for what tells it something without a server.
    public HeartSettings heart() {
        HeartSettings usual = HeartSettings.USUAL;
        return serve.map(ServerSettings::heart)
                .orElseGet(() -> new HeartSettings(usual.legacy(), usual.currency(), region));
    }

    /// A billing system.
    ///
    /// @param name what the operator calls it
    /// @param adapter one that comes with Reckoner, or a class
    /// @param jar where the class is, if not on the class path
    /// @param connections how many documents are under way at once
    /// @param interval between two requests at least
    /// @param settings the adapter's own, as written
    public record BackendSettings(
            String name,
            String adapter,
            Optional<Path> jar,
            int connections,
            Duration interval,
            SortedMap<String, Object> settings) {

        public BackendSettings {
            settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        }
    }

    /// Stores of measures.
    ///
    /// @param windows which are collected when
    /// @param since where collecting begins; the beginning of the month of the first run if it is not said
    public record Measuring(Windows windows, Optional<Instant> since, List<StoreSettings> stores) {

        public Measuring {
            stores = List.copyOf(stores);
        }
    }

    /// A store of measures.
    ///
    /// @param url its address; the cloud's catalogue says where it is if there is none
    /// @param user and password go with every request to the address, if there is a user
    /// @param tokenFile whose first line goes with every request as a bearer token
    /// @param authority a file of certificates to trust
    /// @param pageSize so many of a list are asked for at a time
    /// @param metricsFile CloudKitty's `metrics.yml`
    /// @param projectKey which attribute says who pays
    /// @param mayBeEmpty of the meters of the file, as in [Definition]
    /// @param definitions the meters that the configuration itself has
    public record StoreSettings(
            StoreKind kind,
            Optional<URI> url,
            Optional<String> user,
            Optional<Path> passwordFile,
            Optional<Path> tokenFile,
            Optional<Path> authority,
            int pageSize,
            Optional<Path> metricsFile,
            String projectKey,
            boolean mayBeEmpty,
            List<Definition> definitions) {

        public StoreSettings {
            definitions = List.copyOf(definitions);
        }
    }

    /// The stores of measures that there are.
    public enum StoreKind {
        GNOCCHI,
        PROMETHEUS,
        CLOUDKITTY;

        /// As the configuration and the command line call it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What holds when there is no file: a ledger in one SQLite file below the working directory.
    public static final Configuration USUAL = new Configuration(
            new LedgerSettings("jdbc:sqlite:.reckoner/ledger.db"),
            "RegionOne",
            new Collect(List.of(), Duration.ofMinutes(10), List.of()),
            new OpenStackAccess(Optional.empty(), Optional.empty(), List.of("admin"), Optional.empty()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            InvoiceRules.USUAL,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
}
