package org.reckoner.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes use of samples again and again while the server runs.
public final class SamplingRounds {

    private static final Logger LOG = LoggerFactory.getLogger("samples");

    private SamplingRounds() {}

    /// Does nothing if no use is to be made of samples.
    ///
    /// @throws org.reckoner.collect.distil.BadMapping if the mapping says something that is not known
    public static void start(Session session, Rounds rounds) {
        session.sampling();
        session.configuration()
                .samples()
                .ifPresent(settings -> rounds.start(LOG, "samples", settings.interval(), () -> round(session)));
    }

    private static void round(Session session) {
        Sampling sampling = session.sampling().orElseThrow();
        sampling.run(new Sampling.Plan(false, false), session.clock().instant(), outcome -> {
            LOG.info(
                    "{} of {}: {} resources, {} observations told",
                    outcome.meter(),
                    outcome.window(),
                    outcome.resources(),
                    outcome.told().size());
            outcome.refused().forEach(LOG::warn);
        });
        int dropped = sampling.prune(session.clock().instant());
        if (dropped > 0) {
            LOG.info("{} samples were kept long enough and dropped", dropped);
        }
    }
}
