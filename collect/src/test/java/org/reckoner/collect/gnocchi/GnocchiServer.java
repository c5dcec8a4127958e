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
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
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
    private final Map<String, String> policies = new TreeMap<>();
    private final List<Archived> archived = new ArrayList<>();
    private int pageSize = 1000;

    private record Archived(String resource, String metric, String policy) {}

    public GnocchiServer() {
        this(0);
    }

    /// @param port any if 0
    public GnocchiServer(int port) {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
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

    /// An archive policy.
    ///
    /// @param definition as JSON: `{"granularity": "0:05:00"}`
    public GnocchiServer policy(String name, String definition, String aggregation) {
        policies.put(
                name,
                "{\"name\": \"%s\", \"definition\": [%s], \"aggregation_methods\": [\"%s\"]}"
                        .formatted(name, definition, aggregation));
        return this;
    }

    /// Archives the metric of a resource by a policy that lacks what is asked for: while the resource is
    /// among those that are asked for, Gnocchi answers nothing else than that.
    public GnocchiServer archive(String resource, String metric, String policy) {
        archived.add(new Archived(resource, metric, policy));
        return this;
    }

    /// What Gnocchi 4.4 answers if a metric lacks the granularity.
    public static Trouble lacking() {
        return refusal(
                400,
                "{\"code\": 400, \"title\": \"Bad Request\", \"description\": {\"cause\": \"Metrics can't being aggregated\", \"reason\": \"Granularities are missing\", \"detail\": [[\"bytes\", \"mean\", 3600.0]]}}");
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
            return;
        }
        String path = exchange.getRequestURI().getPath();
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        if (path.equals("/v1/archive_policy")) {
            send(exchange, 200, "[" + String.join(", ", policies.values()) + "]");
        } else if (path.equals("/v1/metric")) {
            send(exchange, 200, metrics(query));
        } else if (path.startsWith("/v1/search/") && query.contains("history=true")) {
            page(exchange);
        } else if (path.startsWith("/v1/search/")) {
            send(exchange, 200, among(body + query));
        } else {
            aggregates(exchange, body);
        }
    }

    private String metrics(String query) {
        return archived.stream()
                .filter(one -> query.contains("name=" + one.metric() + "&")
                        && query.contains("archive_policy_name=" + one.policy() + "&"))
                .map(one -> "{\"name\": \"%s\", \"resource_id\": \"%s\"}".formatted(one.metric(), one.resource()))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /// The archived resources that a search names, of those that have measures.
    private String among(String search) {
        return archived.stream()
                .filter(one -> isNamed(one.resource(), search))
                .filter(one -> groups.getOrDefault(one.metric(), List.of()).stream()
                        .anyMatch(group -> isNamed(one.resource(), group)))
                .map(one -> "{\"id\": \"%s\"}".formatted(one.resource()))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static boolean isNamed(String resource, String text) {
        return text.matches("(?s).*[\"\\[ ]%s[\"\\], ].*".formatted(Pattern.quote(resource)));
    }

    private void aggregates(HttpExchange exchange, String body) throws IOException {
        JsonNode asked = JSON.readTree(body);
        String metric = asked.path("operations").asString().replaceAll(".*\\(metric ([^ ]+) .*", "$1");
        String search = asked.path("search").toString();
        List<String> known = groups.get(metric);
        Optional<Archived> lacking = archived.stream()
                .filter(one -> one.metric().equals(metric) && !isNamed(one.resource(), search))
                .filter(one -> known != null && known.stream().anyMatch(group -> isNamed(one.resource(), group)))
                .findFirst();
        if (lacking.isPresent()) {
            boolean hasLength =
                    policies.getOrDefault(lacking.get().policy(), "").contains("\"1:00:00\"");
            (hasLength ? notAggregated() : lacking()).befall(exchange);
            return;
        }
        List<String> told = known == null
                ? List.of()
                : known.stream()
                        .filter(group -> archived.stream()
                                .noneMatch(one -> one.metric().equals(metric) && isNamed(one.resource(), group)))
                        .toList();
        if (known == null || told.isEmpty() && !known.isEmpty()) {
            send(
                    exchange,
                    400,
                    "400 Bad Request\n\nThe server could not comply with the request since it is either malformed or otherwise incorrect.\n\n {'cause': 'Metrics not found', 'detail': {'"
                            + metric + "'}}  ");
            return;
        }
        send(exchange, 200, "[" + String.join(", ", told) + "]");
    }

    /// What Gnocchi 4.4 answers if a metric is not aggregated so.
    private static Trouble notAggregated() {
        return refusal(
                404,
                "{\"code\": 404, \"title\": \"Not Found\", \"description\": {\"cause\": \"Metrics with unknown aggregation\", \"detail\": [[\"0c115f39-6aed-45ea-b1c2-6291923f6550\", \"mean\"]]}}");
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
