package org.reckoner.collect.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.collect.Notifications;
import org.reckoner.collect.Reading;
import org.reckoner.collect.novabilling.Casts;

/// Against a real RabbitMQ at `RECKONER_TEST_AMQP`, a URL such as `amqp://guest:guest@127.0.0.1:5672/`. With
/// `RECKONER_TEST_RABBITMQCTL`, a command that runs rabbitmqctl for it, the broker is restarted too.
@Tag("live")
@Timeout(120)
class ListenerLiveTest {

    private final String queue = "reckoner-test-" + UUID.randomUUID();
    private final String exchange = "nova-test-" + UUID.randomUUID();
    private final List<News> news = new CopyOnWriteArrayList<>();
    private final List<String> kept = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private Broker broker = Broker.parse("amqp://nowhere.invalid");
    private String url = "";

    @BeforeEach
    void findBroker() {
        String told = System.getenv("RECKONER_TEST_AMQP");
        if (told == null && System.getenv("CI") != null) {
            throw new IllegalStateException("RECKONER_TEST_AMQP is not set; in CI these tests must run");
        }
        Assumptions.assumeTrue(told != null, "RECKONER_TEST_AMQP is not set: no RabbitMQ to test against");
        url = String.valueOf(told);
        broker = Broker.parse(url);
    }

    @AfterEach
    void tidyUp() throws Exception {
        listeners.forEach(Listener::close);
        for (Thread thread : threads) {
            thread.join(10_000);
        }
        if (!url.isEmpty()) {
            withBroker(channel -> {
                channel.queueDelete(queue);
                channel.exchangeDelete(exchange);
            });
        }
    }

    @Test
    void every_message_is_kept_once_when_nothing_fails() throws Exception {
        start(settings(broker), this::keep);
        publish(1_000);
        await(() -> kept.size() >= 1_000);
        assertThat(kept).hasSize(1_000).doesNotHaveDuplicates();
        await(() -> ready() == 0);
    }

    @Test
    void versioned_notifications_come_too() throws Exception {
        start(settings(broker), this::keep);
        withBroker(channel -> {
            channel.basicPublish(
                    exchange, "versioned_notifications.info", MessageProperties.PERSISTENT_BASIC, body("versioned"));
            channel.basicPublish(exchange, "notifications.error", MessageProperties.PERSISTENT_BASIC, body("error"));
            channel.basicPublish(exchange, "something.else", MessageProperties.PERSISTENT_BASIC, body("other"));
        });
        await(() -> kept.size() >= 2);
        assertThat(kept).containsExactlyInAnyOrder("versioned", "error");
    }

    @Test
    void nothing_is_acknowledged_before_its_batch_is_kept() throws Exception {
        CountDownLatch keeping = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (Link link = new Link(broker.host(), broker.port())) {
            start(settings(link.through(broker)), batch -> {
                keeping.countDown();
                never.await();
            });
            publish(50);
            assertThat(keeping.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(ready()).isZero();
            link.cut();
            await(() -> ready() == 50);
            never.countDown();
        }
    }

    @Test
    void a_process_killed_in_the_middle_loses_nothing(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("kept");
        Files.createFile(file);
        Process first = listenerProcess(file);
        await(this::queueIsRead);
        publish(600);
        await(() -> lines(file).size() >= 100);
        first.destroyForcibly().waitFor();
        Set<String> beforeTheKill = new TreeSet<>(lines(file));
        assertThat(beforeTheKill).hasSizeLessThan(600);
        Process second = listenerProcess(file);
        try {
            await(() -> new TreeSet<>(lines(file)).size() == 600);
        } finally {
            second.destroyForcibly().waitFor();
        }
    }

    @Test
    void a_cut_connection_is_made_again_and_loses_nothing() throws Exception {
        try (Link link = new Link(broker.host(), broker.port())) {
            start(settings(link.through(broker)), batch -> {
                Thread.sleep(5);
                keep(batch);
            });
            publish(1_000);
            await(() -> kept.size() >= 200);
            link.cut();
            await(() -> told(News.Lost.class) && told(News.Retrying.class));
            publish(1_000, 1_000);
            link.mend();
            await(() -> new TreeSet<>(kept).size() == 2_000);
        }
    }

    @Test
    void a_failing_ledger_is_tried_again_until_it_recovers() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        start(settings(broker), batch -> {
            if (failures.incrementAndGet() <= 4) {
                throw new IOException("disk full");
            }
            keep(batch);
        });
        publish(100);
        await(() -> new TreeSet<>(kept).size() == 100);
        assertThat(news.toString()).contains("could not be kept and stay in the queue: disk full");
        await(() -> ready() == 0);
    }

    @Test
    void a_broker_that_is_not_there_at_the_start_is_waited_for() throws Exception {
        try (Link link = new Link(broker.host(), broker.port())) {
            link.cut();
            startWithoutWaiting(settings(link.through(broker)), this::keep);
            await(() -> news.stream().filter(News.Retrying.class::isInstance).count() >= 3);
            link.mend();
            await(() -> told(News.Connected.class));
            publish(10);
            await(() -> kept.size() == 10);
        }
    }

