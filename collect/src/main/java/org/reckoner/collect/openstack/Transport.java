package org.reckoner.collect.openstack;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// Requests over HTTP, repeated while that can help: after a broken or incomplete answer, a time-out, and the
/// statuses by which a service says "not now".
final class Transport {

    private static final Logger LOG = LoggerFactory.getLogger("openstack");
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /// A page of a thousand servers can take a busy Nova a minute.
    private static final Duration ANSWER = Duration.ofMinutes(2);

    /// Gnocchi aggregates all before it says the first word; 25 resources take it a tenth of a second.
    private static final Duration LONG_ANSWER = Duration.ofMinutes(10);

    private static final int LONGEST_REFUSAL = 64 * 1024;
    private static final long LONGEST_ANSWER = 256L * 1024 * 1024;
    private static final Set<Integer> NOT_NOW = Set.of(408, 429, 500, 502, 503, 504);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final HttpClient http;
    private final Clock clock;
    private final Pause pause;
    private final Patience patience;
    private boolean wasAnswered;

    /// Waits, or is interrupted.
    @FunctionalInterface
    interface Pause {
        void pause(Duration time) throws InterruptedException;
    }

    Transport(Cloud cloud, Clock clock, Pause pause, Patience patience) {
        this(new Trust("cloud " + cloud.name(), cloud.authority(), cloud.verify()), clock, pause, patience);
    }

    Transport(Trust trust, Clock clock, Pause pause, Patience patience) {
        this.http = client(trust);
        this.clock = clock;
        this.pause = pause;
        this.patience = patience;
    }

    /// A request without its last touches.
    static HttpRequest.Builder request(URI url) {
        return HttpRequest.newBuilder(url)
                .timeout(ANSWER)
                .header("Accept", "application/json")
                .header("User-Agent", "reckoner");
    }

    /// The same, of an answer that may be long in the making.
    static HttpRequest.Builder longRequest(URI url) {
        return request(url).timeout(LONG_ANSWER);
    }

    static String write(JsonNode body) {
        return JSON.writeValueAsString(body);
    }

    static JsonMapper json() {
        return JSON;
    }

