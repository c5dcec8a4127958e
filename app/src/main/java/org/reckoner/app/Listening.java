package org.reckoner.app;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.config.Configuration;
import org.reckoner.collect.Reading;
import org.reckoner.collect.novabilling.Casts;
import org.reckoner.collect.rabbitmq.Listener;
import org.reckoner.collect.rabbitmq.News;
import org.reckoner.core.meter.Observation;
import org.reckoner.ledger.DatabaseFails;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.ledger.observation.Watermark;
import org.reckoner.serve.heart.Command;
import org.reckoner.serve.heart.Heart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// From a RabbitMQ into the ledger: wires the listeners, tells the log what happens, and moves the
/// watermarks. Notifications and Nova's own commands have a queue and a listener each.
public final class Listening implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("listen");
    private static final Duration BETWEEN_WATERMARKS = Duration.ofSeconds(5);

    private final List<Listener> listeners;

    private Listening(List<Listener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    /// Listeners that are ready to run.
    public static Listening of(Session session, Configuration.Listen listen) {
        List<Listener> listeners = new ArrayList<>();
        if (listen.notifications()) {
            listeners.add(notifications(session, listen));
        }
        listen.casts().ifPresent(casts -> listeners.add(casts(session, casts)));
        return new Listening(listeners);
    }

    private static Listener notifications(Session session, Configuration.Listen listen) {
        Ledger ledger = session.ledger();
        String origin = "queue " + listen.settings().queue();
        WatermarkKeeper keeper =
                new WatermarkKeeper(ledger, session.configuration().region(), listen.watermarkLag());
        return new Listener(
                listen.settings(),
                session.notifications(Optional.empty()),
                batch -> Ingestion.take(ledger.intake(), session.configuration().region(), origin, batch),
                keeper::hear,
                session.clock());
    }

    private static Listener casts(Session session, Configuration.CastSettings settings) {
        Heart heart = heart(session);
        String origin = "queue " + settings.settings().queue();
        return new Listener(
                settings.settings(),
                casts(session)::read,
                batch -> keep(heart, origin, batch),
                Listening::log,
                session.clock());
    }

    /// Reads Nova's commands as the configuration says.
    static Casts casts(Session session) {
        Configuration configuration = session.configuration();
        return new Casts(
                configuration
                        .listen()
                        .flatMap(Configuration.Listen::casts)
                        .map(Configuration.CastSettings::names)
                        .orElse(Casts.Names.EITHER),
                configuration.collect().maxClockSkew(),
                session.clock());
    }

    /// The Heart that is told of Nova's commands.
    static Heart heart(Session session) {
        return new Heart(session.configuration().heart(), session.ledger(), session.clock());
    }

    /// One batch of commands, in one transaction.
    private static void keep(Heart heart, String origin, List<Reading> readings) {
        List<Command> commands = new ArrayList<>();
        List<DeadLetter.Fresh> letters = new ArrayList<>();
        for (Reading reading : readings) {
            switch (reading) {
                case Reading.Commanded commanded -> commands.add(command(origin, commanded));
                case Reading.Ignored ignored -> {}
                case Reading.Refused refused ->
                    letters.add(new DeadLetter.Fresh(
                            origin,
                            refused.eventType(),
                            refused.messageId(),
                            refused.reason(),
                            refused.redactedBody()));
                case Reading.Observed(Observation observation) ->
                    throw new IllegalStateException("a command is no observation: " + observation.id());
                case Reading.Sampled sampled -> throw new IllegalStateException("a command is no sample: " + sampled);
                case Reading.Several several -> throw new IllegalStateException("a command is not several: " + several);
            }
        }
        if (commands.isEmpty() && letters.isEmpty()) {
            return;
        }
        try {
            heart.keep(commands, letters);
        } catch (DatabaseFails failure) {
            throw failure;
        } catch (RuntimeException poisoned) {
            LOG.error("The Heart cannot keep a batch of {}; each is tried by itself", commands.size(), poisoned);
            heart.keep(List.of(), letters);
            commands.forEach(command -> alone(heart, command));
        }
    }

    /// One command that nothing foresaw holds up no other: it becomes a dead letter.
    private static void alone(Heart heart, Command command) {
        try {
            heart.keep(List.of(command), List.of());
        } catch (DatabaseFails failure) {
            throw failure;
        } catch (RuntimeException poisoned) {
            String reason = "the Heart cannot keep it (%s); please report it".formatted(poisoned.getMessage());
            heart.keep(
                    List.of(),
                    List.of(new DeadLetter.Fresh(
                            command.origin(),
                            Optional.of(command.method()),
                            Optional.empty(),
                            reason,
                            command.body())));
        }
    }

    static Command command(String origin, Reading.Commanded commanded) {
        return new Command(
                commanded.event(),
                commanded.asBefore(),
                commanded.isNew(),
                origin,
                commanded.method(),
                commanded.redactedBody());
    }

    /// Listens until [#close], with a thread for each listener. If one of them fails, all end.
    ///
    /// @throws InterruptedException if the thread is interrupted
    public void run() throws InterruptedException {
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        List<Thread> threads = listeners.stream()
                .map(listener -> Thread.ofPlatform().name("listener").start(() -> run(listener, failure)))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private void run(Listener listener, AtomicReference<@Nullable RuntimeException> failure) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            listeners.stream().filter(other -> other != listener).forEach(Listener::close);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Asks [#run] to end, and waits for the batches at hand.
    @Override
    public void close() {
        listeners.forEach(Listener::close);
    }

    private static void log(News news) {
        switch (news) {
            case News.CaughtUp caughtUp -> {}
            case News.Lost lost -> LOG.warn("{}", lost);
            case News.NotKept notKept -> LOG.error("{}", notKept);
            case News.Connected connected -> LOG.info("{}", connected);
            case News.Retrying retrying -> LOG.info("{}", retrying);
            case News.Committed committed -> LOG.info("{}", committed);
            case News.Stopped stopped -> LOG.info("{}", stopped);
        }
    }

    /// Logs the news, and moves the watermarks of what was heard of when the listener has caught up.
    private static final class WatermarkKeeper {

        private final Ledger ledger;
        private final String region;
        private final Duration lag;
        private Instant last = Instant.EPOCH;

        WatermarkKeeper(Ledger ledger, String region, Duration lag) {
            this.ledger = ledger;
            this.region = region;
            this.lag = lag;
        }

        void hear(News news) {
            if (news instanceof News.CaughtUp(Instant until)) {
                advance(until);
            } else {
                log(news);
            }
        }

        private void advance(Instant until) {
            if (until.isBefore(last.plus(BETWEEN_WATERMARKS))) {
                return;
            }
            last = until;
            ledger.watermarks().all().stream()
                    .map(Watermark::scope)
                    .filter(scope -> scope.region().equals(region))
                    // What is measured over windows is complete once they were made use of, and not before.
                    .filter(scope -> scope.source().indexOf('/') < 0)
                    .forEach(scope -> ledger.watermarks().advance(scope, until.minus(lag), until, "listener"));
        }
    }
}
