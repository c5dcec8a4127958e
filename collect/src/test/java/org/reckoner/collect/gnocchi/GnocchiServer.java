package org.reckoner.collect.gnocchi;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Answers as Gnocchi does, with what a test puts into it, and misbehaves when told to.
public final class GnocchiServer implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// Goes in place of an answer.
    @FunctionalInterface
    public interface Trouble {
        void befall(HttpExchange exchange) throws IOException;
    }

    private final HttpServer http;
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final Deque<Trouble> troubles = new ArrayDeque<>();
    private final Map<String, List<String>> groups = new HashMap<>();
    private final List<String> revisions = new ArrayList<>();
    private int pageSize = 1000;

    public GnocchiServer() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.createContext("/v1/", this::answer);
        http.start();
    }

    public URI root() {
        return URI.create("http://127.0.0.1:%d/v1".formatted(http.getAddress().getPort()));
    }

    /// What was asked, as `POST /v1/aggregates?… BODY`.
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /// The next answer is this one.
    public GnocchiServer next(Trouble trouble) {
        troubles.add(trouble);
        return this;
    }

    /// A refusal with the status and the body.
    public static Trouble refusal(int status, String body) {
        return exchange -> send(exchange, status, body);
    }

    /// An answer that ends before all that was promised was sent.
    public static Trouble cutOff(String beginning) {
        return exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, beginning.length() + 1000L);
            exchange.getResponseBody().write(beginning.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            exchange.close();
        };
    }

    /// A group of a metric: `{"id": "r1"}`, and the values as Gnocchi writes them, `["2026-…", 3600.0, 5.0]`.
    public GnocchiServer group(String metric, String group, String... values) {
        groups.computeIfAbsent(metric, name -> new ArrayList<>())
                .add("{\"group\": %s, \"measures\": {\"measures\": {\"aggregated\": [%s]}}}"
                        .formatted(group, String.join(", ", values)));
        return this;
    }

    /// Forgets the groups of a metric, but not the metric.
    public GnocchiServer clear(String metric) {
        groups.put(metric, new ArrayList<>());
        return this;
    }

    /// A revision of a resource, as JSON.
    public GnocchiServer revision(String json) {
        revisions.add(json);
        return this;
    }

    public GnocchiServer pageSize(int size) {
        pageSize = size;
        return this;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add("%s %s %s".formatted(exchange.getRequestMethod(), exchange.getRequestURI(), body));
        Trouble trouble = troubles.poll();
        if (trouble != null) {
            trouble.befall(exchange);
        } else if (exchange.getRequestURI().getPath().startsWith("/v1/search/")) {
            page(exchange);
        } else {
            aggregates(exchange, body);
        }
    }

    private void aggregates(HttpExchange exchange, String body) throws IOException {
        String operations = JSON.readTree(body).path("operations").asString();
        String metric = operations.replaceAll(".*\\(metric ([^ ]+) .*", "$1");
        List<String> known = groups.get(metric);
        if (known == null) {
            send(
                    exchange,
                    400,
                    "400 Bad Request\n\nThe server could not comply with the request since it is either malformed or otherwise incorrect.\n\n {'cause': 'Metrics not found', 'detail': {'"
                            + metric + "'}}  ");
            return;
        }
        send(exchange, 200, "[" + String.join(", ", known) + "]");
    }

    private void page(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        int from = query.contains("marker=") ? Integer.parseInt(query.replaceAll(".*marker=at@(\\d+).*", "$1")) : 0;
        int to = Math.min(revisions.size(), from + pageSize);
        if (to - from == pageSize) {
            exchange.getResponseHeaders()
                    .add(
                            "Link",
                            "<%s/search/resource/x?history=true&marker=at%%40%d>; rel=\"next\"".formatted(root(), to));
        }
        send(exchange, 200, "[" + String.join(", ", revisions.subList(from, to)) + "]");
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