    @Test
    void bindings_to_exchanges_that_vanished_are_made_again_on_reconnect() throws Exception {
        try (Link link = new Link(broker.host(), broker.port())) {
            start(settings(link.through(broker)), this::keep);
            link.cut();
            withBroker(channel -> channel.exchangeDelete(exchange));
            news.clear();
            link.mend();
            await(() -> told(News.Connected.class));
            publish(10);
            await(() -> kept.size() == 10);
        }
    }

    @Test
    void a_restart_of_the_broker_loses_nothing_that_was_in_the_queue() throws Exception {
        String ctl = System.getenv("RECKONER_TEST_RABBITMQCTL");
        Assumptions.assumeTrue(ctl != null, "RECKONER_TEST_RABBITMQCTL is not set: the broker cannot be restarted");
        start(settings(broker), batch -> {
            Thread.sleep(20);
            keep(batch);
        });
        publish(1_000);
        await(() -> kept.size() >= 100);
        String told;
        try {
            run(ctl + " stop_app");
            await(() -> told(News.Lost.class));
            told = news.toString();
        } finally { // the other tests need it
            news.clear();
            run(ctl + " start_app");
        }
        await(() -> told(News.Connected.class));
        publish(1_000, 10);
        await(() -> new TreeSet<>(kept).size() == 1_010);
        // A broker that stops closes connections and takes consumers off their queues, in no order that it promises.
        assertThat(told)
                .containsAnyOf("CONNECTION_FORCED", "the queue was deleted, or moved to another node")
                .doesNotContain("#method");
    }

    @Test
    void an_exchange_that_is_not_there_is_declared_as_oslo_does() throws Exception {
        start(settings(broker), this::keep);
        withBroker(channel -> assertThatCode(() -> channel.exchangeDeclare(exchange, "topic", false, false, null))
                .doesNotThrowAnyException());
    }

    @Test
    void an_exchange_and_a_queue_made_otherwise_are_used_as_they_are() throws Exception {
        withBroker(channel -> {
            channel.exchangeDeclare(exchange, "topic", true, false, null);
            channel.queueDeclare(queue, true, false, false, java.util.Map.of("x-queue-type", "quorum"));
        });
        start(settings(broker), this::keep);
        publish(10);
        await(() -> kept.size() == 10);
        withBroker(channel -> assertThatCode(() -> channel.exchangeDeclare(exchange, "topic", true, false, null))
                .doesNotThrowAnyException());
    }

    @Test
    void a_deleted_queue_is_made_anew() throws Exception {
        start(settings(broker), this::keep);
        news.clear();
        withBroker(channel -> channel.queueDelete(queue));
        await(() -> told(News.Lost.class) && told(News.Connected.class));
        publish(10);
        await(() -> kept.size() == 10);
    }

    @Test
    void closing_finishes_the_batch_at_hand_and_leaves_the_rest_in_the_queue() throws Exception {
        CountDownLatch keeping = new CountDownLatch(1);
        Listener listener = start(settings(broker), batch -> {
            keeping.countDown();
            Thread.sleep(500);
            keep(batch);
        });
        publish(300);
        assertThat(keeping.await(20, TimeUnit.SECONDS)).isTrue();
        listener.close();
        assertThat(news.getLast()).isInstanceOf(News.Stopped.class);
        assertThat(kept).isNotEmpty().hasSizeLessThan(300);
        int keptSoFar = kept.size();
        await(() -> ready() == 300 - keptSoFar);
    }

    @Test
    void caught_up_is_told_only_when_the_queue_is_drained() throws Exception {
        start(settings(broker), batch -> {
            Thread.sleep(100);
            keep(batch);
        });
        Instant before = Instant.now();
        publish(300);
        await(() -> news.stream().anyMatch(n -> n instanceof News.CaughtUp(Instant until) && until.isAfter(before)));
        News.CaughtUp first = news.stream()
                .filter(n -> n instanceof News.CaughtUp(Instant until) && until.isAfter(before))
                .map(News.CaughtUp.class::cast)
                .findFirst()
                .orElseThrow();
        int committed = news.subList(0, news.indexOf(first)).stream()
                .mapToInt(n -> n instanceof News.Committed c ? c.messages() : 0)
                .sum();
        assertThat(committed).isEqualTo(300);
    }

    @Test
    void what_cannot_be_read_is_kept_as_refused_and_acknowledged() throws Exception {
        List<Reading> readings = new CopyOnWriteArrayList<>();
        start(settings(broker), readings::addAll);
        withBroker(channel -> {
            channel.basicPublish(exchange, "notifications.info", null, "{\"oslo.message\": \"{".getBytes(UTF_8));
            channel.basicPublish(exchange, "notifications.info", null, new byte[] {(byte) 0xff, 0, 1});
        });
        await(() -> readings.size() == 2);
        assertThat(readings).allMatch(Reading.Refused.class::isInstance);
        await(() -> ready() == 0);
    }

