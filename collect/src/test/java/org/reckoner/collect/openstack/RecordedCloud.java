package org.reckoner.collect.openstack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A web server that answers as real services of OpenStack Zed did, on one port: what they answered is in the
/// folder `answers`. It gives tokens of its own, and misbehaves when told to.
public final class RecordedCloud implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)");
    private static final Map<String, String> FOLDERS = Map.of(
            "15000", "/identity",
            "19292", "/image",
            "18774", "/compute",
            "18776", "/volume",
            "19696", "/network",
            "18778", "/placement");

    /// Which of several pages it is depends on the marker; how long they are was the recorder's choice.
    private static final Set<String> UNIMPORTANT = Set.of("limit", "sort", "sort_key", "sort_dir", "nocatalog");

    /// Answers to requests that differed in what is not in the address.
    private static final Set<String> REFUSALS = Set.of("nova-bad-token", "nova-too-new");

    private static final List<String> OWNERS =
            List.of("tenant_id", "owner", "os-vol-tenant-attr:tenant_id", "os-extended-snapshot-attributes:project_id");

    /// One recorded request and its answer.
    private record Recorded(
            String name, String method, String path, Map<String, String> query, JsonNode request, JsonNode answer) {}

    /// Goes before the recorded answer to a request.
    @FunctionalInterface
    public interface Trouble {
        void befall(HttpExchange exchange) throws IOException;
    }

    private record Expected(String path, int after, Trouble trouble) {}

    private final HttpServer http;
    private final List<Recorded> recorded;
    private final Map<String, Boolean> tokens = new HashMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final Deque<Expected> troubles = new ArrayDeque<>();
    private final Map<String, Integer> seen = new TreeMap<>();
    private final Map<String, String> replaced = new HashMap<>();
    private String expires = "2999-01-01T00:00:00.000000Z";

    public RecordedCloud() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        recorded = answers();
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::answer);
        http.start();
    }

    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /// Keystone's address.
    public URI authUrl() {
        return URI.create(url() + "/identity/v3");
    }

    /// The id of the application credential that is known here, with the secret `the-secret`.
    public String applicationCredential() {
        return named("keystone-token-ac")
                .request()
                .at("/auth/identity/application_credential/id")
                .asString();
    }

    /// The requests so far, as `GET /compute/v2.1/servers/detail?…`.
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public long requestsFor(String part) {
        return requests().stream().filter(request -> request.contains(part)).count();
    }

    /// Lets something befall the next request for a path, after so many of them that go well.
    public void trouble(String path, int after, Trouble trouble) {
        synchronized (troubles) {
            troubles.add(new Expected(path, seen.getOrDefault(path, 0) + after, trouble));
        }
    }

    /// Answers with a status, and no more.
    public static Trouble status(int status, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    /// Answers with a text of JSON.
    public static Trouble text(int status, String json) {
        return exchange -> send(exchange, status, json.getBytes(StandardCharsets.UTF_8));
    }

    /// Forgets all tokens, as a Keystone whose keys were changed.
    public void forgetTokens() {
        synchronized (troubles) {
            tokens.clear();
        }
    }

    /// Tokens expire then from now on.
    public void tokensExpire(String instant) {
        expires = instant;
    }

    /// Another text in all answers.
    public void replace(String text, String by) {
        replaced.put(text, by);
    }

    @Override
    public void close() {
        http.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            URI uri = exchange.getRequestURI();
            requests.add(exchange.getRequestMethod() + " " + uri);
            Optional<Trouble> trouble = trouble(uri.getPath());
            if (trouble.isPresent()) {
                trouble.get().befall(exchange);
                return;
            }
            if (exchange.getRequestMethod().equals("POST")) {
                logIn(exchange, body);
                return;
            }
            Boolean member;
            synchronized (troubles) {
                member = tokens.get(exchange.getRequestHeaders().getFirst("X-Auth-Token"));
            }
            if (member == null) {
                send(exchange, named("nova-bad-token"));
                return;
            }
            send(exchange, find(uri, member));
        }
    }

    private Optional<Trouble> trouble(String path) {
        synchronized (troubles) {
            int before = seen.merge(path, 1, Integer::sum) - 1;
            Optional<Expected> due = troubles.stream()
                    .filter(expected -> expected.path().equals(path) && expected.after() <= before)
                    .findFirst();
            due.ifPresent(troubles::remove);
            return due.map(Expected::trouble);
        }
    }

    private void logIn(HttpExchange exchange, byte[] body) throws IOException {
        JsonNode asked = JSON.readTree(body);
        Recorded answer = recorded.stream()
                .filter(one -> one.method().equals("POST") && one.request().equals(asked))
                .findFirst()
                .orElseGet(() -> named("keystone-wrong-password"));
        if (answer.answer().path("status").asInt() == 201) {
            String token;
            synchronized (troubles) {
                token = "token-" + (tokens.size() + 1) + "-" + requests.size();
                tokens.put(token, answer.name().contains("member"));
            }
            exchange.getResponseHeaders().add("X-Subject-Token", token);
        }
        send(exchange, answer);
    }

    /// An answer to a member's request differs where it was recorded.
    private Recorded find(URI uri, boolean member) {
        Map<String, String> query = query(uri);
        List<Recorded> fitting = recorded.stream()
                .filter(one -> one.method().equals("GET")
                        && !REFUSALS.contains(one.name())
                        && one.path().equals(uri.getPath())
                        && one.query().equals(query))
                .toList();
        return fitting.stream()
                .filter(one -> one.name().contains("member") == member)
                .findFirst()
                .or(() -> fitting.stream()
                        .filter(one -> !one.name().contains("member"))
                        .findFirst())
                .or(() -> ofOne(uri, query))
                .orElseGet(() -> query.containsKey("marker") ? empty(uri) : nothing());
    }

    /// What one project owns of a list that was recorded as a whole, in one page.
    private Optional<Recorded> ofOne(URI uri, Map<String, String> query) {
        Map<String, String> whole = new TreeMap<>(query);
        String project = query.getOrDefault("project_id", query.getOrDefault("owner", ""));
        whole.keySet().removeAll(List.of("project_id", "owner"));
        if (project.isEmpty() || whole.containsKey("marker")) {
            return Optional.empty();
        }
        Recorded page = empty(uri);
        String key = page.answer().path("body").propertyNames().iterator().next();
        for (Recorded one : recorded) {
            Map<String, String> ofPage = new TreeMap<>(one.query());
            ofPage.remove("marker");
            if (one.path().equals(uri.getPath())
                    && ofPage.equals(whole)
                    && !one.name().contains("member")) {
                one.answer().path("body").path(key).forEach(element -> {
                    if (OWNERS.stream()
                            .anyMatch(owner -> element.path(owner).asString("").equals(project))) {
                        ((ArrayNode) page.answer().path("body").path(key)).add(element);
                    }
                });
            }
        }
        return Optional.of(page);
    }

    /// The page after the last.
    private Recorded empty(URI uri) {
        String[] parts = uri.getPath().split("/");
        String last = parts[parts.length - 1];
        String key = last.equals("detail") ? parts[parts.length - 2] : last.equals("types") ? "volume_types" : last;
        ObjectNode answer = JSON.createObjectNode().put("status", 200);
        answer.putObject("body").putArray(key);
        return new Recorded("empty", "GET", uri.getPath(), Map.of(), answer, answer);
    }

    private static Recorded nothing() {
        ObjectNode answer = JSON.createObjectNode().put("status", 404);
        answer.putObject("body").putObject("itemNotFound").put("message", "not there");
        return new Recorded("nothing", "GET", "", Map.of(), answer, answer);
    }

    private Recorded named(String name) {
        return recorded.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void send(HttpExchange exchange, Recorded recorded) throws IOException {
        String text = JSON.writeValueAsString(recorded.answer().path("body"));
        text = text.replaceAll("\"expires_at\":\"[^\"]*\"", "\"expires_at\":\"" + expires + "\"");
        for (Map.Entry<String, String> replacement : replaced.entrySet()) {
            text = text.replace(replacement.getKey(), replacement.getValue());
        }
        text = ADDRESS.matcher(text)
                .replaceAll(address -> Matcher.quoteReplacement(
                        FOLDERS.containsKey(address.group(1))
                                ? url() + FOLDERS.get(address.group(1))
                                : address.group()));
        send(exchange, recorded.answer().path("status").asInt(), text.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> query = new TreeMap<>();
        if (uri.getRawQuery() != null) {
            for (String pair : uri.getRawQuery().split("&")) {
                String[] parts = pair.split("=", 2);
                if (!UNIMPORTANT.contains(parts[0])) {
                    query.put(parts[0], URLDecoder.decode(parts.length > 1 ? parts[1] : "", StandardCharsets.UTF_8));
                }
            }
        }
        return query;
    }

    /// From the folder of the test classes, or from the jar that they are in.
    private static List<Recorded> answers() {
        try {
            URI folder = Optional.ofNullable(RecordedCloud.class.getResource("answers"))
                    .map(url -> URI.create(url.toString()))
                    .orElseThrow();
            if (folder.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(folder, Map.of())) {
                    return answers(jar.getPath("/org/reckoner/collect/openstack/answers"));
                }
            }
            return answers(Path.of(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Recorded> answers(Path folder) throws IOException {
        List<Recorded> answers = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : new TreeSet<>(files.toList())) {
                try (InputStream in = Files.newInputStream(file)) {
                    JsonNode one = JSON.readTree(in);
                    URI url = URI.create(one.path("url").asString());
                    answers.add(new Recorded(
                            file.getFileName().toString().replace(".json", ""),
                            one.path("method").asString(),
                            FOLDERS.get(Integer.toString(url.getPort())) + url.getPath(),
                            query(url),
                            one.path("request"),
                            one));
                }
            }
        }
        return answers;
    }
}
