package org.reckoner.app.concertim;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.app.config.BadConfiguration;
import org.reckoner.prices.yaml.Problem;
import org.reckoner.prices.yaml.YamlDocument;
import org.reckoner.prices.yaml.YamlFields;
import tools.jackson.databind.json.JsonMapper;

/// concertim-openstack-service's `config.yaml` in Reckoner's words: what goes into `reckoner.yaml`, and what is secret
/// and goes into files of its own.
///
/// @param configuration a part of `reckoner.yaml`; nothing in it is secret
/// @param secrets what each file holds, by its name; passwords, and `clouds.yaml`
/// @param notes what could not be said, or is still to be said by hand, in words
public record OldSettings(String configuration, SortedMap<String, String> secrets, List<String> notes) {

    /// The file that has the cloud's password.
    public static final String CLOUDS = "clouds.yaml";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String AMQP_PORT = "5672";

    /// The names that were in use for what clouds.yaml calls otherwise.
    private static final Map<String, String> CLOUD_ALIASES =
            Map.of("tenant_name", "project_name", "tenant_id", "project_id");

    private static final Set<String> CLOUD_KEYS = Set.of(
            "auth_url",
            "username",
            "user_id",
            "password",
            "project_name",
            "project_id",
            "project_domain_name",
            "project_domain_id",
            "user_domain_name",
            "user_domain_id");

    public OldSettings {
        secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
        notes = List.copyOf(notes);
    }

    /// @param origin what problems call the file
    /// @param folder where the secrets will be
    /// @throws BadConfiguration listing every problem
    public static OldSettings read(String origin, String text, Path folder) {
        YamlDocument document = YamlDocument.parse(origin, text);
        Optional<OldSettings> read = document.fields().map(fields -> new Reader(fields, folder).settings());
        if (document.problems().hasErrors() || read.isEmpty()) {
            throw new BadConfiguration("this is not a configuration of concertim-openstack-service:\n"
                    + String.join(
                            "\n",
                            document.problems().errors().stream()
                                    .map(Problem::toString)
                                    .toList()));
        }
        return read.get();
    }

    /// One pass over the file.
    private static final class Reader {

        private final YamlFields fields;
        private final Path folder;
        private final StringBuilder yaml = new StringBuilder();
        private final TreeMap<String, String> secrets = new TreeMap<>();
        private final List<String> notes = new ArrayList<>();

        Reader(YamlFields fields, Path folder) {
            this.fields = fields;
            this.folder = folder;
        }

        OldSettings settings() {
            cloud();
            broker();
            String platform = platform();
            switch (platform) {
                case "killbill" -> killBill();
                case "hostbill" -> hostBill();
                default -> {
                    // Refused already.
                }
            }
            concertim(platform);
            left(fields, "");
            return new OldSettings(yaml.toString(), secrets, notes);
        }

        private String platform() {
            fields.mustHave("billing_platform");
            return oneOf("billing_platform", Set.of("killbill", "hostbill"), "killbill or hostbill")
                    .orElse("");
        }

        private Optional<String> oneOf(String key, Set<String> known, String expected) {
            return fields.value(key, expected, name -> {
                if (!known.contains(name)) {
                    throw new IllegalArgumentException(name);
                }
                return name;
            });
        }

