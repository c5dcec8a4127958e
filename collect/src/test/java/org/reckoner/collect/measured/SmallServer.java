package org.reckoner.collect.measured;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/// A web server that says what a test told it to, in order, and then what a function says.
public final class SmallServer implements AutoCloseable {

    /// @param promised how many bytes are promised beyond those that come
    private record Said(int status, String body, int promised) {}

    private final HttpServer http;
    private final Deque<Said> next = new ArrayDeque<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    /// @param answers from the path and query, decoded, to the body of a 200; nothing for a 404
    public SmallServer(Function<String, String> answers) {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.createContext("/", exchange -> {
            String asked = URLDecoder.decode(exchange.getRequestURI().toString(), StandardCharsets.UTF_8);
            requests.add(asked);
            Said said = next.poll();
            if (said == null) {
                String body = answers.apply(asked);
                said = body.isEmpty()
                        ? new Said(404, "{\"message\": \"No resource found for provided filters.\"}", 0)
                        : new Said(200, body, 0);
            }
            byte[] bytes = said.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(said.status(), bytes.length + said.promised());
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        http.start();
    }

    public URI at(String path) {
        return URI.create("http://127.0.0.1:%d%s".formatted(http.getAddress().getPort(), path));
    }

    public List<String> requests() {
        return List.copyOf(requests);
    }

    public SmallServer next(int status, String body) {
        next.add(new Said(status, body, 0));
        return this;
    }

    /// An answer that ends before all that was promised was sent.
    public SmallServer nextCutOff(String body) {
        next.add(new Said(200, body, 1000));
        return this;
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
