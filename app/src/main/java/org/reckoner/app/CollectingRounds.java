package org.reckoner.app;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.reckoner.app.config.Configuration;
import org.reckoner.collect.measured.Definition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Collects from a store of measures while the server runs, whenever another window is over. A meter that a store
/// does not answer is asked for again after a while, later each time, and holds up no other.
public final class CollectingRounds {

    private static final Logger LOG = LoggerFactory.getLogger("collect");

    /// How soon.
    ///
    /// @param look so often it is looked whether another window is over
    /// @param afterTrouble so long after it what was not answered, or not wholly, is asked for again; then after
    ///     twice as long, and so on
    record Pace(Duration look, Duration afterTrouble) {

        static final Pace USUAL = new Pace(Duration.ofSeconds(30), Duration.ofMinutes(5));

        /// What is stuck is asked once an hour at least: by then there are new windows.
        private static final Duration LONGEST = Duration.ofHours(1);

        /// How long after so many tries without success the next is made.
        Duration pause(int tries) {
            Duration pause = afterTrouble;
            for (int i = 1; i < tries && pause.compareTo(LONGEST) < 0; i++) {
                pause = pause.multipliedBy(2);
            }
            return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
        }
    }

    private final Pace pace;
    private final Session session;
    private final Stores stores;
    private final Stores.Ready ready;
    private Instant next = Instant.MIN;
    private boolean isFirst = true;

    private CollectingRounds(Pace pace, Session session, Stores stores, Stores.Ready ready) {
        this.pace = pace;
        this.session = session;
        this.stores = stores;
        this.ready = ready;
    }

    /// Starts with all stores that are configured; with none if there are none.
    ///
    /// @throws AskedWrongly if one cannot work as it is configured; then none is started
    public static void start(Session session, Rounds rounds) {
        start(session, rounds, Pace.USUAL);
    }

    static void start(Session session, Rounds rounds, Pace pace) {
        Stores stores = new Stores(session);
        List<Stores.Ready> ready = session.configuration().measuring().stream()
                .map(Configuration.Measuring::stores)
                .flatMap(List::stream)
                .map(settings -> stores.open(settings, Optional.empty()))
                .toList();
        ready.forEach(one -> new CollectingRounds(pace, session, stores, one).start(rounds));
    }

    private void start(Rounds rounds) {
        String name = ready.store().name();
        LOG.info("collecting {} meters from {}", ready.definitions().size(), name);
        rounds.start(LOG, "collect-" + name, pace.look(), () -> {
            if (!session.clock().instant().isBefore(next)) {
                boolean fine = rounds.attempt(LOG, name, pace.afterTrouble(), this::collect);
                next = fine ? next : session.clock().instant().plus(pace.afterTrouble());
            }
        });
    }

    /// Who starts a server may have mended what was wrong, so the first round asks for all.
    private void collect() {
        Collecting collecting = stores.collecting(Optional.empty(), Optional.empty(), false, pace);
        List<Definition> due = collecting.due(ready.store(), ready.definitions(), isFirst);
        isFirst = false;
        if (due.isEmpty()) {
            return;
        }
        for (Collecting.Outcome outcome : collecting.run(ready.store(), due, windows -> {})) {
            String meter = ready.store().name() + "/" + outcome.meter();
            LOG.info(
                    "{}: {} measures, {} new, {} changed, {} refused; complete until {}",
                    meter,
                    outcome.measures(),
                    outcome.added(),
                    outcome.changed(),
                    outcome.refused(),
                    outcome.watermark().map(Instant::toString).orElse("unknown"));
            if (outcome.leftOut() > 0) {
                LOG.warn("{}: resources left out: {}; the dead letters say which and why", meter, outcome.leftOut());
            }
            outcome.behind().ifPresent(behind -> LOG.info("{}: {}", meter, behind));
            outcome.trouble().ifPresent(trouble -> LOG.warn("{}: {}", meter, trouble));
        }
    }
}
