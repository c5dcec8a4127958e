package org.reckoner.app.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Ingestion;
import org.reckoner.app.Session;
import org.reckoner.app.config.Configuration;
import org.reckoner.collect.rabbitmq.Listener;
import org.reckoner.collect.rabbitmq.News;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.Watermark;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import sun.misc.Signal;

@Command(
        name = "listen",
        mixinStandardHelpOptions = true,
        description = {
            "Collect from a RabbitMQ, until stopped. The broker is configured under 'listen'.",
            "A message is acknowledged once it is safe in the ledger; a kill or a restart loses nothing.",
            ""
        })
final class ListenCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger("listen");
    private static final Duration BETWEEN_WATERMARKS = Duration.ofSeconds(5);

    /// Being told to stop is no failure: the listener finishes and the exit code is 0, which a shutdown hook of
    /// the JVM cannot bring about.
    private static final List<String> STOP_SIGNALS = List.of("TERM", "INT");

    private final Session session;

    ListenCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        Configuration.Listen listen = session.configuration()
                .listen()
                .orElseThrow(() -> new AskedWrongly(
                        "no broker is configured; add to reckoner.yaml:\nlisten:\n  url: amqp://user@host:5672/"));
        Ledger ledger = session.ledger();
        String origin = "queue " + listen.settings().queue();
        WatermarkKeeper keeper =
                new WatermarkKeeper(ledger, session.configuration().region(), listen.watermarkLag());
        Listener listener = new Listener(
                listen.settings(),
                session.notifications(Optional.empty()),
                batch -> Ingestion.take(ledger.intake(), origin, batch),
                keeper::hear,
                session.clock());
        for (String signal : STOP_SIGNALS) {
            Signal.handle(new Signal(signal), told -> listener.close());
        }
        listener.run();
        return 0;
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
            switch (news) {
                case News.CaughtUp(Instant until) -> advance(until);
                case News.Lost lost -> LOG.warn("{}", lost);
                case News.NotKept notKept -> LOG.error("{}", notKept);
                case News.Connected connected -> LOG.info("{}", connected);
                case News.Retrying retrying -> LOG.info("{}", retrying);
                case News.Committed committed -> LOG.info("{}", committed);
                case News.Stopped stopped -> LOG.info("{}", stopped);
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
                    .forEach(scope -> ledger.watermarks().advance(scope, until.minus(lag), until, "listener"));
        }
    }
}
