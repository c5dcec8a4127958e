package org.reckoner.serve.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.reckoner.serve.http.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Asks Keystone whose token it is: `GET /v3/auth/tokens` (Identity API v3, "Validate and show information for
/// token"), with the token itself as the credential, which Keystone's default policy allows.
///
/// An answer is kept for [KeystoneSettings#cache()], and no longer than the token lives; a refusal for ten
/// seconds. While Keystone does not answer, tokens that are not in the cache cannot be checked and nobody new
/// gets in. Tokens are kept as their SHA-256 only.
public final class KeystoneTokens implements Authentication {

    private static final Logger LOG = LoggerFactory.getLogger("auth");
    private static final Duration REFUSALS = Duration.ofSeconds(10);
    private static final int LONGEST_TOKEN = 8_192;
    private static final int CACHED = 10_000;

    private final KeystoneSettings settings;
    private final URI tokens;
    private final HttpClient http;
    private final Clock clock;
    private final Cache<String, Answer> answers;

    public KeystoneTokens(KeystoneSettings settings, HttpClient http, Clock clock) {
        this.settings = settings;
        this.tokens = URI.create(settings.url().toString().replaceFirst("/+$", "") + "/auth/tokens?nocatalog");
        this.http = http;
        this.clock = clock;
        this.answers = Caffeine.newBuilder()
                .maximumSize(CACHED)
                .expireAfter(Expiry.<String, Answer>creating((token, answer) -> answer.lives()))
                .build();
    }

    /// What Keystone said of a token.
    ///
    /// @param caller none if the token is not valid
    /// @param lives how long to believe it
    private record Answer(Optional<Caller> caller, Instant expires, Duration lives) {}

    @Override
    public Caller caller(Optional<String> token) {
        String presented = token.filter(text -> !text.isBlank())
                .orElseThrow(() -> Problem.unauthenticated("send a Keystone token in the header X-Auth-Token"));
        if (presented.length() > LONGEST_TOKEN || !presented.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw invalid();
        }
        Answer answer = answers.get(hash(presented), key -> ask(presented));
        if (answer.caller().isEmpty() || !answer.expires().isAfter(clock.instant())) {
            throw invalid();
        }
        return answer.caller().get();
    }

    private static Problem invalid() {
        return Problem.unauthenticated("the token is not valid, or not any more; get a new one from Keystone");
    }

    private Answer ask(String token) {
        HttpRequest request = HttpRequest.newBuilder(tokens)
                .header("X-Auth-Token", token)
                .header("X-Subject-Token", token)
                .header("Accept", "application/json")
                .timeout(settings.timeout())
                .GET()
                .build();
        HttpResponse<String> response;
        try {
            response = http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unavailable("%s does not answer: %s".formatted(settings.url(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("the server is stopping");
        }
        return switch (response.statusCode()) {
            case 200 -> answer(response.body());
            case 401, 403, 404 -> new Answer(Optional.empty(), Instant.MAX, REFUSALS);
            default -> throw unavailable("%s answered %d".formatted(settings.url(), response.statusCode()));
        };
    }

    /// @param reason for the log; callers are only told that there is one
    private static Problem unavailable(String reason) {
        LOG.warn(
                "Tokens cannot be checked: {}. Requests with tokens not seen lately get a 503 until they can.", reason);
        return Problem.unavailable("tokens cannot be checked now; try again later");
    }

    private Answer answer(String body) {
        try {
            JsonNode token = JsonMapper.shared().readTree(body).path("token");
            Instant expires = Instant.parse(token.path("expires_at").asString(""));
            Duration left = Duration.between(clock.instant(), expires);
            Duration lives = left.compareTo(settings.cache()) < 0 ? left : settings.cache();
            return new Answer(Optional.of(caller(token)), expires, lives.isNegative() ? Duration.ZERO : lives);
        } catch (JacksonException | DateTimeException e) {
            throw unavailable("%s answered something that is no token: %s".formatted(settings.url(), e.getMessage()));
        }
    }

    private Caller caller(JsonNode token) {
        Set<String> roles = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        token.path("roles").forEach(role -> roles.add(role.path("name").asString("")));
        Optional<String> project = text(token.path("project").path("id"));
        String name = text(token.path("user").path("name")).orElse("unknown");
        return new Caller(name, project, role(roles));
    }

    private static Optional<String> text(JsonNode node) {
        return node.isString() && !node.asString().isEmpty() ? Optional.of(node.asString()) : Optional.empty();
    }

    private Caller.Role role(Set<String> roles) {
        if (has(roles, settings.adminRoles())) {
            return Caller.Role.ADMIN;
        }
        if (has(roles, settings.serviceRoles())) {
            return Caller.Role.SERVICE;
        }
        return has(roles, settings.readerRoles()) ? Caller.Role.READER : Caller.Role.NONE;
    }

    private static boolean has(Set<String> roles, List<String> wanted) {
        return wanted.stream().anyMatch(roles::contains);
    }

    private static String hash(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
