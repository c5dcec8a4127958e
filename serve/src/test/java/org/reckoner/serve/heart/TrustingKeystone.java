package org.reckoner.serve.heart;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.reckoner.serve.auth.KeystoneSettings;

/// A Keystone that believes that a token `role:project` is of that role and project.
final class TrustingKeystone implements AutoCloseable {

    private final HttpServer http;

    TrustingKeystone() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.createContext("/v3/auth/tokens", exchange -> {
            String[] token =
                    exchange.getRequestHeaders().getFirst("X-Subject-Token").split(":", 2);
            byte[] answer = """
                    {"token": {"expires_at": "2099-01-01T00:00:00.000000Z", "user": {"name": "u", "id": "u"},
                     "project": {"id": "%s", "name": "%s"}, "roles": [{"name": "%s"}]}}""".formatted(token[1], token[1], token[0]).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        http.start();
    }

    Optional<KeystoneSettings> settings() {
        return Optional.of(KeystoneSettings.of(
                URI.create("http://127.0.0.1:%d/v3".formatted(http.getAddress().getPort()))));
    }

    /// Sends a request as somebody of a role and project.
    static House.Answer as(House house, String token, String method, String path, String body) {
        return house.send(HttpRequest.newBuilder(house.uri(path))
                .header("X-Auth-Token", token)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