    @Test
    void commands_to_nova_come_by_a_queue_of_their_own() throws Exception {
        List<Reading> readings = new CopyOnWriteArrayList<>();
        Casts casts = new Casts(Casts.Names.EITHER, Duration.ofMinutes(10), Clock.systemUTC());
        Settings commands = settings(broker).withBindings(List.of(exchange), List.of("compute.#"));
        Listener listener = new Listener(commands, casts::read, readings::addAll, news::add, Clock.systemUTC());
        listeners.add(listener);
        threads.add(Thread.ofPlatform().start(() -> {
            try {
                listener.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        await(() -> told(News.Connected.class));
        byte[] terminate = """
                {"method": "terminate_instance", "_context_project_id": "p", "args": {"instance_id": 16}}""".getBytes(UTF_8);
        withBroker(channel -> {
            channel.basicPublish(exchange, "compute.host-1", null, terminate);
            channel.basicPublish(exchange, "compute", null, terminate);
            channel.basicPublish(exchange, "notifications.info", null, body("other"));
        });
        await(() -> readings.size() == 2);
        assertThat(readings).allMatch(Reading.Commanded.class::isInstance);
        await(() -> ready() == 0);
    }

    @Test
    void a_wrong_password_is_told_without_the_password() throws Exception {
        Broker wrong = new Broker(
                broker.host(), broker.port(), broker.virtualHost(), broker.user(), "s3cret-but-wrong", broker.tls());
        startWithoutWaiting(settings(wrong), this::keep);
        await(() -> told(News.Lost.class));
        assertThat(news.toString())
                .contains("wrong user or password: ACCESS_REFUSED")
                .doesNotContain("s3cret");
    }

    private Settings settings(Broker at) {
        return new Settings(
                List.of(at),
                Optional.empty(),
                queue,
                List.of(exchange),
                Settings.DEFAULT_ROUTING_KEYS,
                false,
                200,
                50,
                Duration.ofMillis(200),
                Duration.ofMillis(50),
                Duration.ofMillis(500));
    }

    private Listener start(Settings settings, Batches batches) {
        Listener listener = startWithoutWaiting(settings, batches);
        await(() -> told(News.Connected.class));
        return listener;
    }

    private Listener startWithoutWaiting(Settings settings, Batches batches) {
        Notifications notifications =
                new Notifications("RegionOne", List.of(), List.of(), Duration.ofDays(3650), Clock.systemUTC());
        Listener listener = new Listener(settings, notifications, batches, news::add, Clock.systemUTC());
        listeners.add(listener);
        threads.add(Thread.ofPlatform().start(() -> {
            try {
                listener.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        return listener;
    }

    private void keep(List<Reading> batch) {
        for (Reading reading : batch) {
            if (reading instanceof Reading.Observed(var observation)) {
                kept.add(observation.id().messageId());
            }
        }
    }

    private Process listenerProcess(Path file) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ListenerProcess.class.getName(),
                        url,
                        queue,
                        exchange,
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(file.resolveSibling("output").toFile())
                .start();
    }

    private void publish(int messages) throws Exception {
        publish(0, messages);
    }

    private void publish(int from, int messages) throws Exception {
        withBroker(channel -> {
            channel.confirmSelect();
            for (int i = from; i < from + messages; i++) {
                channel.basicPublish(
                        exchange, "notifications.info", MessageProperties.PERSISTENT_BASIC, body("message-" + i));
            }
            channel.waitForConfirmsOrDie(30_000);
        });
    }

    private static byte[] body(String messageId) {
        String message = """
                {"message_id": "%s", "event_type": "image.send", "publisher_id": "image.test", "priority": "INFO",
                 "timestamp": "2026-11-21 10:09:24.647798",
                 "payload": {"image_id": "img", "owner_id": "acme", "bytes_sent": 1}}""".formatted(messageId);
        return message.getBytes(UTF_8);
    }

    private interface OnBroker {
        void run(Channel channel) throws Exception;
    }

    private void withBroker(OnBroker action) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(broker.host());
        factory.setPort(broker.port());
        factory.setVirtualHost(broker.virtualHost());
        factory.setUsername(broker.user());
        factory.setPassword(broker.password());
        try (Connection connection = factory.newConnection("test")) {
            action.run(connection.createChannel());
        }
    }

    /// It is read only after it was bound; what is published to an exchange before that reaches no queue.
    private boolean queueIsRead() {
        long[] consumers = new long[1];
        try {
            withBroker(channel -> consumers[0] = channel.consumerCount(queue));
        } catch (Exception notThereYet) {
            return false;
        }
        return consumers[0] > 0;
    }

    private long ready() {
        long[] count = new long[1];
        try {
            withBroker(channel -> count[0] = channel.messageCount(queue));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return count[0];
    }

    private boolean told(Class<? extends News> kind) {
        return news.stream().anyMatch(kind::isInstance);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void run(String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).as(command).isZero();
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for a minute").isLessThan(deadline);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
