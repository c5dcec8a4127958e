package org.reckoner.app.config;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.reckoner.app.FileTrouble;
import org.reckoner.app.novabilling.SettingsFile;
import org.reckoner.collect.Inventories;
import org.reckoner.collect.declared.DeclaredType;
import org.reckoner.collect.novabilling.Casts;
import org.reckoner.collect.rabbitmq.Broker;
import org.reckoner.collect.rabbitmq.Settings;
import org.reckoner.core.invoice.Limits;
import org.reckoner.core.invoice.NumberSeries;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.ledger.invoice.InvoiceRules;
import org.reckoner.prices.yaml.Environment;
import org.reckoner.prices.yaml.Problem;
import org.reckoner.prices.yaml.YamlDocument;
import org.reckoner.prices.yaml.YamlFields;
import org.reckoner.prices.yaml.YamlNode;
import org.reckoner.serve.ServerSettings;
import org.reckoner.serve.auth.KeystoneSettings;
import org.reckoner.serve.heart.HeartSettings;

/// Reads `reckoner.yaml`, or nova-billing's `settings.json` in its place. Every problem is found at once,
/// each with its line, column and what was expected.
public final class ConfigurationFile {

    /// Where a configuration is looked for when none is named.
    static final List<Path> PLACES = List.of(Path.of("reckoner.yaml"), Path.of("/etc/reckoner/reckoner.yaml"));

    /// The sections and keys at the top.
    private static final List<String> TOP = List.of(
            "region",
            "ledger",
            "collect",
            "resource-types",
            "openstack",
            "listen",
            "samples",
            "serve",
            "prices",
            "deliver",
            "measure",
            "concertim",
            "invoices");

    private static final Duration SHORTEST_ROUND = Duration.ofMinutes(1);

    private static final Pattern SIMPLE_DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    private final YamlFields fields;

    private ConfigurationFile(YamlFields fields) {
        this.fields = fields;
    }

    /// The named file's configuration; without a name that of the first file at the usual places, or the
    /// defaults. Environment variables go before the file: `RECKONER_SERVE_PORT` is `port` in the section
    /// `serve`.
    ///
    /// @throws BadConfiguration if the file cannot be read or says something wrong
    public static Configuration read(Optional<Path> named) {
        Optional<Path> file = file(named);
        return isOfNovaBilling(file)
                ? SettingsFile.parse(origin(file), raw(file))
                : parse(origin(file), text(file), environment());
    }

    /// What is set, and where; the rest is as usual. Passwords are hidden.
    ///
    /// @throws BadConfiguration as [#read(Optional)]
    public static SortedMap<String, Setting> settings(Optional<Path> named) {
        Optional<Path> file = file(named);
        if (isOfNovaBilling(file)) {
            return SettingsFile.settings(origin(file), raw(file));
        }
        Environment environment = environment();
        parse(origin(file), text(file), environment);
        return Setting.all(
                origin(file), YamlDocument.parse(origin(file), text(file)).root(), environment);
    }

    /// @param origin what problems call the text
    /// @throws BadConfiguration listing every problem
    public static Configuration parse(String origin, String text, Environment environment) {
        YamlDocument document = YamlDocument.parse(origin, text);
        Optional<Configuration> configuration =
                document.fields(environment).map(root -> new ConfigurationFile(root).configuration());
        if (document.problems().hasErrors()) {
            throw new BadConfiguration("the configuration is refused:\n"
                    + String.join(
                            "\n",
                            document.problems().errors().stream()
                                    .map(Problem::toString)
                                    .toList()));
        }
        return configuration.orElse(Configuration.USUAL);
    }

    private static Optional<Path> file(Optional<Path> named) {
        return named.or(() -> PLACES.stream().filter(Files::exists).findFirst());
    }

    private static String origin(Optional<Path> file) {
        return file.map(Path::toString).orElse("reckoner.yaml");
    }

    /// A file of nothing but comments, and none at all, is an empty mapping.
    private static String text(Optional<Path> file) {
        String text = raw(file);
        boolean saysNothing = text.lines().map(String::strip).allMatch(line -> line.isEmpty() || line.startsWith("#"));
        return saysNothing ? "{}" : text;
    }

    private static boolean isOfNovaBilling(Optional<Path> file) {
        return file.isPresent() && SettingsFile.isMeant(file.get(), raw(file), TOP);
    }

