package org.reckoner.collect.rabbitmq;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where a RabbitMQ is and how to log in.
///
/// @param virtualHost `/` unless told otherwise
/// @param tls whether the connection is encrypted; then the broker's certificate and name are verified
public record Broker(String host, int port, String virtualHost, String user, String password, boolean tls) {

    private static final String EXPECTED =
            "expected amqp://user:password@host:5672/vhost, with amqps:// for TLS (rabbit:// of OpenStack's transport_url works too)";

    /// Reads a URL. A `%2F`, `/` or nothing as path is the virtual host `/`.
    ///
    /// @throws IllegalArgumentException if it is not such a URL; the message does not quote it, as it may
    ///     hold a password
    public static Broker parse(String url) {
        URI uri;
        try {
            uri = new URI(url.strip());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the broker's URL cannot be read at character %d; %s"
                    .formatted(Math.max(0, e.getIndex()) + 1, EXPECTED));
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean tls = switch (scheme) {
            case "amqps", "rabbits" -> true;
            case "amqp", "rabbit" -> false;
            default -> throw new IllegalArgumentException("the broker's URL has no scheme known here; " + EXPECTED);
        };
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("the broker's URL names no single host; " + EXPECTED);
        }
        String[] login = uri.getRawUserInfo() == null
                ? new String[] {"guest", "guest"}
                : uri.getRawUserInfo().split(":", 2);
        return new Broker(
                uri.getHost(),
                uri.getPort() >= 0 ? uri.getPort() : tls ? 5671 : 5672,
                virtualHost(uri.getRawPath()),
                decoded(login[0]),
                login.length > 1 ? decoded(login[1]) : "",
                tls);
    }

    private static String virtualHost(@Nullable String path) {
        String name = path == null || path.isEmpty() ? "" : decoded(path.substring(1));
        return name.isEmpty() ? "/" : name;
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /// Without the password, fit for logs.
    @Override
    public String toString() {
        return "%s://%s:***@%s:%d%s"
                .formatted(
                        tls ? "amqps" : "amqp",
                        user,
                        host,
                        port,
                        virtualHost.startsWith("/") ? virtualHost : "/" + virtualHost);
    }
}
