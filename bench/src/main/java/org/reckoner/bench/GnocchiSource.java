package org.reckoner.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server that answers as Gnocchi does, with as many resources as one likes, and streams its answers: each resource
/// has
/// a value for each hour, and one revision.
final class GnocchiSource implements AutoCloseable {

    private static final Pattern START = Pattern.compile("start=([^&]*)");
    private static final Pattern STOP = Pattern.compile("stop=([^&]*)");
    private static final Pattern LIMIT = Pattern.compile("limit=([0-9]+)");
    private static final Pattern MARKER = Pattern.compile("marker=([0-9]+)");

    private final HttpServer http;
    private final int resources;
    private final int projects;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    GnocchiSource(int resources, int projects) throws IOException {
        this.resources = resources;
        this.projects = projects;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/v1/aggregates", this::aggregates);
        http.createContext("/v1/search/resource/", this::history);
        http.start();
    }

    String url() {
        return "http://127.0.0.1:%d".formatted(http.getAddress().getPort());
    }

    long requests() {
        return requests.get();
    }

    long bytes() {
        return bytes.get();
    }

    private static String id(int resource) {
        return "00000000-0000-4000-8000-%012d".formatted(resource);
    }

    private String project(int resource) {
        return "%032x".formatted(resource % projects);
    }

    private void aggregates(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        Instant from = Instant.parse(only(START, query) + "Z");
        Instant to = Instant.parse(only(STOP, query) + "Z");
        boolean attributes = query.contains("groupby=project_id");
        exchange.getRequestBody().readAllBytes();
        stream(exchange, out -> {
            for (int i = 0; i < resources; i++) {
                StringBuilder group = new StringBuilder(i == 0 ? "[" : ", ");
                group.append("{\"group\": {\"id\": \"").append(id(i)).append('"');
                if (attributes) {
                    group.append(", \"project_id\": \"").append(project(i)).append("\", \"flavor\": \"c1.small\"");
                }
                group.append("}, \"measures\": {\"measures\": {\"aggregated\": [");
                for (Instant at = from; at.isBefore(to); at = at.plus(Duration.ofHours(1))) {
                    group.append(at.equals(from) ? "[\"" : ", [\"")
                            .append(at.toString().replace("Z", "+00:00"))
                            .append("\", 3600.0, ")
                            .append(1_000 + i)
                            .append(".5]");
                }
                group.append("]}}}");
                write(out, group);
            }
            write(out, new StringBuilder(resources == 0 ? "[]" : "]"));
        });
    }

    private void history(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        int limit = Math.min(1000, Integer.parseInt(only(LIMIT, query)));
        Matcher marker = MARKER.matcher(query);
        int from = marker.find() ? Integer.parseInt(marker.group(1)) : 0;
        int to = Math.min(resources, from + limit);
        exchange.getRequestBody().readAllBytes();
        if (to - from == limit) {
            exchange.getResponseHeaders()
                    .add("Link", "<%s/v1/search/resource/x?marker=%d>; rel=\"next\"".formatted(url(), to));
        }
        stream(exchange, out -> {
            StringBuilder page = new StringBuilder("[");
            for (int i = from; i < to; i++) {
                page.append(i == from ? "" : ", ").append("""
                        {"id": "%s", "project_id": "%s", "flavor": "c1.small", "revision_start": \
                        "2026-10-01T00:00:00+00:00", "revision_end": null}""".formatted(id(i), project(i)));
            }
            write(out, page.append("]"));
        });
    }

    @FunctionalInterface
    private interface Writing {
        void to(OutputStream out) throws IOException;
    }

    private void stream(HttpExchange exchange, Writing writing) throws IOException {
        requests.incrementAndGet();
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = new BufferedOutputStream(exchange.getResponseBody(), 1 << 16)) {
            writing.to(out);
        }
        exchange.close();
    }

    private void write(OutputStream out, StringBuilder text) throws IOException {
        byte[] encoded = text.toString().getBytes(StandardCharsets.UTF_8);
        bytes.addAndGet(encoded.length);
        out.write(encoded);
    }

    private static String only(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        if (!found.find()) {
            throw new IllegalArgumentException("expected " + pattern + " in " + text);
        }
        return found.group(1);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