    /// Sends until there is an answer that another attempt would not better.
    ///
    /// @param who the service, as people call it
    /// @throws CloudFailure if there is none after all attempts
    Answer send(String who, HttpRequest request) {
        return repeat(who, request, () -> {
            HttpResponse<byte[]> response =
                    http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER));
            wasAnswered = true;
            Answer answer = answer(response);
            return NOT_NOW.contains(answer.status())
                    ? Attempt.inVain("answered " + answer.reason(), response.headers())
                    : Attempt.worked(answer);
        });
    }

    /// The same for an answer of any length, which is read while it comes in. If it breaks off, the whole is
    /// asked for again, and the reader begins anew.
    <T> Api.Reply<T> stream(String who, HttpRequest request, Api.Reader<T> reader) {
        return repeat(who, request, () -> {
            HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
            wasAnswered = true;
            try (InputStream body = new Unstalled(response.body(), patience.stalled())) {
                if (response.statusCode() / 100 != 2) {
                    String reason =
                            Answer.shortened(new String(body.readNBytes(LONGEST_REFUSAL), StandardCharsets.UTF_8));
                    return NOT_NOW.contains(response.statusCode())
                            ? Attempt.inVain(
                                    "answered %d %s".formatted(response.statusCode(), reason), response.headers())
                            : Attempt.worked(new Api.Reply.Refused<>(response.statusCode(), reason));
                }
                T value = reader.read(body);
                return Attempt.worked(
                        new Api.Reply.Fine<>(value, response.headers().firstValue("Link")));
            }
        });
    }

    /// One attempt: what came of it, or why it was in vain.
    private record Attempt<T>(Optional<T> result, String trouble, Optional<String> retryAfter) {

        static <T> Attempt<T> worked(T result) {
            return new Attempt<>(Optional.of(result), "", Optional.empty());
        }

        static <T> Attempt<T> inVain(String trouble, HttpHeaders headers) {
            return new Attempt<>(Optional.empty(), trouble, headers.firstValue("Retry-After"));
        }
    }

    @FunctionalInterface
    private interface Sending<T> {
        Attempt<T> once() throws IOException, InterruptedException;
    }

    private <T> T repeat(String who, HttpRequest request, Sending<T> sending) {
        String what = "%s (%s %s)".formatted(who, request.method(), shown(request.uri()));
        for (int attempt = 1; ; attempt++) {
            Optional<String> retryAfter = Optional.empty();
            String trouble;
            try {
                Attempt<T> one = sending.once();
                if (one.result().isPresent()) {
                    return one.result().get();
                }
                trouble = one.trouble();
                retryAfter = one.retryAfter();
            } catch (JacksonIOException e) {
                trouble = "broke off while it answered: "
                        + (e.getCause() instanceof IOException broken ? reason(broken) : e.getMessage());
            } catch (JacksonException e) {
                trouble = "answered with something that is not JSON, or not all of it";
            } catch (SSLException e) {
                throw new CloudFailure(tls(what, e), e);
            } catch (IOException e) {
                trouble = "does not answer: " + reason(e);
                if (!wasAnswered && e instanceof ConnectException) {
                    throw new CloudFailure(what + " " + trouble, e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CloudFailure("interrupted while waiting for " + what, e);
            }
            if (attempt == patience.attempts()) {
                throw new CloudFailure("%s %s; tried %d times".formatted(what, trouble, attempt));
            }
            await(what, trouble, patience.afterAttempt(attempt, retryAfter, clock.instant()));
        }
    }

    private void await(String what, String trouble, Duration wait) {
        LOG.warn("{} {}; asking again in {} s", what, trouble, wait.toSeconds());
        try {
            pause.pause(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloudFailure("interrupted while waiting for " + what, e);
        }
    }

    /// An answer of success must be JSON, if there is any; what a refusal says in HTML is of no use.
    private static Answer answer(HttpResponse<byte[]> response) {
        byte[] body = response.body();
        HttpHeaders headers = response.headers();
        boolean success = response.statusCode() / 100 == 2;
        JsonNode json = MissingNode.getInstance();
        if (body.length > 0) {
            try {
                json = JSON.readTree(body);
            } catch (JacksonException e) {
                if (success) {
                    throw e;
                }
            }
        }
        return new Answer(
                response.statusCode(),
                json,
                headers.firstValue("X-Subject-Token"),
                headers.firstValue("Location"),
                headers.firstValue("Date").flatMap(Transport::date));
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /// Without the query, which may be long and is of no interest.
    private static String shown(URI url) {
        return "%s://%s%s".formatted(url.getScheme(), url.getAuthority(), url.getPath());
    }

    private static String reason(IOException e) {
        if (e instanceof ConnectException && e.getCause() instanceof ConnectException cause) {
            return e.getCause().getCause() instanceof UnresolvedAddressException
                    ? "there is no host of that name"
                    : Optional.ofNullable(cause.getMessage()).orElse("connection refused");
        }
        return Optional.ofNullable(e.getMessage())
                .orElseGet(() -> e instanceof ConnectException
                        ? "connection refused"
                        : e.getClass().getSimpleName());
    }

    private static String tls(String what, SSLException e) {
        return "%s cannot be talked to over TLS: %s. If its certificate is of an authority of your own, name that authority's file under 'cacert' (or in OS_CACERT)"
                .formatted(what, e.getMessage());
    }

    /// HTTP/1.1, as OpenStack's servers speak nothing newer; no redirects, which would carry the token
    /// elsewhere.
    private static HttpClient client(Trust trust) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT);
        if (!trust.verify()) {
            LOG.warn("{}: certificates are not verified; anybody on the way can read along", trust.whose());
            return client.sslContext(context(new TrustManager[] {new TrustsAnybody()}))
                    .build();
        }
        trust.authority().ifPresent(file -> client.sslContext(context(authorities(trust, file))));
        return client.build();
    }

    private static TrustManager[] authorities(Trust trust, Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("authority-" + number++, certificate);
            }
            if (number == 0) {
                throw new BadCloud("%s: %s holds no certificate".formatted(trust.whose(), file));
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            return managers.getTrustManagers();
        } catch (IOException e) {
            throw new BadCloud(
                    "%s: cannot read the certificates in %s: %s".formatted(trust.whose(), file, CloudsFile.reason(e)));
        } catch (GeneralSecurityException e) {
            throw new BadCloud(
                    "%s: %s holds no certificates in PEM: %s".formatted(trust.whose(), file, e.getMessage()));
        }
    }

    private static SSLContext context(TrustManager[] managers) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }
}
