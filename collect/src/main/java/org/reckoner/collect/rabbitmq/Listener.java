package org.reckoner.collect.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reckoner.collect.Notifications;
import org.reckoner.collect.Reading;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads notifications, or other messages, from RabbitMQ for as long as it is not closed, whatever becomes of
/// the broker or the ledger meanwhile.
///
/// Nothing is lost: a message is acknowledged only after the batch with it was kept, so whatever ends before
/// (this process, the connection, the broker) leaves it in the queue, to be read again. It may then be read
/// twice, which the identity of observations makes harmless.
///
/// A thread runs it; another closes it.
public final class Listener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    /// How often news of having caught up is told.
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final Settings settings;
    private final Function<byte[], Reading> reader;
    private final Batches batches;
    private final Consumer<News> news;
    private final Clock clock;
    private final Connector connector;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean running;

    /// Tells its news to the log.
    public Listener(Settings settings, Notifications notifications, Batches batches) {
        this(settings, notifications, batches, Listener::log, Clock.systemUTC());
    }

    public Listener(Settings settings, Notifications notifications, Batches batches, Consumer<News> news, Clock clock) {
        this(settings, notifications::read, batches, news, clock);
    }

    /// @param reader of one message; must not throw
    /// @param news told of what happens, on the thread that runs the listener; should be quick. What it
    ///     throws is logged and changes nothing
    /// @param clock tells until when the listener has caught up
    public Listener(
            Settings settings, Function<byte[], Reading> reader, Batches batches, Consumer<News> news, Clock clock) {
        this.settings = settings;
        this.reader = reader;
        this.batches = batches;
        this.news = news;
        this.clock = clock;
        this.connector = new Connector(settings);
    }

    /// Listens until [#close]. No failure ends it: it waits and tries again.
    ///
    /// @throws InterruptedException if the thread is interrupted; what was not kept stays in the queue
    public void run() throws InterruptedException {
        running = true;
        try {
            Retries retries = new Retries(settings.firstRetry(), settings.lastRetry());
            for (int attempt = 0; !isClosing(); attempt++) {
                Broker broker =
                        settings.brokers().get(attempt % settings.brokers().size());
                if (listen(broker, retries)) {
                    continue;
                }
                Duration wait = retries.next();
                tell(new News.Retrying(wait));
                if (closing.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
            tell(new News.Stopped());
        } finally {
            running = false;
            stopped.countDown();
        }
    }

    /// Asks [#run] to end, and waits until it has finished the batch at hand, for at most half a minute.
    @Override
    public void close() {
        closing.countDown();
        connector.giveUp();
        if (!running) {
            return;
        }
        try {
            if (!stopped.await(30, TimeUnit.SECONDS)) {
                LOG.warn("the batch at hand is still not kept; its messages stay in the queue");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// One connection, from beginning to end.
    ///
    /// @return whether it ended because it should
    private boolean listen(Broker broker, Retries retries) throws InterruptedException {
        try {
            Connection connection = connector.connect(broker);
            try {
                return listen(broker, connection, retries);
            } finally {
                connection.abort(2_000);
            }
        } catch (IOException | TimeoutException | GeneralSecurityException | ShutdownSignalException e) {
            if (isClosing()) {
                return true;
            }
            tell(new News.Lost(broker, why(e)));
            return false;
        }
    }

    private boolean listen(Broker broker, Connection connection, Retries retries)
            throws InterruptedException, IOException {
        connector.declare(connection);
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the broker allows no further channel");
        }
        channel.basicQos(settings.prefetch());
        Inbox inbox = new Inbox(channel);
        channel.basicConsume(settings.queue(), false, inbox);
        tell(new News.Connected(broker, settings.queue()));
        return drain(channel, inbox, retries);
    }

    /// Batch after batch until told to stop.
    ///
    /// @return false if a batch could not be kept: the connection is given up, which puts its messages back
    private boolean drain(Channel channel, Inbox inbox, Retries retries) throws InterruptedException, IOException {
        while (true) {
            Instant asked = clock.instant();
            boolean empty = inbox.isEmpty() && channel.messageCount(settings.queue()) == 0;
            List<Delivery> batch = inbox.batch();
            if (batch.isEmpty()) {
                inbox.failIfLost();
                retries.forget();
                if (empty) {
                    tell(new News.CaughtUp(asked));
                }
            } else if (!commit(channel, batch)) {
                return false;
            } else {
                retries.forget();
            }
            if (isClosing()) {
                return true;
            }
        }
    }

    private boolean commit(Channel channel, List<Delivery> batch) throws InterruptedException, IOException {
        List<Reading> readings =
                batch.stream().map(delivery -> reader.apply(delivery.body())).toList();
        try {
            batches.commit(readings);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            tell(new News.NotKept(batch.size(), why(e)));
            return false;
        }
        channel.basicAck(batch.getLast().tag(), true);
        tell(new News.Committed(
                batch.size(),
                (int) readings.stream()
                        .flatMap(Reading::each)
                        .filter(reading -> reading instanceof Reading.Observed
                                || reading instanceof Reading.Sampled
                                || reading instanceof Reading.Commanded)
                        .count(),
                (int) readings.stream()
                        .flatMap(Reading::each)
                        .filter(Reading.Refused.class::isInstance)
                        .count()));
        return true;
    }

    /// News that cannot be taken in is no reason to stop listening.
    private void tell(News piece) {
        try {
            news.accept(piece);
        } catch (RuntimeException e) {
            LOG.error("the news '{}' could not be taken in", piece, e);
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private static void log(News news) {
        switch (news) {
            case News.Lost lost -> LOG.warn("{}", lost);
            case News.NotKept notKept -> LOG.error("{}", notKept);
            case News.Committed committed -> LOG.debug("{}", committed);
            case News.CaughtUp caughtUp -> LOG.debug("{}", caughtUp);
            case News.Connected connected -> LOG.info("{}", connected);
            case News.Retrying retrying -> LOG.info("{}", retrying);
            case News.Stopped end -> LOG.info("{}", end);
        }
    }

    /// The innermost cause that says something.
    private static String why(Throwable e) {
        String said = null;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String words = switch (cause) {
                case ShutdownSignalException signal -> words(signal);
                case PossibleAuthenticationFailureException refused ->
                    "wrong user or password: " + refused.getMessage();
                default -> cause.getMessage();
            };
            if (words != null && !words.isBlank()) {
                said = words;
            }
        }
        return said == null ? e.getClass().getSimpleName() : said;
    }

    /// The broker's own, if it was the broker that ended it.
    private static @Nullable String words(ShutdownSignalException signal) {
        return switch (signal.getReason()) {
            case AMQP.Connection.Close close -> close.getReplyText();
            case AMQP.Channel.Close close -> close.getReplyText();
            case null, default -> signal.getMessage();
        };
    }

    private record Delivery(long tag, byte[] body) {}

    /// What the broker has pushed to us; never more than the prefetch.
    private final class Inbox extends DefaultConsumer {

        /// Wakes the reader when the connection is lost.
        private static final Delivery LOST = new Delivery(-1, new byte[0]);

        private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
        private volatile @Nullable String lost;

        Inbox(Channel channel) {
            super(channel);
        }

        @Override
        public void handleDelivery(
                String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
            deliveries.add(new Delivery(envelope.getDeliveryTag(), body));
        }

        @Override
        public void handleCancel(String consumerTag) {
            lose("the queue was deleted, or moved to another node");
        }

        @Override
        public void handleShutdownSignal(String consumerTag, ShutdownSignalException signal) {
            lose(why(signal));
        }

        private void lose(String why) {
            lost = why;
            deliveries.add(LOST);
        }

        boolean isEmpty() {
            return deliveries.isEmpty();
        }

        void failIfLost() throws IOException {
            String why = lost;
            if (why != null) {
                throw new IOException(why);
            }
        }

        /// As many messages as a batch may have, waiting for them as long as a batch may; empty if none came.
        ///
        /// @throws IOException if the connection is lost: nothing read on it could be acknowledged any more
        List<Delivery> batch() throws InterruptedException, IOException {
            List<Delivery> batch = new ArrayList<>();
            long deadline = System.nanoTime() + IDLE.toNanos();
            while (batch.size() < settings.batchSize() && !isClosing()) {
                Delivery delivery = deliveries.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                failIfLost();
                if (delivery == null) {
                    break;
                }
                if (batch.isEmpty()) {
                    deadline = System.nanoTime() + settings.batchTime().toNanos();
                }
                batch.add(delivery);
            }
            return batch;
        }
    }
}
