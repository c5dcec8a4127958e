package org.reckoner.app.novabilling;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.config.BadConfiguration;
import org.reckoner.app.config.Configuration;
import org.reckoner.app.config.Logging;
import org.reckoner.app.config.Setting;
import org.reckoner.collect.novabilling.Casts;
import org.reckoner.collect.rabbitmq.Broker;
import org.reckoner.collect.rabbitmq.Settings;
import org.reckoner.serve.ServerSettings;
import org.reckoner.serve.auth.KeystoneSettings;
import org.reckoner.serve.heart.HeartSettings;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// nova-billing's `settings.json` as a configuration. nova-billing took a broken file for none and never
/// looked at a wrong key; here both are told, all at once, each with the file and the key.
public final class SettingsFile {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final List<String> TEXTS = List.of(
            "host",
            "log_dir",
            "log_file",
            "log_format",
            "log_level",
            "heart_db_url",
            "heart_db_uri",
            "billing_heart_url",
            "admin_token",
            "nova_url",
            "keystone_url",
            "nova_conf",
            "os_release",
            "rabbit_host",
            "rabbit_userid",
            "rabbit_password",
            "rabbit_virtual_host",
            "control_exchange");
    private static final List<String> OTHERS = List.of("port", "rabbit_port", "rabbit_durable_queues", "keystone_conf");
    private static final List<String> KEYSTONE_TEXTS = List.of(
            "auth_uri",
            "auth_url",
            "tenant_name",
            "tenant_id",
            "username",
            "password",
            "token",
            "endpoint",
            "region_name");
    private static final String TIMEOUT = "timeout";
    private static final int LAST_PORT = 65_535;
    private static final int AMQP_PORT = 5672;

    private final String origin;
    private final ObjectNode settings;
    private final List<String> problems = new ArrayList<>();

    private SettingsFile(String origin, ObjectNode settings) {
        this.origin = origin;
        this.settings = settings;
    }

