package org.reckoner.simulators.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/// A web server on the loopback interface that answers as it is told, and misbehaves as it is told.
///
/// Misbehaviour is taken from the queue that [#next(Trouble...)] and [#after(int, Trouble)] fill, one for each request;
/// when it is empty, by chance, as [#share(int, long, List)] says. Requests are answered in parallel.
public final class SimulatedServer implements AutoCloseable {

    private static final byte[] PAGE = "<html><body><h1>Something went wrong</h1></body></html>".getBytes(UTF_8);

    /// What is simulated: called from several threads at once.
    @FunctionalInterface
    public interface Behaviour {
        Reply answer(Request request);
    }

    /// @param path as it was sent, encoded
    /// @param query as it was sent, encoded; empty if there is none
    public record Request(String method, String path, String query, Headers headers, byte[] body) {
        public String text() {
            return new String(body, UTF_8);
        }
    }

    /// The first value of each header, whatever the case of its name.
    @FunctionalInterface
    public interface Headers {
        Optional<String> first(String name);
    }

    /// @param headers beside `Content-Type` and `Content-Length`
    public record Reply(int status, String type, byte[] body, Map<String, String> headers) {

        public Reply {
            headers = Map.copyOf(headers);
        }

        public Reply(int status, String type, byte[] body) {
            this(status, type, body, Map.of());
        }

        public static Reply redirect(String location) {
            return new Reply(302, "text/html", new byte[0], Map.of("Location", location));
        }

        /// The same with one more header.
        public Reply with(String name, String value) {
            TreeMap<String, String> more = new TreeMap<>(headers);
            more.put(name, value);
            return new Reply(status, type, body, more);
        }

        /// The same with another body.
        public Reply with(byte[] other) {
            return new Reply(status, type, other, headers);
        }

        public static Reply json(int status, String text) {
            return new Reply(status, "application/json", text.getBytes(UTF_8));
        }

        public static Reply text(int status, String type, String text) {
            return new Reply(status, type, text.getBytes(UTF_8));
        }
    }

    /// Misbehaviour by chance.
    private record Chance(int percent, Random random, List<Trouble> troubles) {
        synchronized Optional<Trouble> draw() {
            return !troubles.isEmpty() && random.nextInt(100) < percent
                    ? Optional.of(troubles.get(random.nextInt(troubles.size())))
                    : Optional.empty();
        }
    }

    private final HttpServer server;
    private final ExecutorService threads =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    private final Behaviour behaviour;
    private final ConcurrentLinkedQueue<Optional<Trouble>> next = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong answering = new AtomicLong();
    private volatile UnaryOperator<Reply> rewriting = UnaryOperator.identity();
    private volatile Chance chance = new Chance(0, new Random(0), List.of());
    private volatile Duration delay = Duration.ZERO;
    private volatile Duration late = Duration.ofSeconds(60);

    private SimulatedServer(HttpServer server, Behaviour behaviour) {
        this.server = server;
        this.behaviour = behaviour;
    }

    /// @param port 0 for any that is free
    public static SimulatedServer start(int port, Behaviour behaviour) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
            SimulatedServer simulated = new SimulatedServer(server, behaviour);
            server.setExecutor(simulated.threads);
            server.createContext("/", simulated::handle);
            server.start();
            return simulated;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where it is, without a slash at the end.
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// The next requests go wrong, one after the other.
    public void next(Trouble... troubles) {
        for (Trouble trouble : troubles) {
            next.add(Optional.of(trouble));
        }
    }

    /// So many requests go well, and the one after them wrong.
    public void after(int well, Trouble trouble) {
        for (int i = 0; i < well; i++) {
            next.add(Optional.empty());
        }
        next.add(Optional.of(trouble));
    }

    /// All further requests go well, and at once.
    public void behave() {
        next.clear();
        share(0, 0, List.of());
        delay(Duration.ZERO);
        rewrite(UnaryOperator.identity());
    }

    /// Of all further requests so many in a hundred go wrong.
    public void share(int percent, long seed, List<Trouble> troubles) {
        chance = new Chance(percent, new Random(seed), List.copyOf(troubles));
    }

    /// What becomes of answers on their way; called from several threads at once.
    public void rewrite(UnaryOperator<Reply> replies) {
        rewriting = replies;
    }

    /// How long after its request each answer is sent. What is asked for is done at once.
    public void delay(Duration time) {
        delay = time;
    }

    /// How long a late answer takes; a minute unless said otherwise.
    public void late(Duration time) {
        late = time;
    }

    /// How many requests came.
    public long requests() {
        return requests.get();
    }

