package org.reckoner.app;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.reckoner.collect.Notifications;
import org.reckoner.collect.Reading;
import org.reckoner.collect.novabilling.Casts;
import org.reckoner.ledger.observation.DeadLetter;

/// Reads dead letters as they would be read if they came now, whatever they once were: notifications or
/// commands.
public final class Reexamination {

    private final Session session;
    private final Notifications notifications;
    private final Casts casts;

    public Reexamination(Session session) {
        this.session = session;
        this.notifications = session.notifications(Optional.empty());
        this.casts = Listening.casts(session);
    }

    public Reading read(DeadLetter letter) {
        byte[] body = letter.body().getBytes(StandardCharsets.UTF_8);
        return Casts.isCommand(body) ? casts.read(body) : notifications.read(body);
    }

    /// Tells the Heart of a command that is understood now.
    ///
    /// @return whether it counts; else it stays a dead letter
    public boolean keep(DeadLetter letter, Reading.Commanded commanded) {
        return Listening.heart(session)
                        .keep(List.of(Listening.command(letter.origin(), commanded)), List.of())
                        .kept()
                > 0;
    }
}
