package org.reckoner.deliver.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.Undelivered;

/// A billing system's web server. It sends each request once: the outbox decides what is sent again.
///
/// Settings: `url`, to which paths are appended; `timeout` for a whole answer, in ISO 8601 (`PT30S`,
/// which is the default); `ca-file`, certificates in PEM of authorities to trust instead of the usual ones.
/// Redirects are not followed, as they would carry secrets elsewhere.
public final class Site implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);
    /// For a server that asks to be left alone and does not say for how long.
    static final Duration USUAL_PAUSE = Duration.ofSeconds(30);

    private static final long LONGEST_ANSWER = 64L * 1024 * 1024;

    private final String backend;
    private final String url;
    private final Duration timeout;
    private final List<String> secrets;
    private final HttpClient http;

    /// @param secrets that requests hold, in the form in which they are sent: no message repeats them
    /// @throws BadAdapter if a setting is missing or wrong
    public Site(AdapterSettings settings, String... secrets) {
        this.secrets = Stream.of(secrets)
                .flatMap(secret -> Stream.of(secret, URLEncoder.encode(secret, StandardCharsets.UTF_8)))
                .filter(secret -> !secret.isEmpty())
                .distinct()
                .sorted(Comparator.comparing(String::length).reversed()) // one may be a part of another
                .toList();
        backend = settings.backend();
        url = settings.value("url", "an address such as https://billing.example.org", Site::address)
                .orElseThrow(() -> new BadAdapter("%s: 'url' is missing".formatted(backend)));
        timeout = settings.value("timeout", "a duration such as PT30S", Site::positive)
                .orElse(USUAL_TIMEOUT);
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(Runnable::run) // answers are small and kept whole; another thread costs more than it saves
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT);
        settings.text("ca-file").ifPresent(file -> client.sslContext(trusting(Path.of(file))));
        http = client.build();
    }

    private static String address(String text) {
        URI address = URI.create(text);
        boolean web = "https".equals(address.getScheme()) || "http".equals(address.getScheme());
        if (!web || address.getHost() == null || address.getQuery() != null || address.getUserInfo() != null) {
            throw new IllegalArgumentException();
        }
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static Duration positive(String text) {
        Duration duration = Duration.parse(text);
        if (!duration.isPositive()) {
            throw new IllegalArgumentException();
        }
        return duration;
    }

    /// The address, without a slash at the end.
    public String url() {
        return url;
    }

    /// A request to a path below the address.
    ///
    /// @param path with a leading slash, and with its query; encoded
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).header("User-Agent", "reckoner");
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// @return an answer with any status but those below
    /// @throws Undelivered.Throttled on 429, and on 503 that says when to come again
    /// @throws Undelivered.Unavailable on 401, 403, 407, 408 and 5xx, a redirect, no answer, or a broken one
    public Answer send(HttpRequest request) throws Undelivered {
        Answer answer = visit(request);
        if (answer.status() / 100 == 3) {
            throw new Undelivered.Unavailable("%s answered %d, a redirect, which is not followed; look at 'url'"
                    .formatted(answer.request(), answer.status()));
        }
        return answer;
    }

    /// As [#send(HttpRequest)], for pages rather than an API: a redirect is an answer, which the caller may
    /// follow.
    public Answer visit(HttpRequest request) throws Undelivered {
        Answer answer = exchange(request);
        Optional<String> comeAgain = answer.header("Retry-After");
        int status = answer.status();
        if (status == 429 || status == 503 && comeAgain.isPresent()) {
            throw new Undelivered.Throttled(
                    "%s asks to be left alone (%d)".formatted(answer.request(), status),
                    comeAgain
                            .flatMap(text -> pause(text, answer.header("Date")))
                            .orElse(USUAL_PAUSE));
        }
        if (status == 401 || status == 403 || status == 407) {
            throw new Undelivered.Unavailable("%s does not let us in (%s); look at the credentials and permissions"
                    .formatted(answer.request(), answer.summary()));
        }
        if (status == 408 || status >= 500) {
            throw new Undelivered.Unavailable("%s failed (%s)".formatted(answer.request(), answer.summary()));
        }
        return answer;
    }

    /// As [#send(HttpRequest)], for who knows better what a status means: an answer with any status.
    ///
    /// @throws Undelivered.Unavailable if there is no answer, or a broken one
    public Answer any(HttpRequest request) throws Undelivered {
        return exchange(request);
    }

    private Answer exchange(HttpRequest request) throws Undelivered {
        URI asked = request.uri();
        String what = backend + ": " + request.method() + " " + asked.getAuthority() + asked.getPath();
        try (Alarm alarm = new Alarm(timeout)) {
            try {
                HttpResponse<byte[]> response =
                        http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER));
                return new Answer(what, response.statusCode(), response.headers(), body(what, response), secrets);
            } catch (InterruptedException e) {
                if (alarm.rang()) {
                    throw new Undelivered.Unavailable("%s gave no whole answer within %s".formatted(what, timeout), e);
                }
                Thread.currentThread().interrupt();
                throw new Undelivered.Unavailable("interrupted while waiting for " + what, e);
            } catch (IOException e) {
                throw new Undelivered.Unavailable("%s gave no answer: %s".formatted(what, reason(e)), e);
            }
        }
    }

    /// The body itself, also if it was compressed, which it was not asked to be.
    private static byte[] body(String what, HttpResponse<byte[]> response) throws Undelivered.Unavailable {
        String encoding = response.headers()
                .firstValue("Content-Encoding")
                .orElse("identity")
                .strip()
                .toLowerCase(Locale.ROOT);
        byte[] body = response.body();
        if (encoding.equals("identity") || body.length == 0) {
            return body;
        }
        if (!encoding.equals("gzip") && !encoding.equals("x-gzip")) {
            throw new Undelivered.Unavailable(
                    "%s answered in the encoding '%s', which was not asked for".formatted(what, encoding));
        }
        try (InputStream plain = new GZIPInputStream(new ByteArrayInputStream(body))) {
            byte[] whole = plain.readNBytes(Math.toIntExact(LONGEST_ANSWER));
            if (plain.read() >= 0) {
                throw new IOException("it is too long");
            }
            return whole;
        } catch (IOException e) {
            throw new Undelivered.Unavailable(
                    "%s answered what is not whole in gzip: %s".formatted(what, e.getMessage()), e);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case SSLException tls -> "TLS: %s; see 'ca-file' if its authority is your own".formatted(tls.getMessage());
            case IOException io when io.getMessage() != null -> io.getMessage();
            case IOException other -> other.getClass().getSimpleName();
        };
    }

    /// How long `Retry-After` asks to wait (RFC 9110, 10.2.3), by the server's own clock; nothing if it
    /// cannot be read.
    ///
    /// @param date the answer's own date
    static Optional<Duration> pause(String retryAfter, Optional<String> date) {
        try {
            return retryAfter.chars().allMatch(Character::isDigit)
                    ? Optional.of(Duration.ofSeconds(Long.parseLong(retryAfter)))
                    : date.map(now -> Duration.between(instant(now), instant(retryAfter)));
        } catch (NumberFormatException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Instant instant(String date) {
        return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }

    private SSLContext trusting(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("authority-" + number++, certificate);
            }
            if (number == 0) {
                throw new BadAdapter("%s: %s holds no certificate".formatted(backend, file));
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new BadAdapter(
                    "%s: cannot read certificates in PEM from %s: %s".formatted(backend, file, e.getMessage()));
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