    /// Whether a text looks like nova-billing's settings: JSON whose keys are not those of `reckoner.yaml`,
    /// which may be written as JSON too. What cannot be read as JSON is taken for it, so that it is told why.
    ///
    /// @param ownKeys of `reckoner.yaml`
    public static boolean isMeant(Path file, String text, List<String> ownKeys) {
        if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".json")) {
            return false;
        }
        try {
            return !(JSON.readTree(text) instanceof ObjectNode object)
                    || object.propertyNames().stream().noneMatch(ownKeys::contains);
        } catch (JacksonException e) {
            return true;
        }
    }

    /// @param origin what problems call the file
    /// @throws BadConfiguration listing every problem
    public static Configuration parse(String origin, String text) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JacksonException e) {
            throw new BadConfiguration("%s: this is not JSON: %s, line %d, column %d"
                    .formatted(
                            origin,
                            e.getOriginalMessage(),
                            e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                            e.getLocation() == null ? 1 : e.getLocation().getColumnNr()));
        }
        if (!(json instanceof ObjectNode object)) {
            throw new BadConfiguration("%s: expected an object {...} of nova-billing's settings".formatted(origin));
        }
        SettingsFile file = new SettingsFile(origin, object);
        Configuration configuration = file.configuration();
        if (!file.problems.isEmpty()) {
            throw new BadConfiguration("the configuration is refused:\n" + String.join("\n", file.problems));
        }
        return configuration;
    }

    /// What is set, by key. Passwords and tokens are hidden.
    ///
    /// @throws BadConfiguration as [#parse]
    public static SortedMap<String, Setting> settings(String origin, String text) {
        parse(origin, text);
        TreeMap<String, Setting> all = new TreeMap<>();
        JSON.readTree(text).forEachEntry((key, value) -> {
            if (value.isObject()) {
                value.forEachEntry((inner, told) -> all.put(key + "." + inner, setting(origin, inner, told)));
            } else {
                all.put(key, setting(origin, key, value));
            }
        });
        return Collections.unmodifiableSortedMap(all);
    }

    private static Setting setting(String origin, String key, JsonNode value) {
        boolean secret = key.contains("password") || key.contains("token");
        return new Setting(secret ? "***" : Setting.withoutPassword(value.asString()), origin);
    }

    private Configuration configuration() {
        checkKeys();
        Casts.Names names = read("os_release", SettingsFile::names).orElse(Casts.Names.EITHER);
        Configuration usual = Configuration.USUAL;
        String region = keystone("region_name").orElse(usual.region());
        return new Configuration(
                ledger().orElse(usual.ledger()),
                region,
                usual.collect(),
                usual.openStack(),
                listen(names),
                usual.samples(),
                serve(region),
                usual.invoices(),
                usual.deliver(),
                usual.measuring(),
                usual.concertim(),
                logging());
    }

    private void problem(String key, String what) {
        problems.add("%s: %s: %s".formatted(origin, key, what));
    }

    private void checkKeys() {
        TreeSet<String> known = new TreeSet<>(TEXTS);
        known.addAll(OTHERS);
        settings.propertyNames().stream()
                .filter(key -> !known.contains(key))
                .forEach(key -> problem(
                        key,
                        "unknown key; known are " + String.join(", ", known) + ". nova-billing never looked at it"));
        TEXTS.forEach(key -> mustBeText(settings.path(key), key));
        whole("port", 1, LAST_PORT);
        whole("rabbit_port", 1, LAST_PORT);
        flag("rabbit_durable_queues");
        JsonNode keystone = settings.path("keystone_conf");
        if (keystone instanceof ObjectNode conf) {
            conf.propertyNames().stream()
                    .filter(key -> !KEYSTONE_TEXTS.contains(key) && !key.equals(TIMEOUT))
                    .forEach(key -> problem(
                            "keystone_conf." + key,
                            "unknown key; known are " + String.join(", ", KEYSTONE_TEXTS) + ", " + TIMEOUT));
            KEYSTONE_TEXTS.forEach(key -> mustBeText(conf.path(key), "keystone_conf." + key));
            if (conf.has(TIMEOUT)
                    && !conf.path(TIMEOUT).isNumber()
                    && !conf.path(TIMEOUT).isNull()) {
                problem("keystone_conf." + TIMEOUT, "expected a number of seconds");
            }
        } else if (!keystone.isMissingNode()) {
            problem("keystone_conf", "expected an object {...}");
        }
    }

    private void mustBeText(JsonNode value, String key) {
        if (!value.isMissingNode() && !value.isString() && !value.isNull()) {
            problem(key, "expected a text in quotes");
        }
    }

    private Optional<String> text(String key) {
        return given(settings.path(key));
    }

    private Optional<String> keystone(String key) {
        return given(settings.path("keystone_conf").path(key));
    }

    /// An empty text says nothing, as in nova-billing.
    private static Optional<String> given(JsonNode value) {
        return value.isString() && !value.stringValue().isBlank() ? Optional.of(value.stringValue()) : Optional.empty();
    }

    private Optional<Integer> whole(String key, int from, int to) {
        JsonNode value = settings.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        String text = value.isString() ? value.stringValue() : value.toString();
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) < from || Integer.parseInt(text) > to) {
            String said = "expected a whole number from %d to %d".formatted(from, to);
            if (problems.stream().noneMatch(problem -> problem.endsWith(key + ": " + said))) {
                problem(key, said);
            }
            return Optional.empty();
        }
        return Optional.of(Integer.parseInt(text));
    }

    private Optional<Boolean> flag(String key) {
        JsonNode value = settings.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            String said = "expected true or false";
            if (problems.stream().noneMatch(problem -> problem.endsWith(key + ": " + said))) {
                problem(key, said);
            }
            return Optional.empty();
        }
        return Optional.of(value.booleanValue());
    }

    /// What a text means, or a problem.
    private <T> Optional<T> read(String key, Function<String, T> reader) {
        return text(key).flatMap(value -> read(key, value, reader));
    }

    private <T> Optional<T> read(String key, String value, Function<String, T> reader) {
        try {
            return Optional.of(reader.apply(value));
        } catch (IllegalArgumentException e) {
            problem(key, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<Configuration.LedgerSettings> ledger() {
        Optional<Configuration.LedgerSettings> url = read("heart_db_url", SqlAlchemyUrl::ledger);
        Optional<Configuration.LedgerSettings> uri = read("heart_db_uri", SqlAlchemyUrl::ledger);
        if (url.isPresent() && uri.isPresent() && !url.equals(uri)) {
            problem("heart_db_uri", "names another database than heart_db_url; leave one of them");
        }
        return uri.or(() -> url);
    }

    /// Nothing if no Keystone is named: then it must be said for each start that callers need not be known.
    private Optional<ServerSettings> serve(String region) {
        String host = text("host").orElse(ServerSettings.LOOPBACK);
        int port = whole("port", 1, LAST_PORT).orElse(ServerSettings.USUAL_PORT);
        HeartSettings heart = new HeartSettings(HeartSettings.USUAL.legacy(), HeartSettings.USUAL.currency(), region);
        return keystoneUrl()
                .flatMap(url -> read(
                        "host",
                        host,
                        name -> new ServerSettings(name, port, Optional.of(KeystoneSettings.of(url)), heart)));
    }

    private Optional<URI> keystoneUrl() {
        for (String key : List.of("auth_uri", "auth_url")) {
            Optional<String> url = keystone(key);
            if (url.isPresent()) {
                return read("keystone_conf." + key, url.get(), SettingsFile::identityApi);
            }
        }
        return read("keystone_url", SettingsFile::identityApi);
    }

    /// nova-billing knew the Identity API v2.0, which is gone.
    private static URI identityApi(String text) {
        URI url = URI.create(text);
        if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
            throw new IllegalArgumentException("expected an address such as http://keystone:5000/v2.0");
        }
        String base = text.replaceFirst("/+$", "").replaceFirst("/v[0-9.]+$", "");
        return URI.create(base + "/v3");
    }

    private static Casts.Names names(String release) {
        return switch (release) {
            case "diablo" -> Casts.Names.NUMBER;
            case "essex" -> Casts.Names.UUID;
            default -> throw new IllegalArgumentException("expected diablo or essex");
        };
    }

    /// As nova-billing did, to Nova's commands and to nothing else. Nothing if no broker is named.
    private Optional<Configuration.Listen> listen(Casts.Names names) {
        return text("rabbit_host").map(host -> {
            Broker broker = new Broker(
                    host,
                    whole("rabbit_port", 1, LAST_PORT).orElse(AMQP_PORT),
                    text("rabbit_virtual_host").orElse("/"),
                    text("rabbit_userid").orElse("guest"),
                    text("rabbit_password").orElse("guest"),
                    false);
            Settings settings = Settings.of(broker)
                    .withDurableExchanges(flag("rabbit_durable_queues").orElse(false));
            return new Configuration.Listen(
                    settings,
                    Duration.ofMinutes(1),
                    false,
                    Optional.of(Configuration.CastSettings.like(
                            settings,
                            Configuration.CastSettings.QUEUE,
                            text("control_exchange").orElse(Configuration.CastSettings.EXCHANGE),
                            names)));
        });
    }

    private Optional<Logging> logging() {
        Optional<String> level = read("log_level", SettingsFile::level);
        Optional<String> pattern = read("log_format", LogFormat::pattern);
        Optional<Path> file = text("log_file").flatMap(path -> read("log_file", path, Path::of));
        Optional<Path> folder = text("log_dir").flatMap(path -> read("log_dir", path, Path::of));
        file.ifPresent(path -> mustBeFolder("log_file", path.toAbsolutePath().getParent()));
        if (file.isEmpty()) {
            folder.ifPresent(path -> mustBeFolder("log_dir", path));
        }
        if (level.isEmpty() && pattern.isEmpty() && file.isEmpty() && folder.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Logging(level.orElse("INFO"), pattern, file, folder));
    }

    private static String level(String text) {
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "DEBUG", "INFO", "ERROR" -> text.toUpperCase(Locale.ROOT);
            case "WARN", "WARNING" -> "WARN";
            case "CRITICAL", "FATAL" -> "ERROR";
            default -> throw new IllegalArgumentException("expected DEBUG, INFO, WARN or ERROR");
        };
    }

    private void mustBeFolder(String key, @Nullable Path folder) {
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            problem(key, "the folder %s is not there, or this user may not write into it".formatted(folder));
        }
    }
}