        private void cloud() {
            oneOf("cloud_type", Set.of("openstack"), "openstack, which is the only cloud known here");
            fields.fields("openstack").ifPresent(openstack -> {
                LinkedHashMap<String, String> auth = new LinkedHashMap<>();
                for (String key : openstack.keys()) {
                    String bare = key.replaceFirst("^(admin|os)_", "");
                    String name = CLOUD_ALIASES.getOrDefault(bare, bare);
                    if (CLOUD_KEYS.contains(name)) {
                        openstack.text(key).ifPresent(value -> auth.put(name, value));
                    } else {
                        unsaid("openstack." + key);
                    }
                }
                String address = auth.getOrDefault("auth_url", "");
                if (address.matches(".*/v2(\\.0)?/?")) {
                    auth.put("auth_url", address.replaceFirst("/v2(\\.0)?/?$", "/v3"));
                    notes.add("openstack.auth_url: the Identity API v2 is gone, so v3 is asked");
                }
                if (auth.containsKey("username") && !auth.containsKey("user_domain_name")) {
                    auth.put("user_domain_name", "Default");
                }
                if (auth.containsKey("project_name") && !auth.containsKey("project_domain_name")) {
                    auth.put("project_domain_name", "Default");
                }
                StringBuilder clouds = new StringBuilder("clouds:\n  concertim:\n    auth:\n");
                auth.forEach((key, value) -> clouds.append("      %s: %s\n".formatted(key, quoted(value))));
                secrets.put(CLOUDS, clouds.toString());
                yaml.append("openstack:\n  cloud: concertim\n  clouds-file: %s\n".formatted(in(CLOUDS)));
            });
        }

        private void broker() {
            oneOf("message_queue", Set.of("rmq"), "rmq, which is the only broker known here");
            fields.fields("rmq").ifPresent(rmq -> {
                rmq.mustHave("rmq_address");
                String path = rmq.text("rmq_path").orElse("").replaceFirst("^/+", "");
                String url = "amqp://%s@%s:%s/%s"
                        .formatted(
                                encoded(rmq.text("rmq_username").orElse("guest")),
                                rmq.text("rmq_address").orElse(""),
                                rmq.text("rmq_port").orElse(AMQP_PORT),
                                encoded(path));
                yaml.append("listen:\n  url: %s\n".formatted(quoted(url)));
                secret(rmq, "rmq_password", "rabbitmq-password")
                        .ifPresent(file -> yaml.append("  password-file: %s\n".formatted(file)));
                left(rmq, "rmq.");
            });
        }

        private void killBill() {
            Optional<YamlFields> block = mustHaveBlock("killbill");
            yaml.append("deliver:\n  killbill:\n    adapter: killbill\n    settings:\n");
            block.ifPresent(killBill -> {
                killBill.mustHave("api_host");
                setting("url", killBill.text("api_host").map(host -> address(host, "/1\\.0(/kb)?/*$")));
                setting("user", killBill.text("username"));
                secretSetting(killBill, "password", "password-file", "killbill-password");
                secretSetting(killBill, "apikey", "api-key-file", "killbill-api-key");
                secretSetting(killBill, "apisecret", "api-secret-file", "killbill-api-secret");
                setting("plan", killBill.text("plan_name"));
                killBill.has("credit_threshold");
                left(killBill, "killbill.");
            });
            yaml.append("      mode: usage\n      cluster-id: cluster\n");
        }

        private void hostBill() {
            Optional<YamlFields> block = mustHaveBlock("hostbill");
            yaml.append("deliver:\n  hostbill:\n    adapter: hostbill\n    settings:\n");
            block.ifPresent(hostBill -> {
                hostBill.mustHave("api_url");
                setting("url", hostBill.text("api_url").map(url -> address(url, "(/admin)?/api\\.php\\??$")));
                setting("api-id", hostBill.text("api_id"));
                secretSetting(hostBill, "api_key", "api-key-file", "hostbill-api-key");
                left(hostBill, "hostbill.");
            });
            yaml.append("      # currencies: {0: EUR}\n");
            notes.add(
                    "deliver.hostbill.settings.currencies: say which currency each of HostBill's ids is; it was nowhere");
            notes.add(
                    "credits, orders and invoices: there is no middleware for HostBill; Concertim is told costs only");
        }

