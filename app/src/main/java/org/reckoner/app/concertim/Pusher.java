package org.reckoner.app.concertim;

import java.time.Duration;
import java.util.Optional;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Rounds;
import org.reckoner.app.Session;
import org.reckoner.app.config.ConcertimSection;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.concertim.Push;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells Concertim what things cost, once or over and over.
public final class Pusher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("concertim");

    private final TeamMoney money;
    private final Push push;
    private final Duration every;

    private Pusher(TeamMoney money, Push push, Duration every) {
        this.money = money;
        this.push = push;
        this.every = every;
    }

    /// Nothing if it is not configured.
    ///
    /// @throws org.reckoner.deliver.BadAdapter if a setting is missing or wrong
    public static Optional<Pusher> of(Session session) {
        return session.configuration()
                .concertim()
                .flatMap(section -> section.push().map(settings -> of(session, section, settings)));
    }

    private static Pusher of(Session session, ConcertimSection section, ConcertimSection.Push settings) {
        Push push = new Push(new AdapterSettings("concertim", settings.settings(), System.getenv()));
        return new Pusher(TeamMoney.of(session, section), push, settings.every());
    }

    /// @throws AskedWrongly if Concertim's teams, racks or devices cannot be read
    public Push.Round once(boolean dryRun) {
        try {
            return push.round(money, dryRun);
        } catch (Undelivered e) {
            throw new AskedWrongly(String.valueOf(e.getMessage()));
        }
    }

    /// Tells it again and again.
    public void start(Rounds rounds) {
        LOG.info("telling Concertim what things cost, every {}", every);
        rounds.start(LOG, "concertim", every, this::round);
    }

    private void round() {
        try {
            Push.Round round = push.round(money, false);
            round.troubles().forEach(trouble -> LOG.warn("{}: {}", trouble.what(), trouble.why()));
            if (!round.changes().isEmpty()) {
                LOG.info("told Concertim {} changes", round.changes().size());
            }
        } catch (Undelivered e) {
            LOG.warn("Concertim cannot be told what things cost: {}. Again in {}", e.getMessage(), every);
        }
    }

    @Override
    public void close() {
        push.close();
        money.close();
    }
}