    private static String raw(Optional<Path> file) {
        try {
            return file.isEmpty() ? "" : Files.readString(file.get());
        } catch (IOException e) {
            throw new BadConfiguration(
                    "cannot read the configuration %s: %s".formatted(file.get(), FileTrouble.reason(e)));
        }
    }

    /// Passwords are not among the keys; [Secrets] reads them.
    private static Environment environment() {
        TreeMap<String, String> variables = new TreeMap<>(System.getenv());
        variables.keySet().removeIf(name -> name.endsWith("_PASSWORD"));
        return new Environment("RECKONER", variables);
    }

    private Configuration configuration() {
        Configuration usual = Configuration.USUAL;
        String region = fields.text("region").orElse(usual.region());
        Configuration.LedgerSettings ledger =
                fields.fields("ledger").map(this::ledger).orElse(usual.ledger());
        Configuration.Collect collect = collect(fields.fields("collect"), fields.fields("resource-types"));
        Configuration.OpenStackAccess openStack =
                fields.fields("openstack").map(this::openStack).orElse(usual.openStack());
        Optional<Configuration.Listen> listen = fields.fields("listen").flatMap(this::listen);
        Optional<SampleSettings> samples = fields.fields("samples").flatMap(ConfigurationFile::samples);
        Optional<ServerSettings> serve = fields.fields("serve").flatMap(section -> serve(section, region));
        Optional<String> book = fields.fields("prices").flatMap(prices -> {
            Optional<String> name = prices.text("default");
            prices.noOthers();
            return name;
        });
        List<Configuration.BackendSettings> deliver =
                fields.fields("deliver").map(ConfigurationFile::deliver).orElse(List.of());
        List<String> backends =
                deliver.stream().map(Configuration.BackendSettings::name).toList();
        InvoiceRules invoices = invoices(fields.fields("invoices"), book, backends);
        Optional<Configuration.Measuring> measuring = fields.fields("measure").flatMap(MeasureSection::read);
        Optional<ConcertimSection> concertim =
                fields.fields("concertim").flatMap(section -> ConcertimSection.read(section, backends));
        fields.noOthers();
        return new Configuration(
                ledger,
                region,
                collect,
                openStack,
                listen,
                samples,
                serve,
                invoices,
                deliver,
                measuring,
                concertim,
                Optional.empty());
    }

    private Configuration.LedgerSettings ledger(YamlFields ledger) {
        ledger.mustHave("url");
        Configuration.LedgerSettings settings = new Configuration.LedgerSettings(
                ledger.text("url").orElse(Configuration.USUAL.ledger().url()),
                ledger.text("user"),
                ledger.text("password-file").map(Path::of),
                Optional.empty());
        ledger.noOthers();
        return settings;
    }

    private Configuration.OpenStackAccess openStack(YamlFields openStack) {
        Configuration.OpenStackAccess access = new Configuration.OpenStackAccess(
                openStack.text("cloud"),
                openStack.text("clouds-file").map(Path::of),
                orElse(
                        texts(openStack, "admin-roles"),
                        Configuration.USUAL.openStack().adminRoles()),
                openStack.fields("reconcile").flatMap(ConfigurationFile::rounds));
        openStack.noOthers();
        return access;
    }

    private static Optional<Configuration.Rounds> rounds(YamlFields reconcile) {
        reconcile.mustHave("every");
        Optional<Duration> every = duration(reconcile, "every");
        List<String> services = texts(reconcile, "services");
        int mostGone = reconcile
                .value("most-gone", "a percentage, 0 to 100", ConfigurationFile::percentage)
                .orElse(Configuration.Rounds.USUAL_MOST_GONE);
        reconcile.noOthers();
        if (Inventories.named(services).isEmpty()) {
            reconcile.error("services", "expected some of " + Inventories.names());
        }
        if (every.filter(length -> length.compareTo(SHORTEST_ROUND) < 0).isPresent()) {
            reconcile.error("every", "expected a minute or more");
            return Optional.empty();
        }
        return every.map(length -> new Configuration.Rounds(length, services, mostGone));
    }

    private static int percentage(String text) {
        int number = Integer.parseInt(text);
        if (number < 0 || number > 100) {
            throw new IllegalArgumentException(text);
        }
        return number;
    }

