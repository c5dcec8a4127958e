package org.reckoner.app;

import java.util.List;
import java.util.Optional;
import org.reckoner.app.config.BadConfiguration;
import org.reckoner.app.config.Configuration;
import org.reckoner.app.config.SampleSettings;
import org.reckoner.app.config.Secrets;
import org.reckoner.collect.Notifications;
import org.reckoner.collect.Reading;
import org.reckoner.ledger.observation.Intake;
import org.reckoner.serve.ceilometer.Publications;

/// From what Ceilometer posts to the server into the ledger.
public final class Posts {

    private Posts() {}

    /// @return nothing if no samples are wanted
    /// @throws org.reckoner.collect.distil.BadMapping if the mapping says something that is not known
    /// @throws BadConfiguration if who may post has no password
    public static Optional<Publications> of(Session session) {
        Configuration configuration = session.configuration();
        return configuration.samples().map(settings -> {
            Notifications notifications = session.notifications(Optional.empty());
            return new Publications(
                    settings.publisher().map(Posts::publisher),
                    body -> take(session.ledger().intake(), configuration.region(), notifications.read(body)));
        });
    }

    private static Publications.Publisher publisher(SampleSettings.Publisher settings) {
        return new Publications.Publisher(
                settings.user(),
                Secrets.read("RECKONER_SAMPLES_PASSWORD", settings.passwordFile())
                        .orElseThrow(
                                () -> new BadConfiguration(
                                        "samples.publisher has no password; set password-file, or RECKONER_SAMPLES_PASSWORD in the environment")));
    }

    private static Publications.Taken take(Intake intake, String region, Reading reading) {
        List<Reading> parts = reading.each().toList();
        long ignored = parts.stream().filter(Reading.Ignored.class::isInstance).count();
        Intake.Taken taken = Ingestion.take(intake, region, "POST /ceilometer", List.of(reading));
        return new Publications.Taken(
                taken.added(), taken.known(), ignored, parts.size() - ignored - taken.added() - taken.known());
    }
}
