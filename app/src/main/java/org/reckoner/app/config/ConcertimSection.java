package org.reckoner.app.config;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.prices.yaml.YamlFields;
import org.reckoner.serve.ServerSettings;
import org.reckoner.serve.concertim.ConcertimSettings;

/// The section `concertim`: how Concertim is answered, and what it is told.
///
/// @param billing the name under `deliver` of the Kill Bill that has the orders
/// @param since the first month that Reckoner bills; earlier ones were billed by what was there before
/// @param middleware none if nothing is answered
/// @param push none if nothing is told
public record ConcertimSection(
        String billing, Optional<YearMonth> since, Optional<Middleware> middleware, Optional<Push> push) {

    private static final Duration USUAL_LONGEST_TOKEN = Duration.ofHours(1);
    private static final Duration USUAL_EVERY = Duration.ofMinutes(5);

    /// @param secretFile whose first line is the secret of the tokens
    /// @param longestToken how far ahead the end of a token may be
    public record Middleware(ConcertimSettings settings, Optional<Path> secretFile, Duration longestToken) {

        /// The secret that Concertim signs its tokens with.
        ///
        /// @throws BadConfiguration if none is given
        public Secret secret() {
            return Secrets.read("RECKONER_CONCERTIM_JWT_SECRET", Optional.empty())
                    .or(() -> Secrets.read("JWT_SECRET", secretFile))
                    .map(Secret::new)
                    .orElseThrow(
                            () -> new BadConfiguration(
                                    "concertim.middleware has no secret: set jwt-secret-file, or RECKONER_CONCERTIM_JWT_SECRET in the environment, to what Concertim has as JWT_SECRET"));
        }
    }

    /// @param every how often costs are told
    /// @param settings the pusher's own, as written
    public record Push(Duration every, SortedMap<String, Object> settings) {

        public Push {
            settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        }
    }

    /// @param backends the names under `deliver`
    static Optional<ConcertimSection> read(YamlFields section, List<String> backends) {
        section.mustHave("billing");
        Optional<String> billing = section.text("billing");
        billing.filter(name -> !backends.contains(name))
                .ifPresent(name -> section.error(
                        "billing",
                        "there is no billing system '%s' under deliver; expected the Kill Bill that has Concertim's orders"
                                .formatted(name)));
        Optional<YearMonth> since = section.value("since", "a month such as 2026-12", YearMonth::parse);
        Optional<Middleware> middleware = section.fields("middleware").map(ConcertimSection::middleware);
        Optional<Push> push = section.fields("push").map(ConcertimSection::push);
        section.noOthers();
        return billing.map(name -> new ConcertimSection(name, since, middleware, push));
    }

    private static Middleware middleware(YamlFields fields) {
        String host = fields.text("host").orElse(ServerSettings.LOOPBACK);
        int port = fields.whole("port").orElse(ConcertimSettings.USUAL_PORT);
        BigDecimal threshold = fields.number("credit-threshold").orElse(ConcertimSettings.USUAL_THRESHOLD);
        Optional<Path> secret = fields.text("jwt-secret-file").map(Path::of);
        Duration longest = ConfigurationFile.duration(fields, "longest-token").orElse(USUAL_LONGEST_TOKEN);
        fields.noOthers();
        return new Middleware(new ConcertimSettings(host, port, threshold), secret, longest);
    }

    private static Push push(YamlFields fields) {
        Duration every = ConfigurationFile.duration(fields, "every").orElse(USUAL_EVERY);
        SortedMap<String, Object> settings = fields.asWritten("settings");
        fields.noOthers();
        return new Push(every, settings);
    }
}