        private void concertim(String platform) {
            Optional<YamlFields> block = fields.fields("concertim");
            Optional<String> threshold = threshold();
            yaml.append("concertim:\n  billing: %s\n".formatted(platform));
            yaml.append("  # since: 2026-12\n");
            notes.add("concertim.since: say the first month that Reckoner bills");
            if (platform.equals("killbill")) {
                yaml.append("  middleware:\n    host: 0.0.0.0\n    jwt-secret-file: %s\n"
                        .formatted(in("concertim-jwt-secret")));
                threshold.ifPresent(most -> yaml.append("    credit-threshold: %s\n".formatted(most)));
                notes.add(
                        "concertim.middleware.jwt-secret-file: write into it what the old process has as JWT_SECRET in its environment");
            }
            block.ifPresent(concertim -> {
                concertim.mustHave("concertim_url");
                yaml.append("  push:\n");
                every().ifPresent(pause -> yaml.append("    every: %s\n".formatted(pause)));
                yaml.append("    settings:\n");
                setting("url", concertim.text("concertim_url"));
                setting("username", concertim.text("concertim_username"));
                secretSetting(concertim, "concertim_password", "password-file", "concertim-password");
                yaml.append("      cluster-id: cluster\n");
                left(concertim, "concertim.");
            });
        }

        /// The one within `killbill` is of the last generation, and goes before the other.
        private Optional<String> threshold() {
            Optional<YamlFields> killBill = fields.fields("killbill");
            Optional<String> newer =
                    killBill.flatMap(block -> block.number("credit_threshold")).map(number -> number.toPlainString());
            Optional<String> older = fields.number("credit_threshold").map(number -> number.toPlainString());
            if (newer.isPresent() && older.isPresent() && !newer.equals(older)) {
                notes.add("credit_threshold: %s at the top and %s in killbill; the latter is taken"
                        .formatted(older.get(), newer.get()));
            }
            return newer.or(() -> older);
        }

        /// Reckoner asks every team each time, so it does so once a minute at most.
        private Optional<String> every() {
            return fields.whole("sleep_timer").map(seconds -> {
                if (seconds < 60) {
                    notes.add("sleep_timer: %d s; costs are told every 60 s".formatted(seconds));
                }
                return Math.max(seconds, 60) + "s";
            });
        }

        private Optional<YamlFields> mustHaveBlock(String name) {
            fields.mustHave(name);
            return fields.fields(name);
        }

        private void setting(String name, Optional<String> value) {
            value.ifPresent(text -> yaml.append("      %s: %s\n".formatted(name, quoted(text.strip()))));
        }

        private void secretSetting(YamlFields block, String key, String name, String file) {
            secret(block, key, file).ifPresent(path -> yaml.append("      %s: %s\n".formatted(name, path)));
        }

        /// @return the path of the file that the secret goes to
        private Optional<String> secret(YamlFields block, String key, String file) {
            Optional<String> value = block.text(key);
            if (value.isEmpty()) {
                notes.add("%s.%s is missing: write it into %s".formatted(block.path(), key, folder.resolve(file)));
            }
            value.ifPresent(text -> secrets.put(file, text + "\n"));
            return Optional.of(in(file));
        }

        private String address(String text, String ending) {
            String bare = text.strip().replaceFirst(ending, "").replaceFirst("/+$", "");
            return bare.contains("://") ? bare : "http://" + bare;
        }

        private String in(String file) {
            return quoted(folder.resolve(file).toString());
        }

        /// What nobody asked for.
        private void left(YamlFields block, String prefix) {
            block.unasked().forEach(key -> unsaid(prefix + key));
        }

        private void unsaid(String key) {
            notes.add(
                    switch (key) {
                        case "log_level" -> "log_level: the log is on standard error, and has no levels to choose here";
                        case "concertim.default_rack_height" ->
                            "concertim.default_rack_height: racks are not drawn by Reckoner";
                        case "killbill", "hostbill" -> key + ": not the billing_platform, so it is left out";
                        default -> key + ": nothing here says the same";
                    });
        }

        private static String encoded(String part) {
            return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
        }

        /// A text of JSON is one of YAML too.
        private static String quoted(String text) {
            return JSON.writeValueAsString(text);
        }
    }
}
