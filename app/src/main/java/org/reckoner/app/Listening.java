package org.reckoner.app;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.reckoner.app.config.Configuration;
import org.reckoner.collect.rabbitmq.Listener;
import org.reckoner.collect.rabbitmq.News;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.Watermark;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// From a RabbitMQ into the ledger: wires the listener, tells the log what happens, and moves the watermarks.
public final class Listening {

    private static final Logger LOG = LoggerFactory.getLogger("listen");
    private static final Duration BETWEEN_WATERMARKS = Duration.ofSeconds(5);

    private Listening() {}

    /// A listener that is ready to run.
    public static Listener of(Session session, Configuration.Listen listen) {
        Ledger ledger = session.ledger();
        String origin = "queue " + listen.settings().queue();
        WatermarkKeeper keeper =
                new WatermarkKeeper(ledger, session.configuration().region(), listen.watermarkLag());
        return new Listener(
                listen.settings(),
                session.notifications(Optional.empty()),
                batch -> Ingestion.take(ledger.intake(), origin, batch),
                keeper::hear,
                session.clock());
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
