package org.reckoner.serve.api;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A web server that answers as Keystone does for the tokens that it is told of.
final class TokenServer implements AutoCloseable {

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final HttpServer http;

    TokenServer() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.createContext("/v3/auth/tokens", exchange -> {
            String answer = answers.get(exchange.getRequestHeaders().getFirst("X-Subject-Token"));
            byte[] body = answer == null ? new byte[0] : answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer == null ? 404 : 200, answer == null ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        http.start();
    }

    void knows(String token, String user, String project, String role) {
        answers.put(token, """
                {"token": {"expires_at": "2999-01-01T00:00:00.000000Z",
                 "user": {"id": "u-%s", "name": "%s", "domain": {"id": "default", "name": "Default"}},
                 "project": {"id": "%s", "name": "%s", "domain": {"id": "default", "name": "Default"}},
                 "roles": [{"id": "r1", "name": "%s"}]}}
                """.formatted(user, user, project, project, role));
    }

    URI url() {
        return URI.create("http://127.0.0.1:%d/v3".formatted(http.getAddress().getPort()));
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