    private Configuration.Collect collect(Optional<YamlFields> collect, Optional<YamlFields> types) {
        Configuration.Collect usual = Configuration.USUAL.collect();
        List<String> ignore = collect.map(fields -> texts(fields, "ignore")).orElse(List.of());
        Duration skew =
                collect.flatMap(fields -> duration(fields, "max-clock-skew")).orElse(usual.maxClockSkew());
        collect.ifPresent(YamlFields::noOthers);
        List<DeclaredType> declared = new ArrayList<>();
        types.ifPresent(all -> all.keys()
                .forEach(type -> all.fields(type)
                        .flatMap(one -> declared(all, type, one))
                        .ifPresent(declared::add)));
        return new Configuration.Collect(ignore, skew, declared);
    }

    private Optional<DeclaredType> declared(YamlFields all, String type, YamlFields one) {
        one.mustHave("events", "id", "owner");
        List<String> events = texts(one, "events");
        Optional<String> id = one.text("id");
        Optional<String> owner = one.text("owner");
        Optional<String> state = one.text("state");
        Optional<String> created = one.text("created");
        Optional<String> deleted = one.text("deleted");
        List<String> deletedEvents = texts(one, "deleted-events");
        TreeMap<String, String> levels = paths(one, "levels");
        TreeMap<String, String> attributes = paths(one, "attributes");
        one.noOthers();
        if (id.isEmpty() || owner.isEmpty() || events.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new DeclaredType(
                    type, events, id.get(), owner.get(), state, created, deleted, deletedEvents, levels, attributes));
        } catch (IllegalArgumentException e) {
            all.error(type, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static TreeMap<String, String> paths(YamlFields fields, String key) {
        TreeMap<String, String> paths = new TreeMap<>();
        fields.fields(key)
                .ifPresent(mapping ->
                        mapping.keys().forEach(name -> mapping.text(name).ifPresent(path -> paths.put(name, path))));
        return paths;
    }

    private Optional<Configuration.Listen> listen(YamlFields listen) {
        Settings usual = Settings.of(new Broker("localhost", 5672, "/", "guest", "", false));
        List<Broker> brokers = new ArrayList<>();
        for (YamlNode.Text url : listen.texts("url")) {
            try {
                brokers.add(withPassword(Broker.parse(url.text()), listen.text("password-file")));
            } catch (IllegalArgumentException e) {
                listen.error(url.at(), String.valueOf(e.getMessage()));
            }
        }
        listen.mustHave("url");
        Settings settings = null;
        int batch = listen.whole("batch-size").orElse(usual.batchSize());
        try {
            if (!brokers.isEmpty()) {
                settings = new Settings(
                        brokers,
                        listen.text("ca-file").map(Path::of),
                        listen.text("queue").orElse(usual.queue()),
                        orElse(texts(listen, "exchanges"), usual.exchanges()),
                        orElse(texts(listen, "routing-keys"), usual.routingKeys()),
                        listen.flag("durable-exchanges").orElse(usual.durableExchanges()),
                        listen.whole("prefetch").orElse(Math.max(usual.prefetch(), batch)),
                        batch,
                        duration(listen, "batch-time").orElse(usual.batchTime()),
                        duration(listen, "first-retry").orElse(usual.firstRetry()),
                        duration(listen, "last-retry").orElse(usual.lastRetry()));
            }
        } catch (IllegalArgumentException e) {
            listen.error(listen.at(), String.valueOf(e.getMessage()));
        }
        Duration lag = duration(listen, "watermark-lag").orElse(Duration.ofMinutes(1));
        boolean notifications = listen.flag("notifications").orElse(true);
        Optional<Settings> base = Optional.ofNullable(settings);
        Optional<Configuration.CastSettings> casts =
                listen.fields("rpc-casts").flatMap(section -> casts(section, base));
        listen.noOthers();
        return base.map(ready -> new Configuration.Listen(ready, lag, notifications, casts));
    }

    private static Optional<Configuration.CastSettings> casts(YamlFields section, Optional<Settings> base) {
        String queue = section.text("queue").orElse(Configuration.CastSettings.QUEUE);
        String exchange = section.text("exchange").orElse(Configuration.CastSettings.EXCHANGE);
        Casts.Names names = section.value(
                        "instances-by",
                        "either, number or uuid",
                        text -> Casts.Names.valueOf(text.toUpperCase(Locale.ROOT)))
                .orElse(Casts.Names.EITHER);
        section.noOthers();
        return base.map(settings -> Configuration.CastSettings.like(settings, queue, exchange, names));
    }

    private static Optional<SampleSettings> samples(YamlFields samples) {
        samples.mustHave("mapping");
        Optional<Path> mapping = samples.text("mapping").map(Path::of);
        Optional<Path> transformers = samples.text("transformers").map(Path::of);
        boolean legacy = samples.flag("legacy").orElse(false);
        Duration delay = duration(samples, "wait").orElse(SampleSettings.USUAL_DELAY);
        Duration keep = duration(samples, "keep").orElse(SampleSettings.USUAL_KEEP);
        Duration interval = duration(samples, "interval").orElse(SampleSettings.USUAL_INTERVAL);
        List<Pattern> trusted = new ArrayList<>();
        for (YamlNode.Text source : samples.texts("trust-sources")) {
            try {
                trusted.add(Pattern.compile(source.text()));
            } catch (PatternSyntaxException e) {
                samples.error(source.at(), "'%s' is no pattern: %s".formatted(source.text(), e.getDescription()));
            }
        }
        List<String> included = texts(samples, "include-projects");
        List<String> ignored = texts(samples, "ignore-projects");
        included.stream()
                .filter(ignored::contains)
                .forEach(both -> samples.error(
                        "ignore-projects", "'%s' is under include-projects too; expected one of them".formatted(both)));
        Optional<SampleSettings.Publisher> publisher = samples.fields("publisher")
                .flatMap(section -> {
                    section.mustHave("user");
                    Optional<String> user = section.text("user");
                    Optional<Path> password = section.text("password-file").map(Path::of);
                    section.noOthers();
                    return user.map(name -> new SampleSettings.Publisher(name, password));
                });
        samples.noOthers();
        for (String key : List.of("wait", "keep", "interval")) {
            if (duration(samples, key)
                    .filter(time -> time.isNegative() || key.equals("interval") && time.isZero())
                    .isPresent()) {
                samples.error(
                        key, "expected a length of time that is not negative, and an interval longer than nothing");
            }
        }
        return mapping.map(file -> new SampleSettings(
                file, transformers, legacy, delay, keep, interval, trusted, included, ignored, publisher));
    }

    private Optional<ServerSettings> serve(YamlFields serve, String region) {
        String host = serve.text("host").orElse(ServerSettings.LOOPBACK);
        int port = serve.whole("port").orElse(ServerSettings.USUAL_PORT);
        boolean off = serve.flag("no-authentication").orElse(false);
        Optional<KeystoneSettings> keystone = serve.fields("keystone").flatMap(this::keystone);
        HeartSettings heart = heart(serve.fields("heart"), region);
        serve.noOthers();
        if (off == keystone.isPresent()) {
            serve.error(
                    serve.at(),
                    "how callers are known: expected either 'keystone: {url: ...}' or 'no-authentication: true'");
            return Optional.empty();
        }
        try {
            return Optional.of(new ServerSettings(host, port, keystone, heart));
        } catch (IllegalArgumentException e) {
            serve.error("host", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static HeartSettings heart(Optional<YamlFields> section, String region) {
        HeartSettings usual = HeartSettings.USUAL;
        boolean legacy = section.flatMap(heart -> heart.flag("legacy")).orElse(usual.legacy());
        Currency currency = section.flatMap(
                        heart -> heart.value("currency", "a currency of ISO 4217 such as EUR", Currency::getInstance))
                .orElse(usual.currency());
        section.ifPresent(YamlFields::noOthers);
        return new HeartSettings(legacy, currency, region);
    }

    private Optional<KeystoneSettings> keystone(YamlFields keystone) {
        keystone.mustHave("url");
        Optional<URI> url =
                keystone.value("url", "an address such as https://keystone:5000/v3", ConfigurationFile::http);
        KeystoneSettings usual = KeystoneSettings.of(URI.create("http://localhost:5000/v3"));
        List<String> admins = orElse(texts(keystone, "admin-roles"), usual.adminRoles());
        List<String> readers = orElse(texts(keystone, "reader-roles"), usual.readerRoles());
        List<String> services = orElse(texts(keystone, "service-roles"), usual.serviceRoles());
        Duration cache = duration(keystone, "cache").orElse(usual.cache());
        Duration timeout = duration(keystone, "timeout").orElse(usual.timeout());
        keystone.noOthers();
        return url.map(address -> new KeystoneSettings(address, admins, readers, services, cache, timeout));
    }

    static URI http(String text) {
        URI url = URI.create(text);
        if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
            throw new IllegalArgumentException("not an http address: " + text);
        }
        return url;
    }

    private static List<Configuration.BackendSettings> deliver(YamlFields deliver) {
        return deliver.keys().stream()
                .flatMap(name -> deliver.fields(name).flatMap(one -> backend(name, one)).stream())
                .toList();
    }

    private static Optional<Configuration.BackendSettings> backend(String name, YamlFields one) {
        one.mustHave("adapter");
        Optional<String> adapter = one.text("adapter");
        Optional<Path> jar = one.text("jar").map(Path::of);
        int connections = one.value("connections", "a whole number, 1 or more", ConfigurationFile::positive)
                .orElse(Backend.USUAL_CONNECTIONS);
        Duration interval = one.value(
                        "per-second", "how many requests in a second at most, 1 or more", ConfigurationFile::positive)
                .map(Duration.ofSeconds(1)::dividedBy)
                .orElse(Duration.ZERO);
        SortedMap<String, Object> settings = one.asWritten("settings");
        one.noOthers();
        return adapter.map(
                known -> new Configuration.BackendSettings(name, known, jar, connections, interval, settings));
    }

    static int positive(String text) {
        int number = Integer.parseInt(text);
        if (number < 1) {
            throw new IllegalArgumentException(text);
        }
        return number;
    }

    private static Broker withPassword(Broker broker, Optional<String> passwordFile) {
        Optional<String> password = Secrets.read("RECKONER_LISTEN_PASSWORD", passwordFile.map(Path::of));
        return password.map(secret -> new Broker(
                        broker.host(), broker.port(), broker.virtualHost(), broker.user(), secret, broker.tls()))
                .orElse(broker);
    }

    private static InvoiceRules invoices(Optional<YamlFields> section, Optional<String> book, List<String> backends) {
        InvoiceRules usual = InvoiceRules.USUAL;
        if (section.isEmpty()) {
            return new InvoiceRules(
                    usual.seller(), usual.numbers(), usual.paymentTerm(), usual.limits(), book, backends);
        }
        YamlFields fields = section.get();
        List<String> seller = orElse(texts(fields, "seller"), usual.seller());
        String prefix = fields.text("prefix").orElse(usual.numbers().invoicePrefix());
        String creditPrefix =
                fields.text("credit-note-prefix").orElse(usual.numbers().creditNotePrefix());
        NumberSeries numbers = usual.numbers();
        try {
            numbers = new NumberSeries(prefix, creditPrefix);
        } catch (IllegalArgumentException e) {
            fields.error("prefix", String.valueOf(e.getMessage()));
        }
        Period term = fields.value("payment-days", "a whole number of days, 0 or more", ConfigurationFile::days)
                .orElse(usual.paymentTerm());
        Limits limits = fields.fields("limits")
                .map(set -> {
                    BigDecimal times = set.number("times-last-invoice").orElse(Limits.USUAL.timesLastInvoice());
                    BigDecimal exempt = set.number("exempt").orElse(Limits.USUAL.exempt());
                    set.noOthers();
                    return new Limits(times, exempt);
                })
                .orElse(usual.limits());
        fields.noOthers();
        return new InvoiceRules(seller, numbers, term, limits, book, backends);
    }

    private static Period days(String text) {
        int days = Integer.parseInt(text);
        if (days < 0) {
            throw new IllegalArgumentException(text);
        }
        return Period.ofDays(days);
    }

    static List<String> texts(YamlFields fields, String key) {
        return fields.texts(key).stream().map(YamlNode.Text::text).toList();
    }

    private static List<String> orElse(List<String> given, List<String> usual) {
        return given.isEmpty() ? usual : given;
    }

    /// `10m`, `30s`, `2h`, or ISO 8601 (`PT10M`).
    static Optional<Duration> duration(YamlFields fields, String key) {
        return fields.value(key, "a length of time such as 500ms, 30s, 10m or 2h", ConfigurationFile::parseDuration);
    }

    /// The same, written elsewhere; nothing if it is no length of time.
    public static Optional<Duration> duration(String text) {
        try {
            return Optional.of(parseDuration(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration parseDuration(String text) {
        Matcher simple = SIMPLE_DURATION.matcher(text);
        if (!simple.matches()) {
            return Duration.parse(text);
        }
        long count = Long.parseLong(simple.group(1));
        return switch (simple.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