    /// For how long requests were being answered, all together: the delay, and what the machine adds to it.
    public Duration answering() {
        return Duration.ofNanos(answering.get());
    }

    private void handle(HttpExchange exchange) throws IOException {
        long began = System.nanoTime();
        try (exchange) {
            requests.incrementAndGet();
            URI uri = exchange.getRequestURI();
            com.sun.net.httpserver.Headers headers = exchange.getRequestHeaders();
            Request request = new Request(
                    exchange.getRequestMethod(),
                    uri.getRawPath(),
                    Optional.ofNullable(uri.getRawQuery()).orElse(""),
                    name -> Optional.ofNullable(headers.getFirst(name)),
                    exchange.getRequestBody().readAllBytes());
            Optional<Trouble> planned = next.poll();
            Optional<Trouble> trouble = planned == null ? chance.draw() : planned;
            if (trouble.isPresent()) {
                pause(delay);
                misbehave(trouble.get(), request, exchange);
            } else {
                Reply reply = rewriting.apply(behaviour.answer(request));
                pause(delay.minusNanos(System.nanoTime() - began));
                send(exchange, reply);
            }
        } finally {
            answering.addAndGet(System.nanoTime() - began);
        }
    }

    private void misbehave(Trouble trouble, Request request, HttpExchange exchange) throws IOException {
        switch (trouble) {
            case REFUSED_CONNECTION -> {}
            case ERROR_BEFORE -> send(exchange, page(500));
            case FORBIDDEN -> send(exchange, page(403));
            case THROTTLED -> {
                exchange.getResponseHeaders().add("Retry-After", "1");
                send(exchange, page(429));
            }
            case ERROR_AFTER -> {
                behaviour.answer(request);
                send(exchange, page(500));
            }
            case LOST_ANSWER -> behaviour.answer(request);
            case HALF_ANSWER -> {
                Reply reply = behaviour.answer(request);
                head(exchange, reply);
                exchange.getResponseBody().write(reply.body(), 0, reply.body().length / 2);
                exchange.getResponseBody().flush();
            }
            case LATE_ANSWER -> {
                Reply reply = behaviour.answer(request);
                pause(late);
                send(exchange, reply);
            }
            case TWICE -> {
                Reply first = behaviour.answer(request);
                behaviour.answer(request);
                send(exchange, first);
            }
            case PAGE -> send(exchange, page(200));
            case PAGE_AFTER -> {
                behaviour.answer(request);
                send(exchange, page(200));
            }
            case EMPTY -> send(exchange, Reply.json(200, ""));
            case NO_CONTENT -> {
                behaviour.answer(request);
                send(exchange, Reply.json(204, ""));
            }
            case EMPTY_OBJECT -> send(exchange, Reply.json(200, "{}"));
            case REDIRECT -> send(exchange, Reply.redirect("/login"));
            case CUT -> {
                Reply reply = behaviour.answer(request);
                send(exchange, reply.with(Arrays.copyOf(reply.body(), reply.body().length / 2)));
            }
            case COMPRESSED -> {
                Reply reply = behaviour.answer(request);
                send(
                        exchange,
                        reply.body().length == 0
                                ? reply
                                : reply.with(compressed(reply.body())).with("Content-Encoding", "gzip"));
            }
            case MARKED -> {
                Reply reply = behaviour.answer(request);
                String text = new String(reply.body(), UTF_8);
                send(exchange, text.isEmpty() ? reply : reply.with(("\uFEFF" + text).getBytes(UTF_8)));
            }
            case ECHO -> send(exchange, Reply.text(500, "text/plain", echo(request, exchange)));
        }
    }

    private static byte[] compressed(byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }

    /// What could be secret comes first.
    private static String echo(Request request, HttpExchange exchange) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(exchange.getRequestHeaders())
                .forEach((name, values) -> text.append(name)
                        .append(": ")
                        .append(String.join(", ", values))
                        .append('\n'));
        return text.append(request.text()).toString();
    }

    private static Reply page(int status) {
        return new Reply(status, "text/html", PAGE);
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        head(exchange, reply);
        if (reply.body().length > 0) {
            exchange.getResponseBody().write(reply.body());
        }
    }

    private static void head(HttpExchange exchange, Reply reply) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", reply.type());
        reply.headers().forEach(exchange.getResponseHeaders()::add);
        exchange.sendResponseHeaders(reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
    }

    /// Ends early when the server is closed.
    private void pause(Duration time) {
        if (!time.isPositive()) {
            return;
        }
        try {
            closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
